import { decodeCursor as decode } from '../../shared/index.ts'
import { fail } from '../errors.ts'

/** The sort values of a cursor, `count` of them. Throws `CAT_BAD_CURSOR`. */
export function decodeCursor(cursor: string, count: number): (string | number | null)[] {
  const values = decode(cursor, count)
  if (values === undefined) throw fail('CAT_BAD_CURSOR')
  return values
}
