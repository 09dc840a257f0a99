import Type from 'typebox'
import type { ApiServer } from '../../api-server.ts'

/** For monitors and start scripts; needs no session and tells nothing but that the server and its database answer. */
export function registerHealthRoutes(app: ApiServer, services: { checkDatabase(): Promise<boolean> }): void {
  app.get(
    '/health',
    {
      config: { access: 'open' },
      schema: {
        operationId: 'getHealth',
        tags: ['server'],
        security: [],
        response: {
          200: Type.Object({ status: Type.Literal('ok') }),
          503: Type.Object({ status: Type.Literal('database-unreachable') }),
        },
      },
    },
    async (_request, reply) => {
      if (await services.checkDatabase()) return { status: 'ok' as const }
      return reply.code(503).send({ status: 'database-unreachable' as const })
    },
  )
}
