/** The place in a list that is ordered by time and id, as the opaque text that the API hands out. */
export interface Position {
  readonly at: Date
  readonly id: string
}

export function encodeCursor({ at, id }: Position): string {
  return Buffer.from(`${at.toISOString()} ${id}`).toString('base64url')
}

/** Undefined for text that no `encodeCursor` made: the list then starts at its beginning. */
export function decodeCursor(cursor: string | undefined): Position | undefined {
  if (cursor === undefined) return undefined
  const [time = '', id = ''] = Buffer.from(cursor, 'base64url').toString().split(' ')
  const at = new Date(time)
  if (Number.isNaN(at.getTime()) || !/^[0-9a-f-]{36}$/.test(id)) return undefined
  return { at, id }
}
