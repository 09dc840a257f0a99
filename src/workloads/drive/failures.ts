/** What an error of Graph means to a drive that is being backed up. */
import { isAppError } from '../../errors/index.ts'
import {
  isAccessDenied,
  isCredentialRefused,
  isMicrosoftError,
  isNotFound,
  isThrottled,
} from '../../microsoft/index.ts'
import { fail } from '../errors.ts'

/** Why there is no drive, in words; undefined when the error does not say that. */
export function driveAbsence(error: unknown): string | undefined {
  if (!isMicrosoftError(error)) return undefined
  if (/does not have a SPO license/i.test(error.microsoft.microsoftMessage))
    return 'The organization has no licence for SharePoint and OneDrive.'
  if (!isNotFound(error)) return undefined
  // "User's mysite not found.": never opened, not licensed, or deleted.
  return /mysite/i.test(error.microsoft.microsoftMessage)
    ? 'The user has no OneDrive: it was never opened, or the user has no licence for it.'
    : 'There is no such drive any more.'
}

/** Why a drive that is there lets nobody in, in words; undefined when the error does not say that (423, Microsoft Graph, 2026). */
export function driveClosed(error: unknown): string | undefined {
  if (!isMicrosoftError(error) || error.microsoft.httpStatus !== 423) return undefined
  return error.microsoft.codes.includes('notAllowed')
    ? 'The site is archived; its last state is kept. It is backed up again when somebody reactivates it in the SharePoint admin center.'
    : 'The site is locked; its last state is kept. It is backed up again when an administrator unlocks it in the SharePoint admin center.'
}

/** Of a file that the delta itself calls infected. */
export function infectedFile(): Error {
  return fail('WRK_FILE_INFECTED')
}

/** The file is given to nobody, and no other try changes it. */
export function meansInfected(error: unknown): boolean {
  if (isAppError(error, 'WRK_FILE_INFECTED')) return true
  return isMicrosoftError(error) && error.microsoft.codes.includes('malwareDetected')
}

/**
 * The one file cannot be read now; others of the drive may well be. Refused access may be the file's own (rights management); whether it is
 * the drive's shows when one after the other fails.
 */
export function meansFileFailed(error: unknown): boolean {
  if (isAppError(error, 'WRK_FILE_CHANGED', 'WRK_FILE_INCOMPLETE', 'WRK_DRIVE_ITEM_INCOMPLETE')) return true
  if (!isMicrosoftError(error) || driveClosed(error) !== undefined) return false
  if (isThrottled(error) || isCredentialRefused(error)) return false
  return isAccessDenied(error) || (error.microsoft.httpStatus ?? 400) >= 400
}
