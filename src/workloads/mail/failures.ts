/** What an error of Graph means to a mailbox that is being backed up. */

import { isAppError } from '../../errors/index.ts'
import {
  isAccessDenied,
  isCredentialRefused,
  isItemCorrupt,
  isMailboxAbsent,
  isMicrosoftError,
  isNotFound,
  isThrottled,
} from '../../microsoft/index.ts'

/** The message or folder itself is no longer there (as opposed to the mailbox). */
export function meansGone(error: unknown): boolean {
  return isNotFound(error) && !isMailboxAbsent(error)
}

/**
 * The one item cannot be read now; others of the mailbox may well be. Refused access, throttling, lost connections and a
 * missing mailbox concern them all, so they are not the item's.
 */
export function meansItemFailed(error: unknown): boolean {
  if (isAppError(error, 'WRK_CONTENT_EMPTY', 'WRK_MESSAGE_INCOMPLETE')) return true
  if (!isMicrosoftError(error)) return false
  const status = error.microsoft.httpStatus ?? 0
  if (isThrottled(error) || isAccessDenied(error) || isCredentialRefused(error) || isMailboxAbsent(error))
    return false
  return isItemCorrupt(error) || status >= 400
}
