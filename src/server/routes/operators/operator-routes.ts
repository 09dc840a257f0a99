import Type from 'typebox'
import {
  AcceptOperatorLink,
  ChangeOperator,
  Id,
  InviteOperator,
  OperatorDetail,
  OperatorLink,
  OperatorQuery,
  PageOf,
  SecondStepNeeded,
  SessionView,
  WithProof,
} from '../../../contract/index.ts'
import type { OperatorDirectory, Proofs, SingleSignOn } from '../../../security/index.ts'
import type { ApiServer } from '../../api-server.ts'
import { requireProof } from '../../proof.ts'
import type { SessionDesk } from '../../session-cookie.ts'
import { signInRateLimit } from '../../sign-in-rate-limit.ts'

const ById = Type.Object({ id: Id })
const tags = ['operators']

/** Who works with this server. */
export function registerOperatorRoutes(
  app: ApiServer,
  services: {
    readonly directory: OperatorDirectory
    readonly desk: SessionDesk
    readonly proofs: Proofs
    readonly singleSignOn: Pick<SingleSignOn, 'requirePasswordAllowed'>
  },
): void {
  const { directory, desk, proofs, singleSignOn } = services

  app.get(
    '/operators',
    {
      schema: {
        operationId: 'listOperators',
        tags,
        querystring: OperatorQuery,
        response: { 200: PageOf(OperatorDetail) },
      },
    },
    async (request) => directory.list(request.query),
  )

  app.get(
    '/operators/:id',
    { schema: { operationId: 'getOperator', tags, params: ById, response: { 200: OperatorDetail } } },
    async (request) => directory.get(request.params.id),
  )

  app.post(
    '/operators',
    {
      schema: {
        operationId: 'inviteOperator',
        tags,
        description:
          'The answer holds the link by which the operator chooses a password; it is shown this once.',
        body: InviteOperator,
        response: { 201: OperatorLink },
      },
    },
    async (request, reply) => reply.code(201).send(linkView(request, await directory.invite(request.body))),
  )

  app.post(
    '/operators/:id/link',
    {
      schema: {
        operationId: 'createOperatorLink',
        tags,
        description:
          'A new link, for an invitation that was lost or a forgotten password. It ends the one before.',
        params: ById,
        response: { 201: OperatorLink },
      },
    },
    async (request, reply) =>
      reply.code(201).send(linkView(request, await directory.issueLink(request.params.id))),
  )

  app.patch(
    '/operators/:id',
    {
      schema: {
        operationId: 'changeOperator',
        tags,
        params: ById,
        body: ChangeOperator,
        response: { 200: OperatorDetail },
      },
    },
    async (request) => {
      const { role, reach, state } = await directory.get(request.params.id)
      request.audited['before'] = { role, reach, state }
      return directory.change(request.params.id, request.body, request.operator.id)
    },
  )

  app.delete(
    '/operators/:id',
    { schema: { operationId: 'removeOperator', tags, params: ById, response: { 204: Type.Null() } } },
    async (request, reply) => {
      const { userName, role } = await directory.get(request.params.id)
      request.audited['before'] = { userName, role }
      await directory.remove(request.params.id, request.operator.id)
      return reply.code(204).send(null)
    },
  )

  app.post(
    '/operators/:id/second-factors/removal',
    {
      schema: {
        operationId: 'removeSecondFactors',
        tags,
        description:
          'For an operator who has lost them: the password alone signs in again. Ends their sessions.',
        params: ById,
        body: WithProof,
        response: { 200: OperatorDetail },
      },
    },
    async (request) => {
      const { id } = request.params
      const { userName, secondFactors } = await directory.get(id)
      request.audited['before'] = { userName, secondFactors }
      await requireProof(request, proofs, request.body)
      await directory.removeSecondFactors(id)
      return directory.get(id)
    },
  )

  app.post(
    '/operator-links/accept',
    {
      config: { access: 'open', rateLimit: signInRateLimit },
      schema: {
        operationId: 'acceptOperatorLink',
        tags,
        security: [],
        body: AcceptOperatorLink,
        response: { 201: SessionView, 202: SecondStepNeeded },
      },
    },
    async (request, reply) => {
      const { token, password } = request.body
      await singleSignOn.requirePasswordAllowed(await directory.get(await directory.invitedBy(token)))
      const operator = await directory.acceptLink(token, password)
      return desk.afterPassword(reply, operator)
    },
  )
}

/** The page is where the console is; the token in the fragment stays out of every log on the way. */
function linkView(
  { protocol, host }: { readonly protocol: string; readonly host: string },
  issued: { readonly operator: OperatorDetail; readonly token: string; readonly expiresAt: number },
): OperatorLink {
  const { operator, token, expiresAt } = issued
  return {
    operator,
    token,
    address: `${protocol}://${host}/welcome#token=${token}`,
    expiresAt: new Date(expiresAt).toISOString(),
  }
}
