import { createHash } from 'node:crypto'

/** What the database keeps of a random token: enough to know it again, useless to whoever steals the database. */
export function hashOfToken(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
