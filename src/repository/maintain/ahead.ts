/** Work ahead of whoever uses the results. */

/**
 * Yields the results of `work` in the order of the items; the next `limit` - 1 are under way meanwhile. After a failure, and when nobody
 * wants more, it waits for what is under way.
 */
export async function* ahead<Item, Result>(
  items: Iterable<Item>,
  limit: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result, void> {
  const underWay: Promise<Result>[] = []
  try {
    for (const item of items) {
      const result = work(item)
      // Its failure is told when its turn comes.
      result.catch(() => undefined)
      underWay.push(result)
      const first = underWay.length >= limit ? underWay.shift() : undefined
      if (first) yield await first
    }
    for (let first = underWay.shift(); first; first = underWay.shift()) yield await first
  } finally {
    await Promise.allSettled(underWay)
  }
}
