import { type CursorPart, decodeCursor as decode } from '../../shared/index.ts'
import { fail } from '../errors.ts'

/** The sort values of a cursor. Throws `CAT_BAD_CURSOR`. */
export function decodeCursor(cursor: string, parts: readonly CursorPart[]): (string | number | null)[] {
  const values = decode(cursor, parts)
  if (values === undefined) throw fail('CAT_BAD_CURSOR')
  return values
}
