/**
 * Takes down every secret that passes: in the requests and answers of the simulated tenant, which runs in this process, and in those that
 * the test itself sends as a browser would.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Secret } from '../../secrets/needles.ts'

export interface Recorder {
  add(name: string, value: string | Buffer): void
  secrets(): Secret[]
  /** Under which names they came; one secret may come under several. */
  readonly names: ReadonlySet<string>
  stop(): void
}

const secretName =
  /(token|password|passphrase|secret|assertion|verifier|device_?code|user_?code|^code$|^state$|^nonce$|csrf|key$)/i
/** Microsoft's words for versions and ids of items. */
const noSecret = /^(changeKey|deltaToken|skipToken)$/i
/** Facts under such names that are none: addresses, ids, kinds. */
const harmless =
  /^(https?:|urn:|[a-z-]{1,24}$|Bearer$|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$|\d{4}-\d\d-\d\dT)/i

export function createRecorder(): Recorder {
  const known = new Map<string, Secret>()
  const names = new Set<string>()
  const add = (name: string, value: string | Buffer) => {
    const bytes = Buffer.from(value)
    if (bytes.length < 10) return
    names.add(name)
    known.set(bytes.toString('latin1'), { name, value: bytes })
  }
  const field = (where: string, name: string, value: string) => {
    if (!secretName.test(name) || noSecret.test(name) || harmless.test(value)) return
    add(`${name} (${where})`, value)
    // A signed token cut somewhere is still told by its signature.
    const signature = /^eyJ[\w-]+\.[\w-]+\.([\w-]{40,})$/.exec(value)?.[1]
    if (signature) add(`signature of ${name} (${where})`, signature)
  }
  const walk = (where: string, value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    for (const [name, one] of Object.entries(value)) {
      if (typeof one === 'string') field(where, name, one)
      else walk(where, one)
    }
  }
  const text = (where: string, body: string) => {
    try {
      walk(where, JSON.parse(body))
    } catch {
      if (/^[\w.%+-]+=/.test(body))
        for (const [name, value] of new URLSearchParams(body)) field(where, name, value)
    }
  }
  const headers = (where: string, location: unknown, authorization: unknown, cookies: readonly string[]) => {
    if (typeof location === 'string' && URL.canParse(location)) {
      const { searchParams, hash } = new URL(location)
      for (const [name, value] of [...searchParams, ...new URLSearchParams(hash.slice(1))])
        field(where, name, value)
    }
    if (typeof authorization === 'string') add(`authorization (${where})`, authorization.split(' ')[1] ?? '')
    for (const cookie of cookies)
      add(`cookie (${where})`, cookie.split(';')[0]?.split('=').slice(1).join('=') ?? '')
  }

  const onRequest = (message: unknown) => {
    const { request, response } = message as { request: IncomingMessage; response: ServerResponse }
    const sent: Buffer[] = []
    let length = 0
    const push = request.push.bind(request)
    request.push = (chunk: Buffer | null, encoding?: BufferEncoding) => {
      if (chunk !== null && length < 1_000_000) sent.push(Buffer.from(chunk))
      length += chunk?.length ?? 0
      if (chunk === null) text('to the tenant', Buffer.concat(sent).toString('utf8'))
      return push(chunk, encoding)
    }
    headers('to the tenant', undefined, request.headers.authorization, [])
    const end = response.end.bind(response)
    response.end = ((chunk?: unknown, ...more: never[]) => {
      if (typeof chunk === 'string' || Buffer.isBuffer(chunk)) text('from the tenant', chunk.toString())
      headers('from the tenant', response.getHeader('location'), undefined, [])
      return (end as (...all: unknown[]) => ServerResponse)(chunk, ...more)
    }) as typeof response.end
  }
  subscribe('http.server.request.start', onRequest)

  const fetched = globalThis.fetch
  globalThis.fetch = async (input, init) => {
    if (typeof init?.body === 'string') text('to the server', init.body)
    const answer = await fetched(input, init)
    headers('from the server', answer.headers.get('location'), undefined, answer.headers.getSetCookie())
    const type = answer.headers.get('content-type') ?? ''
    if (type.includes('json')) text('from the server', await answer.clone().text())
    return answer
  }
  return {
    add,
    secrets: () => [...known.values()],
    names,
    stop: () => {
      unsubscribe('http.server.request.start', onRequest)
      globalThis.fetch = fetched
    },
  }
}
