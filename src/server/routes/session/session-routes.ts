import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import {
  AccessToken,
  ChangePassword,
  Id,
  type OperatorView,
  OwnSession,
  PageOf,
  PasskeyAssertion,
  PasskeyOptions,
  SecondStep,
  SecondStepNeeded,
  SessionView,
  SignIn,
  TokenSecondStep,
} from '../../../contract/index.ts'
import type {
  OperatorDirectory,
  Operators,
  SecondFactors,
  Sessions,
  SingleSignOn,
} from '../../../security/index.ts'
import type { ApiServer } from '../../api-server.ts'
import { fail } from '../../errors.ts'
import { sessionOf } from '../../guard.ts'
import { auditAs, completeSecondStep, type SessionDesk, stepView } from '../../session-cookie.ts'
import { signInRateLimit } from '../../sign-in-rate-limit.ts'

const tags = ['session']

/** Sign-in and sign-out of browsers (cookie) and of command lines (bearer token). */
export function registerSessionRoutes(
  app: ApiServer,
  services: {
    operators: Operators
    directory: OperatorDirectory
    sessions: Sessions
    factors: SecondFactors
    desk: SessionDesk
    singleSignOn: Pick<SingleSignOn, 'requirePasswordAllowed'>
  },
): void {
  const { operators, directory, sessions, factors, desk, singleSignOn } = services
  async function issueToken(operator: OperatorView): Promise<AccessToken> {
    const { token, session } = await sessions.start(operator, 'bearer')
    return { token, expiresAt: new Date(session.expiresAt).toISOString(), operator }
  }
  /** A name that nobody has may be a password in the wrong field: it is not kept. */
  async function authenticate(request: FastifyRequest<{ Body: SignIn }>): Promise<OperatorView> {
    try {
      const operator = await operators.authenticate(request.body)
      await singleSignOn.requirePasswordAllowed(operator)
      return operator
    } catch (error) {
      request.audited['userName'] = await operators.known(request.body.userName)
      throw error
    }
  }
  app.post(
    '/session',
    {
      config: { access: 'open', rateLimit: signInRateLimit },
      schema: {
        operationId: 'signIn',
        tags,
        description:
          'Where the operator has a second factor, the answer is 202, and POST /session/second-step follows.',
        security: [],
        body: SignIn,
        response: { 201: SessionView, 202: SecondStepNeeded },
      },
    },
    async (request, reply) => desk.afterPassword(reply, await authenticate(request)),
  )
  app.post(
    '/session/second-step',
    {
      config: { access: 'open', rateLimit: signInRateLimit },
      schema: {
        operationId: 'completeSignIn',
        tags,
        description: 'For the browser that gave the right password, within five minutes.',
        security: [],
        body: SecondStep,
        response: { 201: SessionView },
      },
    },
    async (request, reply) => reply.code(201).send(await desk.completeStep(reply, request.body)),
  )
  app.post(
    '/session/second-step/passkey-options',
    {
      config: { access: 'open', rateLimit: signInRateLimit },
      schema: {
        operationId: 'askPasskeyForSecondStep',
        tags,
        security: [],
        response: { 200: PasskeyOptions },
      },
    },
    async (_request, reply) => desk.stepOptions(reply),
  )
  app.post(
    '/session/passkey-options',
    {
      config: { access: 'open', rateLimit: signInRateLimit },
      schema: {
        operationId: 'askPasskeyForSignIn',
        tags,
        description:
          'What the browser asks its passkeys with; POST /session/passkey answers, from the same browser.',
        security: [],
        response: { 200: PasskeyOptions },
      },
    },
    async (_request, reply) => desk.passkeyOptions(reply),
  )
  app.post(
    '/session/passkey',
    {
      config: { access: 'open', rateLimit: signInRateLimit },
      schema: {
        operationId: 'signInByPasskey',
        tags,
        security: [],
        body: PasskeyAssertion,
        response: { 201: SessionView },
      },
    },
    async (request, reply) => reply.code(201).send(await desk.openByPasskey(reply, request.body)),
  )
  app.get(
    '/session',
    { schema: { operationId: 'getSession', tags, response: { 200: SessionView } } },
    async (request) => desk.view(request, sessionOf(request)),
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
        description:
          'Where the operator has a second factor, the answer is 202, and POST /session/token/second-step follows.',
        body: SignIn,
        response: { 201: AccessToken, 202: SecondStepNeeded },
      },
    },
    async (request, reply) => {
      const operator = await authenticate(request)
      auditAs(request, operator)
      const begun = await factors.beginStep(operator.id, 'bearer', null)
      if (begun === null) return reply.code(201).send(await issueToken(operator))
      request.audited['secondStep'] = 'to come'
      return reply.code(202).send(stepView(begun, begun.token))
    },
  )
  app.post(
    '/session/token/second-step',
    {
      config: { access: 'open', rateLimit: signInRateLimit },
      schema: {
        operationId: 'completeAccessToken',
        tags,
        security: [],
        body: TokenSecondStep,
        response: { 201: AccessToken },
      },
    },
    async (request, reply) => {
      const operator = await completeSecondStep(request, factors, 'bearer', request.body.token, {
        code: request.body.code,
      })
      return reply.code(201).send(await issueToken(operator))
    },
  )
}
