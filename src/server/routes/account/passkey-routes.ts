import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import {
  AddedPasskey,
  Id,
  PasskeyOptions,
  PasskeyRegistration,
  PasskeyView,
  RenamePasskey,
  WithProof,
} from '../../../contract/index.ts'
import type { Proofs, SecondFactors } from '../../../security/index.ts'
import type { ApiServer } from '../../api-server.ts'
import { requirePasskeyPlace, requireProof } from '../../proof.ts'

const ById = Type.Object({ id: Id })
const tags = ['account']

/** The caller's own passkeys, and proving oneself with one. */
export function registerPasskeyRoutes(
  app: ApiServer,
  services: { readonly factors: SecondFactors; readonly proofs: Proofs },
): void {
  const { factors, proofs } = services
  const asker = (request: FastifyRequest) => ({
    place: requirePasskeyPlace(request),
    boundTo: request.sessionId,
  })
  app.post(
    '/account/passkeys/options',
    {
      schema: {
        operationId: 'beginPasskey',
        tags,
        description:
          'What the browser makes a passkey with; POST /account/passkeys adds it, in the same session.',
        body: WithProof,
        response: { 200: PasskeyOptions },
      },
    },
    async (request) => {
      const asking = asker(request)
      await requireProof(request, proofs, request.body)
      return factors.passkeys.registrationOptions(request.operator, asking)
    },
  )
  app.post(
    '/account/passkeys',
    {
      schema: {
        operationId: 'addPasskey',
        tags,
        description: 'With the first second factor come recovery codes, shown this once.',
        body: PasskeyRegistration,
        response: { 201: AddedPasskey },
      },
    },
    async (request, reply) =>
      reply.code(201).send(await factors.addPasskey(request.operator.id, request.body, asker(request))),
  )
  app.patch(
    '/account/passkeys/:id',
    {
      schema: {
        operationId: 'renamePasskey',
        tags,
        params: ById,
        body: RenamePasskey,
        response: { 200: PasskeyView },
      },
    },
    async (request) => factors.passkeys.rename(request.operator.id, request.params.id, request.body.name),
  )
  app.post(
    '/account/passkeys/:id/removal',
    {
      schema: {
        operationId: 'removePasskey',
        tags,
        params: ById,
        body: WithProof,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      await requireProof(request, proofs, request.body)
      await factors.removePasskey(request.operator.id, request.params.id)
      return reply.code(204).send(null)
    },
  )
  app.post(
    '/account/proof/passkey-options',
    {
      schema: {
        operationId: 'askPasskeyForProof',
        tags,
        description:
          'What the browser asks for a passkey with, whose answer goes into the proof of a dangerous action.',
        response: { 200: PasskeyOptions },
      },
    },
    async (request) => factors.passkeys.options('proof', request.operator.id, asker(request)),
  )
}
