/** Ids: lowercase hex SHA-256, of a blob's plain bytes or of a file's stored bytes. */
import { createHash, hash } from 'node:crypto'

const idPattern = /^[0-9a-f]{64}$/

export function isId(text: unknown): text is string {
  return typeof text === 'string' && idPattern.test(text)
}

/** SHA-256 as lowercase hex. */
export function idOf(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'hex')
}

/** SHA-256 of parts that follow each other. */
export function idOfParts(parts: readonly Uint8Array[]): string {
  const hasher = createHash('sha256')
  for (const part of parts) hasher.update(part)
  return hasher.digest('hex')
}
