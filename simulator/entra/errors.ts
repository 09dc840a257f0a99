/**
 * Errors of the sign-in service: number, OAuth error string and text, as JSON for programs. Numbers and texts as Microsoft
 * documents them (Entra error code reference, November 2026).
 */
import { randomUUID } from 'node:crypto'

type Entry = { readonly error: string; readonly status?: number; readonly suberror?: string }

const entries: Readonly<Record<number, Entry>> = {
  28000: { error: 'invalid_request' },
  50011: { error: 'invalid_request' },
  50013: { error: 'invalid_client', status: 401 },
  50020: { error: 'invalid_grant' },
  50027: { error: 'invalid_client', status: 401 },
  50034: { error: 'invalid_grant' },
  50057: { error: 'invalid_grant' },
  50058: { error: 'login_required' },
  50076: { error: 'interaction_required', suberror: 'basic_action' },
  50126: { error: 'invalid_grant' },
  50148: { error: 'invalid_grant' },
  50194: { error: 'invalid_request' },
  53003: { error: 'access_denied' },
  54005: { error: 'invalid_grant' },
  65001: { error: 'invalid_grant', suberror: 'consent_required' },
  65002: { error: 'invalid_request' },
  65004: { error: 'consent_required' },
  70000: { error: 'invalid_grant', suberror: 'bad_token' },
  70003: { error: 'unsupported_grant_type' },
  70008: { error: 'invalid_grant' },
  70011: { error: 'invalid_scope' },
  70016: { error: 'authorization_pending' },
  70018: { error: 'bad_verification_code' },
  70020: { error: 'expired_token' },
  90002: { error: 'invalid_request' },
  90014: { error: 'invalid_request' },
  90038: { error: 'invalid_request' },
  500011: { error: 'invalid_resource' },
  500113: { error: 'invalid_request' },
  500112: { error: 'invalid_grant' },
  501481: { error: 'invalid_grant' },
  700016: { error: 'unauthorized_client' },
  700021: { error: 'invalid_client', status: 401 },
  700022: { error: 'invalid_scope' },
  700023: { error: 'invalid_client', status: 401 },
  700024: { error: 'invalid_client', status: 401 },
  700025: { error: 'invalid_client', status: 401 },
  700027: { error: 'invalid_client', status: 401 },
  700082: { error: 'invalid_grant' },
  900023: { error: 'invalid_request' },
  900144: { error: 'invalid_request' },
  900439: { error: 'invalid_request' },
  900561: { error: 'invalid_request' },
  1002012: { error: 'invalid_scope' },
  7000112: { error: 'unauthorized_client' },
  7000215: { error: 'invalid_client', status: 401 },
  7000218: { error: 'invalid_client', status: 401 },
  7000222: { error: 'invalid_client', status: 401 },
  7000229: { error: 'invalid_client', status: 401 },
  9000411: { error: 'invalid_request' },
  9001023: { error: 'invalid_request' },
  9002313: { error: 'invalid_grant' },
}

export class EntraError extends Error {
  readonly number: number
  readonly error: string
  readonly status: number
  readonly suberror: string | undefined

  /** `text` is Microsoft's sentence without the number in front; `error` where the number has another one here than usual. */
  constructor(number: number, text: string, error?: string) {
    super(`AADSTS${number}: ${text}`)
    this.name = 'EntraError'
    const entry = entries[number] ?? { error: 'invalid_request' }
    this.number = number
    this.error = error ?? entry.error
    this.status = entry.status ?? 400
    this.suberror = entry.suberror
  }
}

/** `2026-01-09 02:02:12Z`, the service's own way of writing a time. */
export function serviceTime(now: number): string {
  return `${new Date(now).toISOString().slice(0, 19).replace('T', ' ')}Z`
}

/** The token endpoint's full error body. */
export function entraErrorBody(
  error: EntraError,
  now: number,
  correlationId: string,
  login: string,
): unknown {
  const traceId = randomUUID()
  const timestamp = serviceTime(now)
  return {
    error: error.error,
    error_description: `${error.message} Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${timestamp}`,
    error_codes: [error.number],
    timestamp,
    trace_id: traceId,
    correlation_id: correlationId,
    error_uri: `${login}/error?code=${error.number}`,
    ...(error.suberror === undefined ? {} : { suberror: error.suberror }),
  }
}
