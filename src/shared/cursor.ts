/** Places in paged lists as opaque text: the sort values of the last row that was shown. */

type SortValue = string | number | null

/** The values as text that fits into an address. */
export function encodeCursor(values: readonly SortValue[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url')
}

/** The `count` values of a cursor; undefined for text that `encodeCursor` did not make. */
export function decodeCursor(cursor: string, count: number): SortValue[] | undefined {
  try {
    const values: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    const valid = (value: unknown) => value === null || typeof value === 'string' || typeof value === 'number'
    return Array.isArray(values) && values.length === count && values.every(valid) ? values : undefined
  } catch {
    return undefined
  }
}

/** Cuts the one row too many that was read to learn whether there is a next page. */
export function pageFrom<Row, View>(
  rows: readonly Row[],
  limit: number,
  view: (row: Row) => View,
  cursorOf: (row: Row) => readonly SortValue[],
): { items: View[]; nextCursor: string | null } {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return {
    items: shown.map(view),
    nextCursor: rows.length > limit && last !== undefined ? encodeCursor(cursorOf(last)) : null,
  }
}
