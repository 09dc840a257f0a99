/** Bounds the bytes that all uploads hold together. Who finds it full waits, in turn. */

export interface UploadBudget {
  /** Waits until there is room, then takes it; one upload may overshoot, so that the largest gets through. Rejects with the signal's reason. */
  take(bytes: number, signal: AbortSignal): Promise<void>
  give(bytes: number): void
}

export function createUploadBudget(limit: number): UploadBudget {
  const waiting = new Set<{ readonly bytes: number; readonly resolve: () => void }>()
  let used = 0
  return {
    async take(bytes, signal) {
      signal.throwIfAborted()
      if (used < limit && waiting.size === 0) {
        used += bytes
        return
      }
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      const entry = { bytes, resolve }
      const leave = () => {
        if (waiting.delete(entry)) reject(signal.reason)
      }
      waiting.add(entry)
      signal.addEventListener('abort', leave, { once: true })
      await promise
      signal.removeEventListener('abort', leave)
    },
    give(bytes) {
      used -= bytes
      for (const next of waiting) {
        if (used >= limit) return
        waiting.delete(next)
        used += next.bytes
        next.resolve()
      }
    },
  }
}
