/** By which names the server answers. Others are refused, so that a page of another site cannot reach it by a name of its own (DNS rebinding). */
const loopbackNames: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]'])

/** Host name without port of a `Host` header, in lower case; null when it is none. */
export function hostNameOf(header: string | undefined): string | null {
  if (!header || !/^[\w.:[\]-]+$/.test(header)) return null
  return URL.parse(`http://${header}`)?.hostname ?? null
}

export function isLoopbackName(name: string): boolean {
  return loopbackNames.has(name)
}

/** True for addresses of a socket: 127.0.0.0/8, ::1, and the first in IPv6 form. */
export function isLoopbackAddress(address: string | undefined): boolean {
  return address !== undefined && (address === '::1' || /^(::ffff:)?127\.\d+\.\d+\.\d+$/.test(address))
}

/** Where the console is open that sends this request, e.g. `https://backup.example`; a trusted proxy's words count. */
export function originOf(request: { readonly protocol: string; readonly host: string }): string {
  return new URL(`${request.protocol}://${request.host}`).origin
}
