/** Turns an answer with an error status into a `MicrosoftError`: reads the body leniently, since every service has a dialect. */
import type { MicrosoftErrorCode } from '../errors.ts'
import { parseRateLimitPause, parseRetryAfter } from '../network/retry-after.ts'
import { findExplanation } from './catalogue.ts'
import { clockDifference } from './clock-difference.ts'
import { explainMicrosoftError } from './explain.ts'
import { MicrosoftError, type MicrosoftFacts } from './microsoft-error.ts'

export interface FailedAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** The body: text, or JSON already parsed. */
  readonly body: unknown
  /** Milliseconds since the epoch, for a `Retry-After` date. */
  readonly now: number
}

/** An error answer of Microsoft Graph. */
export function graphFailure({ status, headers, body, now }: FailedAnswer): MicrosoftError {
  const envelope = record(record(parsed(body))?.['error']) ?? {}
  const inner = record(envelope['innerError']) ?? record(envelope['innererror']) ?? {}
  const message = readable(envelope['message'])
  const codes = allCodes(envelope)
  const outer = codes[0] ?? ''
  const microsoftCode = codes.findLast((code) => findExplanation(code)) ?? (outer || `HTTP ${status}`)
  const requiredPermissions = permissionsIn(message)
  const claims = claimsIn(headers['www-authenticate'])
  const facts: MicrosoftFacts = {
    microsoftCode,
    microsoftMessage: message,
    codes,
    httpStatus: status,
    requestId: headers['request-id'] ?? text(inner['request-id']),
    correlationId: headers['client-request-id'] ?? text(inner['client-request-id']),
    time: text(inner['date']) ?? headers['date'] ?? new Date(now).toISOString(),
    ...(claims === undefined ? {} : { claims }),
    ...(requiredPermissions.length > 0 ? { requiredPermissions } : {}),
  }
  return microsoftError(graphCategory(status, codes), facts, headers, now)
}

/** An error answer of the login service, or the error parameters of a sign-in that came back. */
export function entraFailure({ status, headers, body, now }: FailedAnswer): MicrosoftError {
  const answer = record(parsed(body)) ?? {}
  const oauthError = text(answer['error']) ?? ''
  const description = text(answer['error_description']) ?? ''
  const aadsts = aadstsNumber(answer['error_codes'], description)
  const claims = text(answer['claims'])
  const subError = text(answer['suberror']) ?? text(answer['error_subcode'])
  const facts: MicrosoftFacts = {
    microsoftCode: aadsts === undefined ? oauthError || `HTTP ${status}` : `AADSTS${aadsts}`,
    microsoftMessage: readable(description),
    codes: oauthError === '' ? [] : [oauthError],
    ...(aadsts === undefined ? {} : { aadsts }),
    ...(oauthError === '' ? {} : { oauthError }),
    ...(subError === null ? {} : { subError }),
    ...(claims === null ? {} : { claims }),
    httpStatus: status,
    requestId:
      text(answer['trace_id']) ?? idIn(description, 'Trace ID') ?? headers['x-ms-request-id'] ?? null,
    correlationId:
      text(answer['correlation_id']) ??
      idIn(description, 'Correlation ID') ??
      headers['client-request-id'] ??
      null,
    time:
      text(answer['timestamp']) ?? timestampIn(description) ?? headers['date'] ?? new Date(now).toISOString(),
  }
  return microsoftError(entraCategory(status, oauthError, aadsts), facts, headers, now)
}

/** The number in an AADSTS error: from the list of codes, else from the text. The first one explained wins. */
export function aadstsNumber(list: unknown, description: string): number | undefined {
  const listed = Array.isArray(list) ? list.filter((code): code is number => typeof code === 'number') : []
  const written = [...description.matchAll(/AADSTS(\d{4,8})/g)].map((match) => Number(match[1]))
  const numbers = [...listed, ...written]
  return numbers.find((number) => findExplanation(number)) ?? numbers[0]
}

function microsoftError(
  code: MicrosoftErrorCode,
  facts: MicrosoftFacts,
  headers: Readonly<Record<string, string>>,
  now: number,
): MicrosoftError {
  const { happened, why, remedy } = explainMicrosoftError(facts)
  // Behind a refused credential, token or sign-in there may be nothing but a wrong clock.
  const clocks = refusals.has(code) ? clockDifference(headers['date'], now) : undefined
  return new MicrosoftError({
    code,
    details: {
      happened,
      why: clocks === undefined ? why : `${why} ${clocks}`.trim(),
      remedy: clocks === undefined ? remedy : `Set the clock of this server right (NTP). ${remedy}`,
      microsoftCode: facts.microsoftCode,
      httpStatus: facts.httpStatus ?? null,
    },
    facts,
    retryAfterMs: longest(parseRetryAfter(headers['retry-after'], now), parseRateLimitPause(headers)),
  })
}

