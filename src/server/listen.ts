/**
 * Where the server listens: on this machine alone (127.0.0.1 and ::1), unless it speaks TLS or a proxy in front of it is named.
 */
import { createServer } from 'node:http'
import type { ApiServer } from './api-server.ts'
import { fail } from './errors.ts'
import { isLoopbackAddress } from './hosts.ts'

export interface Listening {
  readonly port: number
}

/** Port 0 takes a free one. Throws SRV_EXPOSED, SRV_PORT_IN_USE, SRV_CANNOT_LISTEN. */
export async function listen(
  app: ApiServer,
  { host, port, guarded }: { host: string; port: number; guarded: boolean },
): Promise<Listening> {
  const local = host === 'localhost' || isLoopbackAddress(host)
  if (!local && !guarded) throw fail('SRV_EXPOSED', { host })
  await bind(() => app.listen({ host: local ? '127.0.0.1' : host, port }), local ? '127.0.0.1' : host, port)
  const address = app.server.address()
  const bound = typeof address === 'object' && address ? address.port : port
  if (local && !guarded) await listenOnSixToo(app, bound)
  return { port: bound }
}

/** Browsers try ::1 first for localhost: if another program had it, they would talk to that one. A machine without IPv6 is fine. */
async function listenOnSixToo(app: ApiServer, port: number): Promise<void> {
  const second = createServer((request, response) => app.routing(request, response))
  second.requestTimeout = app.server.requestTimeout
  second.keepAliveTimeout = app.server.keepAliveTimeout
  const started = new Promise<void>((resolve, reject) => {
    second.once('error', reject)
    second.listen({ host: '::1', port, ipv6Only: true }, resolve)
  })
  try {
    await started
  } catch (error) {
    if (codeOf(error) === 'EADDRINUSE') throw fail('SRV_PORT_IN_USE', { port, host: '::1' }, error)
    return
  }
  app.alsoListening.push(second)
}

async function bind(start: () => Promise<unknown>, host: string, port: number): Promise<void> {
  try {
    await start()
  } catch (error) {
    if (codeOf(error) === 'EADDRINUSE') throw fail('SRV_PORT_IN_USE', { port, host }, error)
    const reason = error instanceof Error ? error.message : String(error)
    throw fail('SRV_CANNOT_LISTEN', { host, port, reason }, error)
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined
}
