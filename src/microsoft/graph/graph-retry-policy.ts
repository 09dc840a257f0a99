import { isItemCorrupt, isMicrosoftError } from '../failures/microsoft-error.ts'
import type { GraphRequest } from './graph-types.ts'

/** A status of 500 is often the item's own fault, so it is tried three times at most. */
const internalErrorAttempts = 3

/**
 * Whether a request may be sent again after this error. Reads and named writes always may; a POST only when the answer
 * proves that nothing was done (limits), or when the caller says that repeating does no harm.
 */
export function mayRepeat(request: GraphRequest, error: unknown, attempt: number): boolean {
  if (!isMicrosoftError(error)) return false
  const status = error.microsoft.httpStatus
  const harmless = (request.method ?? 'GET') !== 'POST' || request.idempotent === true
  switch (error.code) {
    case 'MSG_THROTTLED':
      return harmless || status === 429 || error.retryAfterMs !== undefined
    case 'MSG_UNAVAILABLE':
      if (isItemCorrupt(error)) return false
      if (status === 500) return harmless && attempt < internalErrorAttempts + 1
      return harmless || (status === 503 && error.retryAfterMs !== undefined)
    case 'MSG_UNREACHABLE':
    case 'MSG_TIMEOUT':
      return harmless
    default:
      return false
  }
}
