/**
 * Errors of the sign-in service: number, OAuth error string and text, as JSON for programs.
 */
import { randomUUID } from 'node:crypto'
import { type EntraErrorEntry, entraErrors } from './error-table.ts'

export class EntraError extends Error {
  readonly number: number
  readonly error: string
  readonly status: number
  readonly suberror: string | undefined

  /** `text` is Microsoft's sentence without the number in front; `error` where the number has another one here than usual. */
  constructor(number: number, text: string, error?: string) {
    super(`AADSTS${number}: ${text}`)
    this.name = 'EntraError'
    const entry: Partial<EntraErrorEntry> = entraErrors[number] ?? {}
    this.number = number
    this.error = error ?? entry.error ?? 'invalid_request'
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
