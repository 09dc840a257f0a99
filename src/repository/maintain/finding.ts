/** Findings of the validator, worded by the error catalogue. */
import { type ErrorDetails, isAppError } from '../../errors/index.ts'
import { fail, type repositoryErrors } from '../errors.ts'
import type { Finding } from '../repository.ts'

/** `error`: something cannot be restored as it should; `warning`: everything can, but something is not as it should be. */
export function finding(
  severity: Finding['severity'],
  subject: string,
  code: keyof typeof repositoryErrors,
  details: ErrorDetails = {},
): Finding {
  return { severity, code, subject, message: fail(code, details).message }
}

/** An error as a finding; what is not the repository's fault (an unreachable place, a cancellation) is thrown on. */
export function findingOf(error: unknown, subject: string): Finding {
  if (!isAppError(error) || error.code.startsWith('STO_STORAGE_')) throw error
  const cause = isAppError(error.cause) ? ` ${error.cause.message}` : ''
  return { severity: 'error', code: error.code, subject, message: error.message + cause }
}
