/**
 * A fixed number of buffers that serve again and again. Whoever finds none waits in line: that is how a slow place or busy threads
 * hold back the callers of a writer, and what bounds its memory.
 */
import { release } from '../threads/release.ts'

export interface BufferPool {
  /**
   * Waits for a buffer of at least so many bytes: one of the pool's size, or a larger one made for this use, which counts for as many
   * as it is large (the largest of all for the whole pool).
   */
  take(bytes: number): Promise<Buffer>
  /** Gives a buffer back, or one of the same length that came in its stead. */
  give(buffer: Uint8Array): void
  /** Frees the memory of buffers that nobody uses. */
  trim(): void
  /** Rejects all who wait, now and later. */
  fail(reason: unknown): void
}

interface Waiting {
  readonly bytes: number
  readonly resolve: (buffer: Buffer) => void
  readonly reject: (reason: unknown) => void
}

/** `size` in bytes; at most `most` buffers are in use at once. */
export function createBufferPool(size: number, most: number): BufferPool {
  const free: Buffer[] = []
  const waiting: Waiting[] = []
  let used = 0
  let failure: { readonly reason: unknown } | undefined

  const weight = (bytes: number) => Math.min(most, Math.max(1, Math.ceil(bytes / size)))
  /** Serves who waits, in their order: somebody with a large wish is not passed by. */
  const serve = () => {
    for (let next = waiting[0]; next && used + weight(next.bytes) <= most; next = waiting[0]) {
      waiting.shift()
      used += weight(next.bytes)
      // Not out of Node's pool: these buffers move between threads.
      next.resolve(
        next.bytes > size ? Buffer.allocUnsafeSlow(next.bytes) : (free.pop() ?? Buffer.allocUnsafeSlow(size)),
      )
    }
  }
  return {
    take(bytes) {
      if (failure) return Promise.reject(failure.reason)
      return new Promise((resolve, reject) => {
        waiting.push({ bytes, resolve, reject })
        serve()
      })
    },
    give(bytes) {
      used -= weight(bytes.length)
      if (bytes.length === size && !failure) {
        free.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length))
      } else release(bytes)
      serve()
    },
    trim() {
      for (const one of free.splice(0)) release(one)
    },
    fail(reason) {
      failure ??= { reason }
      for (const { reject } of waiting.splice(0)) reject(reason)
    },
  }
}
