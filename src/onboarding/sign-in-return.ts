/**
 * What happens when the browser comes back: redeem the code and let the account in. Whatever goes wrong becomes the onboarding's
 * own state or error, since the browser is answered with the way to its page in every case.
 */
import { signInReturnFailure } from '../microsoft/index.ts'
import { toProblem } from '../organizations/index.ts'
import { type Admission, admit } from './admission.ts'
import { approvalAsked } from './approval.ts'
import { consentAddress, consoleOf, redeemSignIn } from './browser-sign-in.ts'
import { isCustomerSession } from './customer/customer-session.ts'
import { fail } from './errors.ts'
import { cloudOf, consoleAddress, type OnboardingParts } from './parts.ts'
import type { PendingSignIn } from './sign-in.ts'
import type { OnboardingRow } from './view.ts'

/** The query of the return address, as Microsoft sends it. */
export interface SignInReturn {
  readonly state: string
  readonly code?: string | undefined
  readonly error?: string | undefined
  readonly errorDescription?: string | undefined
}

/** The browser waits meanwhile. */
const limitSeconds = 60

/** @throws ONB_SIGN_IN_UNKNOWN: nothing else, once `state` has been recognized */
export async function completeSignIn(
  parts: OnboardingParts,
  answer: SignInReturn,
  sessionId: string,
  /** Where the console is, if the browser came back to another program. */
  console?: string,
): Promise<Admission> {
  const pending = await parts.signIns.take(answer.state, sessionId)
  const origin = console ?? consoleOf(pending)
  const row = await parts.store.read(pending.subject.id)
  if (row.state !== 'signing-in') return { row, goOn: false }
  const limit = AbortSignal.timeout(limitSeconds * 1000)
  const signal = AbortSignal.any([limit, parts.closing])
  try {
    return await (answer.code === undefined
      ? refused(parts, row, pending, answer, origin)
      : signedIn(parts, row, pending, answer.code, { sessionId, signal, origin }))
  } catch (error) {
    const reason = limit.aborted ? fail('ONB_SIGN_IN_TIMEOUT', { seconds: limitSeconds }, error) : error
    return stay(parts, row, reason)
  }
}

async function stay(parts: OnboardingParts, row: OnboardingRow, error: unknown) {
  const problem = toProblem(error)
  parts.microsoft.logger.warn({ onboarding: row.id, code: problem.code }, 'the sign-in did not succeed')
  const moved = await parts.store.move(row.id, 'sign-in-failed', { error: JSON.stringify(problem) })
  return { row: moved ?? (await parts.store.read(row.id)), goOn: false }
}

async function refused(
  parts: OnboardingParts,
  row: OnboardingRow,
  pending: PendingSignIn,
  { error = 'unknown', errorDescription }: SignInReturn,
  origin: string,
) {
  const query = { error, error_description: errorDescription }
  const failure = signInReturnFailure(query, parts.microsoft.clock)
  const link = consoleAddress(parts, row.id, origin)
  const consentLink = await consentAddress(parts, cloudOf(parts, row), pending)
  const approval = approvalAsked(failure, link, consentLink)
  if (!approval) return stay(parts, row, failure)
  const moved = await parts.store.move(row.id, 'approval-needed', {
    approval: JSON.stringify(approval),
    account: null,
    error: null,
    notice: null,
  })
  return { row: moved ?? (await parts.store.read(row.id)), goOn: false }
}

async function signedIn(
  parts: OnboardingParts,
  row: OnboardingRow,
  pending: PendingSignIn,
  code: string,
  { sessionId, signal, origin }: { sessionId: string; signal: AbortSignal; origin: string },
) {
  const result = await redeemSignIn(parts, cloudOf(parts, row), pending, code, signal)
  const customerSession = isCustomerSession(sessionId) ? sessionId : null
  return admit(parts, row, result, signal, { origin, customerSession })
}
