import { RotateSecrets, SecretsStatus } from '../../../contract/index.ts'
import type { OuterKeyRotation, Proofs } from '../../../security/index.ts'
import type { ApiServer } from '../../api-server.ts'
import { requireProof } from '../../proof.ts'

const tags = ['settings']

/** The outer key of the secrets at rest. */
export function registerSecretsRoutes(
  app: ApiServer,
  services: {
    readonly outerKeyRotation: OuterKeyRotation
    readonly proofs: Proofs
  },
): void {
  const { outerKeyRotation, proofs } = services
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
      await requireProof(request, proofs, request.body)
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
