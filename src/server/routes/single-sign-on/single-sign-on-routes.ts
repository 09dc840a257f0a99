/**
 * Signing in through the provider of single sign-on. The way back is a page that a browser opens: it is answered in every case with a redirect
 * within the console or with a page of our own words, and never with anything from the query.
 */
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import {
  BeginSingleSignOn,
  OwnIdentity,
  SignInOptions,
  SingleSignOnAddress,
  WithProof,
} from '../../../contract/index.ts'
import { isAppError } from '../../../errors/index.ts'
import type { Proofs, SingleSignOn } from '../../../security/index.ts'
import type { ApiServer } from '../../api-server.ts'
import { clearCookie, readCookie, setCookie } from '../../cookies.ts'
import { originOf } from '../../hosts.ts'
import { requireProof } from '../../proof.ts'
import { auditAs, type SessionDesk } from '../../session-cookie.ts'
import { signInRateLimit } from '../../sign-in-rate-limit.ts'
import { messagePage } from '../sign-in-return/message-page.ts'

const text = (maxLength: number) => Type.Optional(Type.String({ maxLength }))
const ReturnQuery = Type.Object({
  state: text(200),
  code: text(8192),
  error: text(200),
  error_description: text(4096),
  iss: text(500),
  session_state: text(500),
})
/** What of the answer is looked at. */
const answerNames = ['state', 'code', 'error', 'iss'] as const

const tags = ['session']
const cookiePath = '/api/v1/session/single-sign-on'

export function registerSingleSignOnRoutes(
  app: ApiServer,
  services: {
    readonly singleSignOn: SingleSignOn
    readonly proofs: Proofs
    readonly desk: SessionDesk
    readonly cookieName: string
    readonly secureCookies: boolean
  },
): void {
  const { singleSignOn, proofs, desk, secureCookies } = services
  const cookieName = `${services.cookieName}_sso`
  // Lax: the way back is a navigation that the provider's page leads to.
  const cookie = { path: cookiePath, sameSite: 'lax', secure: secureCookies } as const

  async function begin(
    request: FastifyRequest,
    reply: FastifyReply,
    wanted: {
      returnTo?: string | undefined
      invitation?: string | undefined
      operatorId?: string
      sessionId?: string
    },
  ): Promise<SingleSignOnAddress> {
    const { address, browser } = await singleSignOn.begin({ origin: originOf(request), ...wanted })
    setCookie(reply, cookieName, browser, { ...cookie, maxAge: 600 })
    return { address }
  }

  app.get(
    '/session/options',
    {
      config: { access: 'open' },
      schema: { operationId: 'getSignInOptions', tags, security: [], response: { 200: SignInOptions } },
    },
    () => singleSignOn.options(),
  )

  app.post(
    '/session/single-sign-on',
    {
      config: { access: 'open', rateLimit: signInRateLimit },
      schema: {
        operationId: 'beginSingleSignOn',
        tags,
        security: [],
        description: 'Answers the address at the provider; the browser comes back within ten minutes.',
        body: BeginSingleSignOn,
        response: { 201: SingleSignOnAddress },
      },
    },
    async (request, reply) => reply.code(201).send(await begin(request, reply, request.body)),
  )

  app.get(
    '/session/single-sign-on/return',
    {
      config: { access: 'open', rateLimit: signInRateLimit },
      schema: {
        operationId: 'returnFromSingleSignOn',
        tags,
        security: [],
        description: 'The redirect URI. Leads on into the console, or shows why not.',
        querystring: ReturnQuery,
      },
    },
    async (request, reply) => {
      const answer = new URLSearchParams()
      for (const name of answerNames) {
        const value = request.query[name]
        if (value) answer.set(name, value)
      }
      const secret = readCookie(request, cookieName) ?? ''
      clearCookie(reply, cookieName, cookie)
      reply.header(
        'content-security-policy',
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
      )
      try {
        const returned = await singleSignOn.complete(answer, secret)
        const { purpose, operator, changed, issuer } = returned
        auditAs(request, operator)
        Object.assign(request.audited, { purpose, issuer, ...(changed && { changed }) })
        if (purpose === 'proof') {
          return messagePage(reply, 200, 'It was you.', 'Close this page, and go on where you came from.', {
            heading: 'Single sign-on',
            back: ['/', 'To the console'],
          })
        }
        if (purpose !== 'link') await desk.open(reply, operator, { longest: returned.longestSession })
        return reply.redirect(returned.returnTo, 303)
      } catch (failure) {
        if (!isAppError(failure)) throw failure
        request.audited['code'] = failure.code
        request.log.info({ code: failure.code, err: failure.cause }, 'a single sign-on was refused')
        return messagePage(reply, failure.status, failure.message, `${failure.remedy} (${failure.code})`, {
          heading: 'Single sign-on',
          back: ['/sign-in', 'To the sign-in page'],
        })
      }
    },
  )

  app.get(
    '/account/identity',
    { schema: { operationId: 'getOwnIdentity', tags, response: { 200: OwnIdentity } } },
    async (request) => singleSignOn.identity(request.operator.id),
  )

  app.post(
    '/account/identity',
    {
      schema: {
        operationId: 'linkOwnIdentity',
        tags,
        description:
          'Answers the address at the provider; whoever signs in there is the caller from then on.',
        body: WithProof,
        response: { 201: SingleSignOnAddress },
      },
    },
    async (request, reply) => {
      const { id } = request.operator
      await requireProof(request, proofs, request.body)
      const wanted = { operatorId: id, returnTo: '/settings/account' }
      return reply.code(201).send(await begin(request, reply, wanted))
    },
  )

  app.post(
    '/account/proof/single-sign-on',
    {
      schema: {
        operationId: 'beginProofBySingleSignOn',
        tags,
        description:
          'For who has nothing else: answers the address at the provider. Who signs in anew there has proved themselves in this session for five minutes.',
        response: { 201: SingleSignOnAddress },
      },
    },
    async (request, reply) => {
      const wanted = { operatorId: request.operator.id, sessionId: request.sessionId }
      return reply.code(201).send(await begin(request, reply, wanted))
    },
  )

  app.delete(
    '/account/identity',
    { schema: { operationId: 'unlinkOwnIdentity', tags, response: { 204: Type.Null() } } },
    async (request, reply) => {
      request.audited['before'] = (await singleSignOn.identity(request.operator.id)).identity
      await singleSignOn.unlink(request.operator.id)
      return reply.code(204).send(null)
    },
  )
}
