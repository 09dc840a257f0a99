/**
 * How the server ends: it takes no new connections, requests under way may end within a limit, and what is left then is cut off.
 */
import type { Server } from 'node:http'
import type { FastifyInstance } from 'fastify'

declare module 'fastify' {
  interface FastifyInstance {
    /** Other servers that serve the same routes and end together with the main one. */
    alsoListening: Server[]
  }
}

/** How long requests under way may take when the server closes, in milliseconds. */
const defaultFinishLimit = 10_000

export function closeInOrder(
  app: Pick<FastifyInstance, 'decorate' | 'addHook' | 'server'>,
  finishLimit = defaultFinishLimit,
): void {
  const others: Server[] = []
  app.decorate('alsoListening', others)
  let ended: Promise<unknown> = Promise.resolve()
  app.addHook('preClose', async () => {
    const all = [app.server, ...others]
    const cut = setTimeout(() => {
      for (const server of all) server.closeAllConnections()
    }, finishLimit)
    // A connection that is kept alive after its answer would hold the server until the limit.
    const idle = setInterval(() => {
      for (const server of all) server.closeIdleConnections()
    }, 50)
    const main =
      app.server.listening && new Promise<void>((resolve) => app.server.once('close', () => resolve()))
    const rest = others.map(
      (server) =>
        new Promise<void>((resolve) => {
          server.close(() => resolve())
        }),
    )
    ended = Promise.all([main, ...rest]).finally(() => {
      clearTimeout(cut)
      clearInterval(idle)
    })
  })
  app.addHook('onClose', async () => {
    await ended
  })
}
