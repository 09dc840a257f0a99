/**
 * Reads a `Retry-After` header: seconds or an HTTP date (RFC 9110, section 10.2.3).
 * @returns milliseconds from `now`, never negative; undefined when absent or unreadable
 */
export function parseRetryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined
  const text = header.trim()
  if (/^\d+(\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1000)
  if (!/^[A-Za-z]{3,9},? /.test(text)) return undefined
  const date = Date.parse(text)
  return Number.isNaN(date) ? undefined : Math.max(0, date - now)
}

/**
 * How long SharePoint wants no more requests: until `RateLimit-Reset` (seconds) once `RateLimit-Remaining` is 0; it sends both from 80 % of the
 * limit on ("Avoid getting throttled or blocked in SharePoint Online", 2026).
 * @returns milliseconds; 0 when there is something left, or nothing is said
 */
export function parseRateLimitPause(headers: Readonly<Record<string, string>>): number {
  const [remaining, reset] = [headers['ratelimit-remaining'], headers['ratelimit-reset']]
  if (remaining === undefined || reset === undefined || Number(remaining) > 0) return 0
  return parseRetryAfter(reset, 0) ?? 0
}
