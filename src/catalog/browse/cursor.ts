import { fail } from './errors.ts'

/** Opaque text of a place in a list: the sort values of its last row. */
export function encodeCursor(values: readonly (string | number | null)[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url')
}

/** The sort values, `count` of them. Throws `CAT_BAD_CURSOR`. */
export function decodeCursor(cursor: string, count: number): (string | number | null)[] {
  try {
    const values: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    const valid = (value: unknown) => value === null || typeof value === 'string' || typeof value === 'number'
    if (Array.isArray(values) && values.length === count && values.every(valid)) return values
  } catch {
    // falls through: any unreadable text is a bad cursor
  }
  throw fail('CAT_BAD_CURSOR', {})
}

/** Cuts the one row too many that was read to learn whether there is a next page. */
export function pageFrom<Row, View>(
  rows: readonly Row[],
  limit: number,
  view: (row: Row) => View,
  cursorOf: (row: Row) => readonly (string | number | null)[],
): { items: View[]; nextCursor: string | null } {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return {
    items: shown.map(view),
    nextCursor: rows.length > limit && last !== undefined ? encodeCursor(cursorOf(last)) : null,
  }
}
