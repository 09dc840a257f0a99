import { RotateSecrets, SecretsStatus } from '../../../contract/index.ts'
import { operatorPasswordWrong } from '../../../jobs/index.ts'
import type { Operators, OuterKeyRotation } from '../../../security/index.ts'
import type { ApiServer } from '../../api-server.ts'

const tags = ['settings']

/** The outer key of the secrets at rest. */
export function registerSecretsRoutes(
  app: ApiServer,
  services: {
    readonly outerKeyRotation: OuterKeyRotation
    readonly operators: Pick<Operators, 'verifyPassword'>
  },
): void {
  const { outerKeyRotation, operators } = services
  app.get(
    '/secrets',
    { schema: { operationId: 'getSecretsStatus', tags, response: { 200: SecretsStatus } } },
    () => outerKeyRotation.status(),
  )
  app.post(
    '/secrets/rotation',
    {
      schema: {
        operationId: 'rotateSecrets',
        tags,
        body: RotateSecrets,
        response: { 202: SecretsStatus },
      },
    },
    async (request, reply) => {
      const { id } = request.operator
      if (!(await operators.verifyPassword(id, request.body.operatorPassword))) throw operatorPasswordWrong()
      const status = await outerKeyRotation.rotate()
      request.audited = { key: status.key.id, previous: status.rotation?.previousKeyIds ?? [] }
      request.log.info(
        { operator: id, key: status.key.id },
        'the key of the secrets at rest is being rotated',
      )
      return reply.code(202).send(status)
    },
  )
}
