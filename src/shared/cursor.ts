/** Places in paged lists as opaque text: the sort values of the last row that was shown. */

type SortValue = string | number | null

/** The values as text that fits into an address. */
export function encodeCursor(values: readonly SortValue[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url')
}

/** What a sort value is compared with in the database, which takes no other text or number for it. `time` may be null. */
export type CursorPart = 'time' | 'id' | 'text' | 'integer' | 'large integer'

const mostOfInteger = 2 ** 31 - 1

const fits: Readonly<Record<CursorPart, (value: unknown) => boolean>> = {
  time: (value) => value === null || (typeof value === 'string' && isTime(value)),
  id: (value) => typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value),
  text: (value) => typeof value === 'string' && value.isWellFormed() && !value.includes('\0'),
  integer: (value) => Number.isInteger(value) && Math.abs(Number(value)) <= mostOfInteger,
  'large integer': (value) => Number.isSafeInteger(value),
}

/**
 * The values of a cursor, one for each of `parts`; undefined for text that `encodeCursor` did not make. Whoever asks can write a cursor of
 * their own, so every value is held against what it is to be.
 */
export function decodeCursor(cursor: string, parts: readonly CursorPart[]): SortValue[] | undefined {
  try {
    const values: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    const valid =
      Array.isArray(values) &&
      values.length === parts.length &&
      parts.every((part, index) => fits[part](values[index]))
    return valid ? values : undefined
  } catch {
    return undefined
  }
}

/** A time as `toISOString` or PostgreSQL writes it, of a day that exists. */
function isTime(text: string): boolean {
  const parts =
    /^([1-9]\d{3})-(\d\d)-(\d\d)[T ][0-2]\d:[0-5]\d:[0-5]\d(?:\.\d{1,6})?(?:Z|[+-][01]\d(?::?\d\d)?)$/.exec(
      text,
    )
  if (!parts || Number.isNaN(Date.parse(text))) return false
  const [year = 0, month = 0, day = 0] = parts.slice(1).map(Number)
  return new Date(Date.UTC(year, month - 1, day)).getUTCDate() === day
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
