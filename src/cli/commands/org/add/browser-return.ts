/**
 * Listens on localhost for the browser that Microsoft sends back, so that nobody needs the console. What the browser brings is given to
 * the server in the same session that started the sign-in; it is neither printed nor kept.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { SignInAnswer } from '../../../../contract/index.ts'

export interface BrowserReturn {
  /** Where the browser comes back to: localhost, any port, the root path, as Microsoft's client allows. */
  readonly address: string
  /** Resolves with the next return. */
  next(): Promise<SignInAnswer>
  close(): void
}

const page = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>BDRCloud</title></head>
<body style="font-family: system-ui, sans-serif; margin: 4rem auto; max-width: 40rem">
<h1>Go on at the terminal</h1><p>You may close this page.</p></body></html>
`

export async function listenForBrowser(): Promise<BrowserReturn> {
  let deliver: (answer: SignInAnswer) => void = () => {}
  const handle = (request: IncomingMessage, response: ServerResponse) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
    const state = searchParams.get('state')
    response.setHeader('cache-control', 'no-store')
    response.setHeader('referrer-policy', 'no-referrer')
    response.setHeader('connection', 'close')
    if (pathname !== '/' || !state) {
      response.writeHead(404).end()
      return
    }
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page)
    const value = (name: string) => searchParams.get(name) ?? undefined
    const [code, error, errorDescription] = [value('code'), value('error'), value('error_description')]
    deliver({
      state,
      ...(code !== undefined && { code }),
      ...(error !== undefined && { error }),
      ...(errorDescription !== undefined && { errorDescription }),
    })
  }
  const first = createServer(handle)
  await new Promise<void>((resolve, reject) => {
    first.once('error', reject)
    first.listen(0, '127.0.0.1', resolve)
  })
  const { port } = first.address() as AddressInfo
  // Some systems resolve localhost to ::1 first; where there is no IPv6 the first server is enough.
  const second = createServer(handle)
  await new Promise<void>((resolve) => {
    second.once('error', () => resolve())
    second.listen(port, '::1', resolve)
  })
  return {
    address: `http://localhost:${port}/`,
    next: () =>
      new Promise((resolve) => {
        deliver = resolve
      }),
    close: () => {
      first.close()
      second.close()
    },
  }
}
