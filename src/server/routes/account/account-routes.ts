import Type from 'typebox'
import {
  AccountSecurity,
  ConfirmAuthenticator,
  NewAuthenticator,
  NewRecoveryCodes,
  WithProof,
} from '../../../contract/index.ts'
import type { Proofs, SecondFactors } from '../../../security/index.ts'
import type { ApiServer } from '../../api-server.ts'
import { noPasskeysHere, requireProof } from '../../proof.ts'

const tags = ['account']

/** The caller's own second factors. */
export function registerAccountRoutes(
  app: ApiServer,
  services: { readonly factors: SecondFactors; readonly proofs: Proofs },
): void {
  const { factors, proofs } = services
  app.get(
    '/account/security',
    { schema: { operationId: 'getAccountSecurity', tags, response: { 200: AccountSecurity } } },
    async (request) => ({
      ...(await factors.ofAccount(request.operator.id)),
      noPasskeysHere: noPasskeysHere(request),
    }),
  )
  app.post(
    '/account/authenticator',
    {
      schema: {
        operationId: 'beginAuthenticator',
        tags,
        description: 'A key for an authenticator app. It is in use once PUT has confirmed it with a code.',
        body: WithProof,
        response: { 201: NewAuthenticator },
      },
    },
    async (request, reply) => {
      await requireProof(request, proofs, request.body)
      return reply.code(201).send(await factors.beginAuthenticator(request.operator))
    },
  )
  app.put(
    '/account/authenticator',
    {
      schema: {
        operationId: 'confirmAuthenticator',
        tags,
        description: 'With the first second factor come recovery codes, shown this once.',
        body: ConfirmAuthenticator,
        response: { 200: NewRecoveryCodes },
      },
    },
    async (request) => ({
      recoveryCodes: await factors.confirmAuthenticator(request.operator.id, request.body.code),
    }),
  )
  app.post(
    '/account/authenticator/removal',
    {
      schema: { operationId: 'removeAuthenticator', tags, body: WithProof, response: { 204: Type.Null() } },
    },
    async (request, reply) => {
      await requireProof(request, proofs, request.body)
      await factors.removeAuthenticator(request.operator.id)
      return reply.code(204).send(null)
    },
  )
  app.post(
    '/account/recovery-codes',
    {
      schema: {
        operationId: 'renewRecoveryCodes',
        tags,
        description: 'Ten new ones, shown this once; those before work no more.',
        body: WithProof,
        response: { 201: NewRecoveryCodes },
      },
    },
    async (request, reply) => {
      await requireProof(request, proofs, request.body)
      const recoveryCodes = await factors.renewRecoveryCodes(request.operator.id)
      return reply.code(201).send({ recoveryCodes })
    },
  )
}
