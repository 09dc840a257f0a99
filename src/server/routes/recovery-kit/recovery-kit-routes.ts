import Type from 'typebox'
import { RecoveryKit } from '../../../contract/index.ts'
import type { RecoveryKits } from '../../../security/index.ts'
import type { ApiServer } from '../../api-server.ts'

const tags = ['recovery kit']

/** What opens the backups without this server, and that the operator has put it away. */
export function registerRecoveryKitRoutes(app: ApiServer, services: { recoveryKits: RecoveryKits }): void {
  app.get(
    '/recovery-kit',
    { schema: { operationId: 'getRecoveryKit', tags, response: { 200: RecoveryKit } } },
    async (request) => {
      request.log.info({ operator: request.operator.id }, 'the recovery kit was handed out')
      return services.recoveryKits.make()
    },
  )
  app.post(
    '/recovery-kit/confirm',
    { schema: { operationId: 'confirmRecoveryKit', tags, response: { 204: Type.Null() } } },
    async (_request, reply) => {
      await services.recoveryKits.confirm()
      return reply.code(204).send(null)
    },
  )
}
