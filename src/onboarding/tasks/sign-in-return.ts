/**
 * The browser comes back from a sign-in for a task. Whatever goes wrong becomes the task's own state or error, since the browser is
 * answered with the way to its page in every case.
 */
import { signInReturnFailure } from '../../microsoft/index.ts'
import { cloudOf, toProblem } from '../../organizations/index.ts'
import { approvalAsked } from '../approval.ts'
import { consentAddress, consoleOf, redeemSignIn } from '../browser-sign-in.ts'
import { fail as onboardingFail } from '../errors.ts'
import type { PendingSignIn } from '../sign-in.ts'
import type { SignInReturn } from '../sign-in-return.ts'
import { admit, type TaskAdmission, taskAddress } from './admission.ts'
import type { TaskParts } from './context.ts'
import type { TaskRow } from './view.ts'

/** The browser waits meanwhile. */
const limitSeconds = 60

/** @throws ONB_SIGN_IN_UNKNOWN: nothing else, once `state` has been recognized */
export async function completeTaskSignIn(
  parts: TaskParts,
  answer: SignInReturn,
  sessionId: string,
): Promise<TaskAdmission> {
  const pending = await parts.signIns.take(answer.state, sessionId)
  const row = await parts.store.read(pending.subject.id)
  if (row.state !== 'signing-in') return { row, goOn: false }
  const limit = AbortSignal.timeout(limitSeconds * 1000)
  const signal = AbortSignal.any([limit, parts.closing])
  try {
    if (answer.code === undefined) return await refused(parts, row, pending, answer)
    const cloud = cloudOf(parts.microsoft, { cloud: row.cloud, name: row.organization_name })
    const result = await redeemSignIn(parts, cloud, pending, answer.code, signal)
    return await admit(parts, row, result, signal, consoleOf(pending))
  } catch (error) {
    const reason = limit.aborted
      ? onboardingFail('ONB_SIGN_IN_TIMEOUT', { seconds: limitSeconds }, error)
      : error
    return stay(parts, row, reason)
  }
}

async function stay(parts: TaskParts, row: TaskRow, error: unknown): Promise<TaskAdmission> {
  const problem = toProblem(error)
  parts.microsoft.logger.warn({ task: row.id, code: problem.code }, 'the sign-in did not succeed')
  const moved = await parts.store.move(row.id, 'sign-in-failed', { error: JSON.stringify(problem) })
  return { row: moved ?? (await parts.store.read(row.id)), goOn: false }
}

async function refused(
  parts: TaskParts,
  row: TaskRow,
  pending: PendingSignIn,
  { error = 'unknown', errorDescription }: SignInReturn,
): Promise<TaskAdmission> {
  const query = { error, error_description: errorDescription }
  const failure = signInReturnFailure(query, parts.microsoft.clock)
  const cloud = cloudOf(parts.microsoft, { cloud: row.cloud, name: row.organization_name })
  const link = taskAddress(parts, row, consoleOf(pending))
  const approval = approvalAsked(failure, link, await consentAddress(parts, cloud, pending))
  if (!approval) return stay(parts, row, failure)
  const moved = await parts.store.move(row.id, 'approval-needed', {
    approval: JSON.stringify(approval),
    account: null,
    error: null,
    notice: null,
  })
  return { row: moved ?? (await parts.store.read(row.id)), goOn: false }
}
