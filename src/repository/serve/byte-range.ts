/** `Range` of a request (RFC 9110, section 14.1.2): one range of bytes. Several, and other units, are ignored, as the RFC allows. */
import type { ByteRange } from '../backend.ts'

/** Undefined for the whole file; `unsatisfiable` when it begins behind the end. */
export function requestedRange(
  header: string | undefined,
  size: number,
): ByteRange | undefined | 'unsatisfiable' {
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '') ?? []
  if (first === '' && last === '') return undefined
  if (first === '') {
    const length = Math.min(Number(last), size)
    return length === 0 ? 'unsatisfiable' : { offset: size - length, length }
  }
  const offset = Number(first)
  if (last !== '' && Number(last) < offset) return undefined
  if (offset >= size) return 'unsatisfiable'
  return { offset, length: Math.min(last === '' ? size : Number(last) + 1, size) - offset }
}
