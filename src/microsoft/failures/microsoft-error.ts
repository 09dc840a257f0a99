/**
 * The error of everything that Microsoft answers or fails to answer. Callers branch on the coarse category (or the `is…`
 * functions), never on Microsoft's codes; those are carried for people and for Microsoft's support.
 */
import { AppError, type ErrorDetails } from '../../errors/index.ts'
import { type MicrosoftErrorCode, microsoftErrors } from '../errors.ts'

/** What Microsoft said, free of anything secret. */
export interface MicrosoftFacts {
  /** The deepest error code of the answer, e.g. `Authorization_RequestDenied` or `AADSTS7000215`. */
  readonly microsoftCode: string
  /** Microsoft's own text, cut to a bounded length, without its trailing ids. */
  readonly microsoftMessage: string
  /** All codes of the answer from the outermost to the deepest, details included. */
  readonly codes: readonly string[]
  /** Number of an AADSTS error. */
  readonly aadsts?: number
  /** OAuth `error` of a token answer, e.g. `invalid_client`. */
  readonly oauthError?: string
  readonly subError?: string
  /** Absent when there was no answer. */
  readonly httpStatus?: number
  readonly requestId: string | null
  readonly correlationId: string | null
  /** Time of the error as Microsoft writes it, or ours where it does not. */
  readonly time: string | null
  /** A claims challenge to be repeated in the next sign-in. */
  readonly claims?: string
  /** Permissions of which Microsoft says one is needed. */
  readonly requiredPermissions?: readonly string[]
}

export interface MicrosoftErrorInput {
  readonly code: MicrosoftErrorCode
  readonly details: ErrorDetails
  readonly facts: MicrosoftFacts
  /** How long Microsoft asks to wait, in milliseconds. */
  readonly retryAfterMs?: number | undefined
  readonly cause?: unknown
}

export class MicrosoftError extends AppError {
  readonly microsoft: MicrosoftFacts
  /** How long Microsoft asks to wait, in milliseconds; absent when it did not say. */
  readonly retryAfterMs: number | undefined

  constructor(input: MicrosoftErrorInput) {
    super(input.code, microsoftErrors[input.code], input.details, input.cause)
    this.name = 'MicrosoftError'
    this.microsoft = input.facts
    this.retryAfterMs = input.retryAfterMs
  }
}

/** An error of this room without an answer of Microsoft behind it (network, time limit, unreadable answer). */
export function localFailure(
  code: MicrosoftErrorCode,
  details: ErrorDetails,
  facts: Partial<MicrosoftFacts> = {},
  cause?: unknown,
): MicrosoftError {
  return new MicrosoftError({
    code,
    details,
    facts: {
      microsoftCode: code,
      microsoftMessage: '',
      codes: [],
      requestId: null,
      correlationId: null,
      time: null,
      ...facts,
    },
    cause,
  })
}

function has(error: unknown, ...codes: MicrosoftErrorCode[]): error is MicrosoftError {
  return error instanceof MicrosoftError && (codes as string[]).includes(error.code)
}

