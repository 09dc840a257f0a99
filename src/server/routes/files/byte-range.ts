/** `whole`: no range was asked for, or one that this server may leave unanswered. `end` is the first byte after it. */
export type ByteRange = 'whole' | 'beyond' | { readonly start: number; readonly end: number }

/**
 * One range of a `Range` header over so many bytes (RFC 9110, section 14). Several ranges, other units and what is malformed are ignored,
 * as that section allows; so is a range of something that has changed since (`If-Range`).
 */
export function byteRange(
  range: string | undefined,
  ifRange: string | undefined,
  etag: string,
  size: number,
): ByteRange {
  if (range === undefined || (ifRange !== undefined && ifRange !== etag)) return 'whole'
  const [, first, last] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(range.trim()) ?? []
  if (first === undefined || last === undefined || (first === '' && last === '')) return 'whole'
  if (first === '') {
    const suffix = Math.min(Number(last), size)
    return suffix === 0 ? 'beyond' : { start: size - suffix, end: size }
  }
  const start = Number(first)
  if (last !== '' && Number(last) < start) return 'whole'
  if (start >= size) return 'beyond'
  return { start, end: last === '' ? size : Math.min(Number(last) + 1, size) }
}
