/** Ids: lowercase hex SHA-256, of a blob's plain bytes or of a file's stored bytes. */
import { hash } from 'node:crypto'

const idPattern = /^[0-9a-f]{64}$/

export function isId(text: unknown): text is string {
  return typeof text === 'string' && idPattern.test(text)
}

/** SHA-256 as lowercase hex. */
export function idOf(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'hex')
}