export function isMicrosoftError(error: unknown): error is MicrosoftError {
  return error instanceof MicrosoftError
}
export function isNotFound(error: unknown): boolean {
  return has(error, 'MSG_NOT_FOUND')
}
export function isAccessDenied(error: unknown): boolean {
  return has(error, 'MSG_ACCESS_DENIED')
}
export function isThrottled(error: unknown): boolean {
  return has(error, 'MSG_THROTTLED')
}
/** Worth another try later without anyone doing anything. */
export function isTransient(error: unknown): boolean {
  return (
    has(error, 'MSG_THROTTLED', 'MSG_UNAVAILABLE', 'MSG_UNREACHABLE', 'MSG_TIMEOUT') ||
    (error instanceof MicrosoftError && error.microsoft.codes.some((code) => transientCodes.has(code)))
  )
}
export function isConflict(error: unknown): boolean {
  return has(error, 'MSG_CONFLICT')
}
/** The delta token is gone: enumerate everything, then treat what is missing as deleted. */
export function isResyncRequired(error: unknown): boolean {
  return has(error, 'MSG_RESYNC_REQUIRED')
}
/** A page came cut off with status 200: halve the page size, then leave the entry out that cannot be delivered. */
export function isTruncatedAnswer(error: unknown): boolean {
  return has(error, 'MSG_TRUNCATED_ANSWER')
}
/** The application's secret or certificate, or the application itself, is not accepted. */
export function isCredentialRefused(error: unknown): boolean {
  return has(error, 'MSG_CREDENTIAL_REFUSED')
}
/** The service does not offer the permission that was to be granted: the text alone says so. */
export function isPermissionNotOffered(error: unknown): boolean {
  return (
    has(error, 'MSG_BAD_REQUEST') && /was not found on application/i.test(error.microsoft.microsoftMessage)
  )
}
/** The user has no mailbox here: not licensed, on premises, or soft-deleted. */
export function isMailboxAbsent(error: unknown): boolean {
  return error instanceof MicrosoftError && error.microsoft.codes.some((code) => mailboxAbsentCodes.has(code))
}
/** Exchange holds the item but cannot deliver it; another try gives the same answer. */
export function isItemCorrupt(error: unknown): boolean {
  return error instanceof MicrosoftError && error.microsoft.codes.some((code) => corruptCodes.has(code))
}
/** A policy of the organization forbids this kind of credential for applications. */
export function isCredentialForbiddenByPolicy(error: unknown): boolean {
  return (
    error instanceof MicrosoftError &&
    error.microsoft.codes.includes('CredentialTypeNotAllowedAsPerAppPolicy')
  )
}
/** A policy of the organization wants a shorter life of the credential. */
export function isCredentialLifetimeRefused(error: unknown): boolean {
  return (
    error instanceof MicrosoftError &&
    error.microsoft.codes.includes('CredentialInvalidLifetimeAsPerAppPolicy')
  )
}

/**
 * True for the answers that mean "not yet" while Microsoft replicates an application, service principal or credential
 * that was made seconds ago. For older objects the same answers mean what they say, so only the caller that has just made
 * them may wait. Source: answers observed by several provisioning tools, 2024 to 2026.
 */
export function isReplicationDelay(error: unknown): boolean {
  if (!(error instanceof MicrosoftError)) return false
  const { codes, aadsts, microsoftMessage } = error.microsoft
  if (codes.some((code) => replicationCodes.has(code))) return true
  if (aadsts !== undefined && replicationAadsts.has(aadsts)) return true
  return /backing application of the service principal|does not reference a valid application object/i.test(
    microsoftMessage,
  )
}

const transientCodes = new Set(['Directory_ObjectNotFound'])
const mailboxAbsentCodes = new Set([
  'MailboxNotEnabledForRESTAPI',
  'ErrorInvalidUser',
  'MailboxNotSupportedForRESTAPI',
])
const corruptCodes = new Set(['ErrorCorruptData', 'ErrorCannotOpenFileAttachment', 'ErrorMimeContentInvalid'])
const replicationCodes = new Set([
  'NoBackingApplicationObject',
  'Request_ResourceNotFound',
  'Directory_ObjectNotFound',
])
/** Unknown application, wrong secret, no service principal, certificate key not found. */
const replicationAadsts = new Set([700016, 7000215, 7000229, 700027])

/** The part of an API problem that is for Microsoft's support; undefined where no request reached out to Microsoft. */
export function microsoftProblem(error: unknown):
  | {
      code: string
      message: string
      correlationId: string | null
      requestId: string | null
      time: string | null
    }
  | undefined {
  if (!(error instanceof MicrosoftError)) return undefined
  const { microsoftCode, microsoftMessage, correlationId, requestId, time } = error.microsoft
  return { code: microsoftCode, message: microsoftMessage, correlationId, requestId, time }
}
