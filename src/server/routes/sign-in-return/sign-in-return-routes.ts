/**
 * The way back from Microsoft's sign-in. The built-in sign-in client may return to the root path of localhost only, which is also the
 * console's first page, so the query decides between the two; the operator's own application returns to a path of its own, to
 * which an administrator's approval returns as well. The browser is answered in every case, and never with anything from the query.
 */
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import { isAppError } from '../../../errors/index.ts'
import type { SignInReturns } from '../../../onboarding/index.ts'
import type { ApiServer } from '../../api-server.ts'
import { messagePage } from './message-page.ts'

const SignInReturnQuery = Type.Object({
  state: Type.Optional(Type.String({ maxLength: 200 })),
  code: Type.Optional(Type.String({ maxLength: 8192 })),
  error: Type.Optional(Type.String({ maxLength: 200 })),
  error_description: Type.Optional(Type.String({ maxLength: 4096 })),
  /** Of an approval for the whole organization. Whose it was is not proven by it, so nothing is done with it. */
  admin_consent: Type.Optional(Type.String({ maxLength: 20 })),
})
type SignInReturnQuery = Static<typeof SignInReturnQuery>

/** Takes the server itself and not the API's part of it: the addresses have no prefix. */
export function registerSignInReturn(
  app: ApiServer,
  services: { readonly signInReturns: SignInReturns },
): void {
  const { signInReturns } = services
  const options = {
    config: { access: 'optional' },
    schema: { hide: true, querystring: SignInReturnQuery },
  } as const

  app.get('/', options, async (request, reply) => {
    const { state, code, error } = request.query
    if (!state || !(code || error)) return reply.sendConsole()
    return complete(request, reply, request.query, signInReturns)
  })

  app.get('/microsoft/return', options, async (request, reply) => {
    const { state, code, error, admin_consent: consent } = request.query
    if (state && (code || error)) return complete(request, reply, request.query, signInReturns)
    quiet(reply)
    if (consent !== undefined && !error) {
      return messagePage(
        reply,
        200,
        'Thank you. Microsoft has recorded your approval.',
        'Whoever asked you for it can sign in again now. You may close this page.',
      )
    }
    return messagePage(
      reply,
      200,
      'Nothing was approved.',
      'If that was not your intention, open the approval link again. You may close this page.',
    )
  })
}

async function complete(
  request: FastifyRequest,
  reply: FastifyReply,
  { state = '', code, error, error_description: errorDescription }: SignInReturnQuery,
  signInReturns: SignInReturns,
): Promise<FastifyReply> {
  quiet(reply)
  const { session, customer } = request
  if (!session && !customer) {
    return messagePage(
      reply,
      401,
      'You are not signed in to the console in this browser.',
      'Sign in to the console first, open the page that you came from there, and start the sign-in with Microsoft again.',
    )
  }
  const answer = { state, code: code || undefined, error, errorDescription }
  try {
    // A browser may be both: what was started by the one is unknown to the other, and is not used up by its try.
    const path =
      (session && (await ownOrNull(signInReturns.complete(answer, session.id), customer !== null))) ??
      (customer && (await signInReturns.complete(answer, customer.sessionId)) && '/customer')
    return reply.redirect(path ?? '/', 303)
  } catch (failure) {
    if (!isAppError(failure)) throw failure
    return messagePage(reply, failure.status, failure.message, failure.remedy)
  }
}

async function ownOrNull(path: Promise<string>, tryOther: boolean): Promise<string | null> {
  try {
    return await path
  } catch (failure) {
    if (tryOther && isAppError(failure, 'ONB_SIGN_IN_UNKNOWN')) return null
    throw failure
  }
}

/** Code and state stay out of caches and of addresses that other sites see. */
function quiet(reply: FastifyReply): void {
  reply.headers({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' })
}
