import { randomBytes } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type {
  PasskeyAssertion,
  PasskeyOptions,
  SecondStep,
  SecondStepNeeded,
  SessionView,
} from '../contract/index.ts'
import {
  type Proofs,
  type RecoveryKits,
  rolesWithin,
  type SecondFactors,
  type Session,
  type Sessions,
} from '../security/index.ts'
import { clearCookie, readCookie, setCookie } from './cookies.ts'
import { passkeyPlace, requirePasskeyPlace } from './proof.ts'

/** How a session reaches a browser: its cookie and what the console needs to know of it. */
export interface SessionDesk {
  /** Starts a session for the browser (ending the one it had) and sets its cookie. */
  open(
    reply: FastifyReply,
    operator: Session['operator'],
    elsewhere?: { longest: number },
  ): Promise<SessionView>
  /** Answers a right password: with a session, or with what the second step needs. */
  afterPassword(reply: FastifyReply, operator: Session['operator']): Promise<FastifyReply>
  /** Ends the second step of the browser that gave the password, and starts its session. */
  completeStep(reply: FastifyReply, answer: SecondStep): Promise<SessionView>
  /** What the browser asks its passkeys with for that second step. */
  stepOptions(reply: FastifyReply): Promise<PasskeyOptions>
  /** The same for a sign-in by a passkey alone; the browser that asks gets a cookie and is the only one that can answer. */
  passkeyOptions(reply: FastifyReply): Promise<PasskeyOptions>
  openByPasskey(reply: FastifyReply, assertion: PasskeyAssertion): Promise<SessionView>
  close(reply: FastifyReply, session: Session): Promise<void>
  view(request: FastifyRequest, session: Session): Promise<SessionView>
}

export function createSessionDesk(parts: {
  sessions: Sessions
  recoveryKits: RecoveryKits
  factors: SecondFactors
  proofs: Proofs
  cookieName: string
  secure: boolean
}): SessionDesk {
  const { sessions, recoveryKits, factors, proofs, cookieName, secure } = parts
  const cookie = { path: '/', sameSite: 'lax', secure } as const
  const stepCookieName = `${cookieName}_step`
  const stepCookie = { path: '/api/v1/session', sameSite: 'strict', secure } as const
  const view = async (request: FastifyRequest, session: Session): Promise<SessionView> => ({
    operator: session.operator,
    rights: [...session.rights],
    tokenRoles: session.token ? [] : [...rolesWithin(session.operator.role)],
    csrfToken: session.csrfToken,
    secondFactorMissing: session.secondFactorMissing,
    expiresAt: new Date(session.expiresAt).toISOString(),
    recoveryKitConfirmed: await recoveryKits.confirmed(),
    proof: await proofs.ways({
      operatorId: session.operator.id,
      sessionId: session.id,
      place: passkeyPlace(request),
    }),
  })
  const stepToken = (reply: FastifyReply) => readCookie(reply.request, stepCookieName) ?? ''
  async function open(
    reply: FastifyReply,
    operator: Session['operator'],
    elsewhere?: { longest: number },
  ): Promise<SessionView> {
    const old = readCookie(reply.request, cookieName)
    const ended = old ? await sessions.find(old, 'cookie') : null
    if (ended) await sessions.end(ended.id)
    auditAs(reply.request, operator)
    const { token, session } = await sessions.start(operator, 'cookie', elsewhere)
    setCookie(reply, cookieName, token, cookie)
    return view(reply.request, session)
  }
  return {
    open,
    afterPassword: async (reply, operator) => {
      auditAs(reply.request, operator)
      const begun = await factors.beginStep(operator.id, 'cookie', passkeyPlace(reply.request))
      if (begun === null) return reply.code(201).send(await open(reply, operator))
      reply.request.audited['secondStep'] = 'to come'
      setCookie(reply, stepCookieName, begun.token, { ...stepCookie, expires: new Date(begun.expiresAt) })
      return reply.code(202).send(stepView(begun, null))
    },
    stepOptions: async (reply) => {
      const token = stepToken(reply)
      const { id } = await factors.pending(token, 'cookie')
      const asker = { place: requirePasskeyPlace(reply.request), boundTo: token }
      return factors.passkeys.options('second-step', id, asker)
    },
    passkeyOptions: async (reply) => {
      const place = requirePasskeyPlace(reply.request)
      const boundTo = randomBytes(32).toString('base64url')
      const options = await factors.passkeys.options('sign-in', null, { place, boundTo })
      setCookie(reply, stepCookieName, boundTo, { ...stepCookie, maxAge: 300 })
      return options
    },
    openByPasskey: async (reply, assertion) => {
      const asker = { place: requirePasskeyPlace(reply.request), boundTo: stepToken(reply) }
      const { operator, passkey } = await factors.passkeys.verify('sign-in', null, assertion, asker)
      reply.request.audited['passkey'] = passkey.name
      clearCookie(reply, stepCookieName, stepCookie)
      return open(reply, operator)
    },
    completeStep: async (reply, answer) => {
      const token = stepToken(reply)
      const operator = await completeSecondStep(reply.request, factors, 'cookie', token, answer)
      clearCookie(reply, stepCookieName, stepCookie)
      return open(reply, operator)
    },
    close: async (reply, session) => {
      await sessions.end(session.id)
      clearCookie(reply, cookieName, cookie)
    },
    view,
  }
}

/** The answer to a right password that is not enough. */
export function stepView(
  begun: { readonly methods: SecondStepNeeded['secondStep']['methods']; readonly expiresAt: number },
  token: string | null,
): SecondStepNeeded {
  const { methods, expiresAt } = begun
  return { secondStep: { methods, expiresAt: new Date(expiresAt).toISOString() }, token }
}

/** Whose second step it was, with how it ended in the audit trail. Throws SEC_SECOND_STEP_OVER, SEC_CODE_WRONG, SEC_SIGN_IN_THROTTLED. */
export async function completeSecondStep(
  request: FastifyRequest,
  factors: SecondFactors,
  kind: 'cookie' | 'bearer',
  token: string,
  answer: SecondStep,
): Promise<Session['operator']> {
  const operator = await factors.pending(token, kind)
  auditAs(request, operator)
  request.audited['method'] = await factors.completeStep(token, kind, answer, passkeyPlace(request))
  return operator
}

/** Names who came, for the audit trail, where no session says it yet. */
export function auditAs(request: FastifyRequest, operator: Session['operator']): void {
  request.auditActor = { id: operator.id, name: operator.userName, role: operator.role }
}
