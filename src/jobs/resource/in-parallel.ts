/** Items of which at most so many are worked on at once. */
export interface Lane<T> {
  readonly items: readonly T[]
  readonly limit: number
}

/**
 * Maps a list with at most `limit` calls under way; results keep the list's order. The first error stops the rest: calls that
 * are under way are waited for, then it is thrown.
 */
export async function inParallel<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const [results = []] = await inLanes([{ items, limit }], work)
  return results
}

/** The same with several lists, none of which waits for another; an error in one stops all. */
export async function inLanes<T, R>(
  lanes: readonly Lane<T>[],
  work: (item: T) => Promise<R>,
): Promise<R[][]> {
  let failure: { readonly error: unknown } | undefined
  const drive = async ({ items, limit }: Lane<T>): Promise<R[]> => {
    const results: R[] = []
    let next = 0
    const worker = async () => {
      while (failure === undefined && next < items.length) {
        const index = next++
        try {
          results[index] = await work(items[index] as T)
        } catch (error) {
          failure ??= { error }
        }
      }
    }
    await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker))
    return results
  }
  const results = await Promise.all(lanes.map(drive))
  if (failure) throw failure.error
  return results
}
