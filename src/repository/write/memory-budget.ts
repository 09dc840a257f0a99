/** Bounds the bytes that are under way in a writer. Whoever finds it full waits: that is the callers' backpressure. */

export interface MemoryBudget {
  /** Waits until there is room, then charges. One charge may overshoot, so that large blobs always get through. */
  charge(bytes: number): Promise<void>
  credit(bytes: number): void
  /** Rejects all who wait, now and later. */
  fail(reason: unknown): void
}

export function createMemoryBudget(limit: number): MemoryBudget {
  const waiting: {
    readonly bytes: number
    readonly resolve: () => void
    readonly reject: (reason: unknown) => void
  }[] = []
  let used = 0
  let failure: { readonly reason: unknown } | undefined
  return {
    charge(bytes) {
      if (failure) return Promise.reject(failure.reason)
      if (used < limit && waiting.length === 0) {
        used += bytes
        return Promise.resolve()
      }
      return new Promise((resolve, reject) => waiting.push({ bytes, resolve, reject }))
    },
    credit(bytes) {
      used -= bytes
      for (let next = waiting[0]; next && used < limit; next = waiting[0]) {
        waiting.shift()
        used += next.bytes
        next.resolve()
      }
    },
    fail(reason) {
      failure ??= { reason }
      for (const { reject } of waiting.splice(0)) reject(reason)
    },
  }
}
