/** An https proxy in front of the server, as an operator would put there: console and browser are then on different machines. */

import { request } from 'node:http'
import { createServer as createHttps } from 'node:https'
import type { AddressInfo } from 'node:net'
import { createCertificates } from '../simulator/certificates.ts'

export interface HttpsProxy {
  readonly port: number
  stop(): Promise<void>
}

/** Passes every request on to `target` and says under which address it came. */
export async function startHttpsProxy(target: string): Promise<HttpsProxy> {
  const certificates = await createCertificates(undefined)
  const server = createHttps(
    { key: certificates.key, cert: certificates.certificate },
    (incoming, outgoing) => {
      const passed = request(
        new URL(incoming.url ?? '/', target),
        {
          method: incoming.method ?? 'GET',
          headers: {
            ...incoming.headers,
            'x-forwarded-proto': 'https',
            'x-forwarded-host': incoming.headers.host ?? '',
            'x-forwarded-for': '203.0.113.7',
          },
        },
        (answer) => {
          outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
          answer.pipe(outgoing)
        },
      )
      passed.on('error', () => outgoing.destroy())
      incoming.pipe(passed)
      outgoing.on('close', () => passed.destroy())
    },
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      certificates.remove()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
