/**
 * A fixed number of buffers that serve again and again. Whoever finds none waits in line: that is how a slow place or busy threads
 * hold back the callers of a writer, and what bounds its memory.
 */
import { release } from '../threads/release.ts'

export interface BufferPool {
  /** Waits for a buffer of at least so many bytes: one of the pool's size, or a larger one made for this use. */
  take(bytes: number): Promise<Buffer>
  /** Gives a buffer back, or one that came in its stead. */
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

  const buffer = (bytes: number): Buffer =>
    // Not out of Node's pool: these buffers move between threads.
    bytes > size ? Buffer.allocUnsafeSlow(bytes) : (free.pop() ?? Buffer.allocUnsafeSlow(size))
  return {
    take(bytes) {
      if (failure) return Promise.reject(failure.reason)
      if (used === most) {
        return new Promise((resolve, reject) => waiting.push({ bytes, resolve, reject }))
      }
      used++
      return Promise.resolve(buffer(bytes))
    },
    give(bytes) {
      if (bytes.length === size && !failure) {
        free.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length))
      } else release(bytes)
      const next = waiting.shift()
      if (next) next.resolve(buffer(next.bytes))
      else used--
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
