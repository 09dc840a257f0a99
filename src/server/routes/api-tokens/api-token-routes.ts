import Type from 'typebox'
import { ApiTokenView, CreateApiToken, Id, NewApiToken, PageOf, PageQuery } from '../../../contract/index.ts'
import type { ApiTokens, Proofs } from '../../../security/index.ts'
import type { ApiServer } from '../../api-server.ts'
import { sessionOf } from '../../guard.ts'
import { requireProof } from '../../proof.ts'

const ById = Type.Object({ id: Id })
const tags = ['api-tokens']

/** Tokens for programs: each operator's own, and for owners those of everybody. */
export function registerApiTokenRoutes(
  app: ApiServer,
  services: { readonly apiTokens: ApiTokens; readonly proofs: Proofs },
): void {
  const { apiTokens, proofs } = services

  app.get(
    '/account/api-tokens',
    {
      schema: {
        operationId: 'listOwnApiTokens',
        tags,
        querystring: PageQuery,
        response: { 200: PageOf(ApiTokenView) },
      },
    },
    async (request) => apiTokens.list(request.query, request.operator.id),
  )

  app.post(
    '/account/api-tokens',
    {
      schema: {
        operationId: 'createApiToken',
        tags,
        description:
          'A token for a program. It never allows more than the caller may, also later on. The token is in this answer only.',
        body: CreateApiToken,
        response: { 201: NewApiToken },
      },
    },
    async (request, reply) => {
      const { operatorPassword, proof, ...wanted } = request.body
      await requireProof(request, proofs, { operatorPassword, proof })
      const made = await apiTokens.create(sessionOf(request), wanted)
      request.audited['made'] = { id: made.view.id, expiresAt: made.view.expiresAt }
      return reply.code(201).send(made)
    },
  )

  app.delete(
    '/account/api-tokens/:id',
    { schema: { operationId: 'revokeOwnApiToken', tags, params: ById, response: { 204: Type.Null() } } },
    async (request, reply) => {
      const { name, role } = await apiTokens.revoke(request.params.id, request.operator.id)
      request.audited['before'] = { name, role }
      return reply.code(204).send(null)
    },
  )

  app.get(
    '/api-tokens',
    {
      schema: {
        operationId: 'listApiTokens',
        tags,
        description: 'The tokens of all operators.',
        querystring: PageQuery,
        response: { 200: PageOf(ApiTokenView) },
      },
    },
    async (request) => apiTokens.list(request.query),
  )

  app.delete(
    '/api-tokens/:id',
    { schema: { operationId: 'revokeApiToken', tags, params: ById, response: { 204: Type.Null() } } },
    async (request, reply) => {
      const { name, role, operator } = await apiTokens.revoke(request.params.id)
      request.audited['before'] = { name, role, operator: operator.userName }
      return reply.code(204).send(null)
    },
  )
}