/** What was asked for in words of its own counts even where a limit says less. */
const longest = (asked: number | undefined, limit: number): number | undefined =>
  limit > 0 ? Math.max(asked ?? 0, limit) : asked

const refusals: ReadonlySet<MicrosoftErrorCode> = new Set([
  'MSG_CREDENTIAL_REFUSED',
  'MSG_SIGN_IN_REFUSED',
  'MSG_TOKEN_REFUSED',
])
const resyncCodes = /^(syncState(NotFound|Invalid)|resync.*)$/i
const throttleCodes =
  /^(applicationThrottled|tooManyRequests|activityLimitReached|throttledRequest|request_ThrottledTemporarily)$/i

function graphCategory(status: number, codes: readonly string[]): MicrosoftErrorCode {
  if (status === 410 || (status < 500 && codes.some((code) => resyncCodes.test(code))))
    return 'MSG_RESYNC_REQUIRED'
  if (status === 429 || status === 509 || codes.some((code) => throttleCodes.test(code)))
    return 'MSG_THROTTLED'
  if (status === 401) return 'MSG_TOKEN_REFUSED'
  if (status === 403) return 'MSG_ACCESS_DENIED'
  if (status === 404) return 'MSG_NOT_FOUND'
  if (status === 409 || status === 412) return 'MSG_CONFLICT'
  if (status === 408 || (status >= 500 && status !== 501 && status !== 507)) return 'MSG_UNAVAILABLE'
  return 'MSG_BAD_REQUEST'
}

const transientAadsts = new Set([90033, 90006, 90024, 90090, 50033, 90012])
const credentialAadsts = new Set([
  700011, 700016, 70001, 7000112, 1000031, 7000215, 7000218, 7000222, 7000229, 700024, 700027, 700030, 50012,
])

function entraCategory(status: number, oauthError: string, aadsts: number | undefined): MicrosoftErrorCode {
  if (status === 429 || aadsts === 90055) return 'MSG_THROTTLED'
  if (aadsts !== undefined && transientAadsts.has(aadsts)) return 'MSG_UNAVAILABLE'
  if (status >= 500 || oauthError === 'temporarily_unavailable' || oauthError === 'server_error') {
    return 'MSG_UNAVAILABLE'
  }
  if (oauthError === 'invalid_client' || (aadsts !== undefined && credentialAadsts.has(aadsts))) {
    return 'MSG_CREDENTIAL_REFUSED'
  }
  return 'MSG_SIGN_IN_REFUSED'
}

/** Outermost first, deepest last; details come before the inner errors. */
function allCodes(error: Record<string, unknown>): string[] {
  const codes: string[] = []
  const push = (value: unknown) => {
    if (typeof value === 'string' && value !== '' && value.length <= 200) codes.push(value)
  }
  push(error['code'])
  const details = Array.isArray(error['details']) ? error['details'] : []
  for (const detail of details.slice(0, 20)) push(record(detail)?.['code'])
  let inner = record(error['innerError']) ?? record(error['innererror'])
  for (let depth = 0; inner && depth < 10; depth += 1) {
    push(inner['code'])
    inner = record(inner['innerError']) ?? record(inner['innererror'])
  }
  // Some services put the true error as JSON into the text of an `UnknownError`.
  if (error['code'] === 'UnknownError' && typeof error['message'] === 'string') {
    const nested = record(parsed(error['message']))
    push(record(nested?.['error'])?.['code'] ?? nested?.['errorCode'] ?? nested?.['code'])
  }
  return codes
}

/** "API requires one of 'A, B'. Roles on the request ''." (Microsoft Teams) */
function permissionsIn(message: string): string[] {
  const list = /requires one of '([^']{1,2000})'/i.exec(message)?.[1]
  return list === undefined
    ? []
    : list
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== '')
}

function claimsIn(header: string | undefined): string | undefined {
  const encoded = /claims="([A-Za-z0-9+/=_-]{1,8000})"/.exec(header ?? '')?.[1]
  return encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString('utf8')
}

/** Ids follow the text after CRLF, or after spaces in newer answers. */
function idIn(description: string, name: 'Trace ID' | 'Correlation ID'): string | null {
  return new RegExp(`${name}:\\s*([0-9a-fA-F-]{36})`).exec(description)?.[1] ?? null
}

function timestampIn(description: string): string | null {
  return /Timestamp:\s*(\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\dZ?)/.exec(description)?.[1] ?? null
}

/** Microsoft's text without its ids, bounded, and without anything that looks like a token. */
function readable(message: unknown): string {
  if (typeof message !== 'string') return ''
  const body = message.split('Trace ID:')[0] ?? ''
  return body
    .replaceAll(/eyJ[\w-]{10,}(\.[\w-]*){0,4}/g, '(token)')
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, 1_000)
}

function parsed(body: unknown): unknown {
  if (typeof body !== 'string') return body
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

function record(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}
