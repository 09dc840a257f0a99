/** A TCP proxy that cuts connections after so many bytes in one direction, as a network does. */
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import type { TestContext } from 'node:test'

export interface CuttingProxy {
  /** `http://127.0.0.1:…` */
  readonly url: string
  /** The next connections, one for each: cut when so many bytes have passed towards the server (`up`) or back (`down`). */
  cut(...cuts: readonly { readonly direction: 'up' | 'down'; readonly after: number }[]): void
  /** Connections that were cut. */
  readonly cuts: number
}

export async function startCuttingProxy(context: TestContext, target: string): Promise<CuttingProxy> {
  const { hostname, port } = new URL(target)
  const pending: { readonly direction: 'up' | 'down'; readonly after: number }[] = []
  const sockets = new Set<Socket>()
  let cuts = 0
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname)
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        sockets.delete(socket)
        client.destroy()
        upstream.destroy()
      })
    }
    const passed = { up: 0, down: 0 }
    const pass = (direction: 'up' | 'down', to: Socket) => (bytes: Buffer) => {
      const [next] = pending
      passed[direction] += bytes.length
      if (next?.direction === direction && passed[direction] > next.after) {
        pending.shift()
        cuts++
        to.write(bytes.subarray(0, Math.max(0, bytes.length - (passed[direction] - next.after))))
        client.destroy()
        upstream.destroy()
      } else to.write(bytes)
    }
    client.on('data', pass('up', upstream))
    upstream.on('data', pass('down', client))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  context.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    cut: (...next) => void pending.push(...next),
    get cuts() {
      return cuts
    },
  }
}
