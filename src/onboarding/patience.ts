/**
 * What Microsoft answers while it still replicates an application made seconds ago looks like an error, and means "not yet".
 * Here is told which errors those are, in which words the wait is shown, and how long to wait.
 */
import { isAppError } from '../errors/index.ts'
import {
  isAccessDenied,
  isMicrosoftError,
  isNotFound,
  isReplicationDelay,
  isTransient,
} from '../microsoft/index.ts'

/** The time budget of one creation, shown to the operator. */
export const budgetMs = 10 * 60 * 1000

const waitsMs = [2_000, 4_000, 8_000, 16_000]
const longestWaitMs = 30_000

/** How long to wait after the given number of failed tries (1 for the first), or as long as Microsoft asked for. */
export function waitMs(failedTries: number, askedMs = 0): number {
  return Math.max(waitsMs[failedTries - 1] ?? longestWaitMs, askedMs)
}

/** The reason for a wait, or undefined when the error means what it says. */
export function notYet(stepId: string, error: unknown): string | undefined {
  if (isAppError(error, 'ONB_ROLES_MISSING'))
    return `Microsoft has not put ${String(error.details['roles'])} into the access token yet`
  if (isAppError(error, 'TSK_STILL_THERE')) return `Microsoft still shows ${String(error.details['what'])}`
  if (isAppError(error, 'ONB_NOT_REPLICATED')) return replicating(stepId)
  if (isReplicationDelay(error)) return replicating(stepId)
  if (isTransient(error)) return 'Microsoft is busy or cannot be reached'
  // Whatever these steps refer to was made by the steps before them.
  if (isNotFound(error) && stepId !== 'application') return replicating(stepId)
  if (stepId.startsWith('probe:') && (isAccessDenied(error) || isAppError(error, 'MSG_TOKEN_REFUSED')))
    return 'Exchange Online does not know the new permissions yet'
  return undefined
}

function replicating(stepId: string): string {
  if (stepId === 'purge') return 'Microsoft does not list the application among the deleted ones yet'
  return stepId === 'first-token'
    ? 'Microsoft does not accept the new credential yet'
    : stepId.startsWith('permission:')
      ? 'Microsoft is still replicating the new service principal'
      : 'Microsoft is still replicating the new application'
}

/** How long Microsoft asked to wait, in milliseconds; 0 when it did not. */
export function askedWaitMs(error: unknown): number {
  return isMicrosoftError(error) ? (error.retryAfterMs ?? 0) : 0
}
