import Type from 'typebox'
import { CredentialRotationView, Id, PageOf, PageQuery, StartRotation } from '../../../contract/index.ts'
import type { Rotations } from '../../../organizations/index.ts'
import type { ApiServer } from '../../api-server.ts'

const ById = Type.Object({ id: Id })
const tags = ['organizations']

/** 'Rotate credential' of certificates. */
export function registerRotationRoutes(
  app: ApiServer,
  services: { readonly organizations: { readonly rotations: Rotations } },
): void {
  const { rotations } = services.organizations

  app.post(
    '/organizations/:id/rotations',
    {
      schema: {
        operationId: 'startRotation',
        description:
          'Replaces the certificate by a new one, in the background; a rotation under way is answered instead.',
        tags,
        params: ById,
        body: Type.Optional(StartRotation),
        response: { 202: CredentialRotationView },
      },
    },
    async (request, reply) =>
      reply.code(202).send(await rotations.start(request.params.id, request.body ?? {}, request.operator.id)),
  )

  app.get(
    '/organizations/:id/rotations',
    {
      schema: {
        operationId: 'listRotations',
        tags,
        params: ById,
        querystring: PageQuery,
        response: { 200: PageOf(CredentialRotationView) },
      },
    },
    async (request) => rotations.list(request.params.id, request.query),
  )

  app.post(
    '/organizations/:id/rotations/cancel',
    {
      schema: {
        operationId: 'cancelRotation',
        tags,
        params: ById,
        response: { 200: CredentialRotationView },
      },
    },
    async (request) => rotations.cancel(request.params.id),
  )
}
