/**
 * Very many items that a listing tells of without anybody holding them: copies of one item, with the next numbers of the sequence that change
 * tracking goes by. Nothing but change tracking knows them.
 */
export type Copies<Item extends { readonly id: string }> = {
  readonly of: Item
  /** Their numbers are the `count` after this one. */
  readonly after: number
  readonly count: number
}

/** At most `limit` of the copies with a number above `after`. */
export const copiesAfter = (
  copies: Copies<{ readonly id: string }>,
  after: number,
  limit: number,
): readonly { readonly id: string; readonly sequence: number }[] => {
  const first = Math.max(0, after - copies.after)
  return Array.from({ length: Math.max(0, Math.min(limit, copies.count - first)) }, (_, index) => ({
    id: `${copies.of.id}-copy${first + index}`,
    sequence: copies.after + first + index + 1,
  }))
}
