import Type from 'typebox'
import { type ReadinessCheck, ReadinessView } from '../../../contract/index.ts'
import type { ApiServer } from '../../api-server.ts'

/**
 * For monitors, load balancers and start scripts. `health` says that this process answers, and nothing else: who restarts a server for a
 * database that is away helps nobody. `ready` says whether it can work; what is wrong is for those who are signed in.
 */
export function registerHealthRoutes(
  app: ApiServer,
  services: { readiness(): Promise<readonly ReadinessCheck[]> },
): void {
  app.get(
    '/health',
    {
      config: { access: 'open' },
      schema: {
        operationId: 'getHealth',
        tags: ['server'],
        description: 'Answers as long as the server is alive.',
        security: [],
        response: { 200: Type.Object({ status: Type.Literal('ok') }) },
      },
    },
    async () => ({ status: 'ok' as const }),
  )
  app.get(
    '/ready',
    {
      config: { access: 'optional' },
      schema: {
        operationId: 'getReadiness',
        tags: ['server'],
        description:
          'Whether database, migrations, queue, vault and disk are in order: yes or no, and with a session each of them.',
        security: [],
        response: { 200: ReadinessView, 503: ReadinessView },
      },
    },
    async (request, reply) => {
      const checks = await services.readiness()
      const ready = checks.every(({ ok }) => ok)
      const view = request.session === null ? { ready } : { ready, checks: [...checks] }
      return reply.code(ready ? 200 : 503).send(view)
    },
  )
}
