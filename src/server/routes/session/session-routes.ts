import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import {
  AccessToken,
  ChangePassword,
  Id,
  type OperatorView,
  OwnSession,
  PageOf,
  SessionView,
  SignIn,
} from '../../../contract/index.ts'
import type { OperatorDirectory, Operators, Sessions } from '../../../security/index.ts'
import type { ApiServer } from '../../api-server.ts'
import { fail } from '../../errors.ts'
import { sessionOf } from '../../guard.ts'
import { auditAs, type SessionDesk } from '../../session-cookie.ts'
import { signInRateLimit } from '../../sign-in-rate-limit.ts'

const tags = ['session']

/** Sign-in and sign-out of browsers (cookie) and of command lines (bearer token). */
export function registerSessionRoutes(
  app: ApiServer,
  services: { operators: Operators; directory: OperatorDirectory; sessions: Sessions; desk: SessionDesk },
): void {
  const { operators, directory, sessions, desk } = services
  /** A name that nobody has may be a password in the wrong field: it is not kept. */
  async function authenticate(request: FastifyRequest<{ Body: SignIn }>): Promise<OperatorView> {
    try {
      return await operators.authenticate(request.body)
    } catch (error) {
      request.audited['userName'] = await operators.known(request.body.userName)
      throw error
    }
  }
  app.post(
    '/session',
    {
      config: { access: 'open', rateLimit: signInRateLimit },
      schema: { operationId: 'signIn', tags, security: [], body: SignIn, response: { 201: SessionView } },
    },
    async (request, reply) => {
      const operator = await authenticate(request)
      return reply.code(201).send(await desk.open(reply, operator))
    },
  )
  app.get(
    '/session',
    { schema: { operationId: 'getSession', tags, response: { 200: SessionView } } },
    async (request) => desk.view(sessionOf(request)),
  )
  app.delete(
    '/session',
    { schema: { operationId: 'signOut', tags, response: { 204: Type.Null() } } },
    async (request, reply) => {
      await desk.close(reply, sessionOf(request))
      return reply.code(204).send(null)
    },
  )
  app.put(
    '/session/password',
    {
      schema: {
        operationId: 'changePassword',
        tags,
        description: 'Ends the other sessions of the caller.',
        body: ChangePassword,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const { password, newPassword } = request.body
      await directory.changePassword(request.operator.id, password, newPassword, request.sessionId)
      return reply.code(204).send(null)
    },
  )
  app.get(
    '/sessions',
    {
      schema: {
        operationId: 'listSessions',
        tags,
        description: 'Where the caller is signed in.',
        response: { 200: PageOf(OwnSession) },
      },
    },
    async (request) => {
      const found = await sessions.ofOperator(request.operator.id)
      const items = found.map((one) => ({ ...one, current: one.id === request.sessionId }))
      return { items, nextCursor: null }
    },
  )
  app.delete(
    '/sessions/:id',
    {
      schema: {
        operationId: 'endSession',
        tags,
        params: Type.Object({ id: Id }),
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      if (!(await sessions.endOf(request.operator.id, request.params.id))) throw fail('SRV_SESSION_UNKNOWN')
      return reply.code(204).send(null)
    },
  )
  app.post(
    '/session/token',
    {
      config: { access: 'open', rateLimit: signInRateLimit },
      schema: {
        operationId: 'createAccessToken',
        tags,
        security: [],
        body: SignIn,
        response: { 201: AccessToken },
      },
    },
    async (request, reply) => {
      const operator = await authenticate(request)
      auditAs(request, operator)
      const { token, session } = await sessions.start(operator, 'bearer')
      const expiresAt = new Date(session.expiresAt).toISOString()
      return reply.code(201).send({ token, expiresAt, operator })
    },
  )
}
