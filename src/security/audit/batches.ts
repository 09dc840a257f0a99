/**
 * Collects what arrives while something is being written, and writes it together: the more wait, the cheaper each is. One write at a time, in the
 * order of arrival.
 */

export interface Batches<Item> {
  /** Resolves when the item is written, rejects when its batch failed, or at once with `full()` when too many wait. */
  add(item: Item): Promise<void>
}

export function createBatches<Item>(parts: {
  /** Writes them all or none. */
  write(items: readonly Item[]): Promise<void>
  /** Most items of one write. */
  largest: number
  /** Most items that wait. */
  mostWaiting: number
  full(): Error
}): Batches<Item> {
  const { largest, mostWaiting } = parts
  const waiting: { item: Item; resolve: () => void; reject: (error: unknown) => void }[] = []
  let writing = false
  const writeAll = async (): Promise<void> => {
    writing = true
    while (waiting.length > 0) {
      const batch = waiting.splice(0, largest)
      try {
        await parts.write(batch.map(({ item }) => item))
        for (const { resolve } of batch) resolve()
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
    writing = false
  }
  return {
    add: (item) =>
      new Promise((resolve, reject) => {
        if (waiting.length >= mostWaiting) return reject(parts.full())
        waiting.push({ item, resolve, reject })
        if (!writing) void writeAll()
      }),
  }
}
