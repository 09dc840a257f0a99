/** Worker threads that seal batches. One sealer can serve any number of repositories; whoever made it closes it. */
import { availableParallelism } from 'node:os'
import { Piscina } from 'piscina'
import { fail } from '../errors.ts'
import { mismatchMark, type SealTask, sealBatch } from './seal-batch.ts'

export interface Sealer {
  /** Takes the buffer of `task.plain` over. */
  seal(task: SealTask): Promise<SealedBatch>
  close(): Promise<void>
}

export interface SealedBatch {
  /** Sealed length of each blob. */
  readonly lengths: number[]
  /** The sealed blobs end to end. */
  readonly bytes: Buffer
}

/** Below this a batch takes a few milliseconds and is not worth a thread. */
const inlineBytes = 128 * 1024

/** Threads start with the first large batch and end a minute after the last. */
export function createSealer(options: { readonly threads?: number } = {}): Sealer {
  let pool: Piscina | undefined
  const start = () =>
    new Piscina({
      filename: new URL('./seal-batch.ts', import.meta.url).href,
      name: 'sealBatchInWorker',
      minThreads: 0,
      maxThreads: options.threads ?? availableParallelism(),
      idleTimeout: 60_000,
      concurrentTasksPerWorker: 1,
    })
  return {
    async seal(task) {
      try {
        if (task.plain.length <= inlineBytes) return split(sealBatch(task), task.lengths.length)
        pool ??= start()
        const { buffer } = task.plain
        const transferList = buffer instanceof ArrayBuffer ? [buffer] : []
        const result: Uint8Array = await pool.run(task, { transferList })
        return split(result, task.lengths.length)
      } catch (cause) {
        const message = cause instanceof Error ? cause.message : ''
        if (message.startsWith(mismatchMark)) {
          throw fail('STO_SEAL_NOT_REPRODUCIBLE', { blob: message.slice(mismatchMark.length) }, cause)
        }
        throw cause
      }
    },
    async close() {
      await pool?.destroy()
      pool = undefined
    },
  }
}

function split(result: Uint8Array, count: number): SealedBatch {
  const bytes = Buffer.from(result.buffer, result.byteOffset, result.length)
  const lengths = Array.from({ length: count }, (_, index) => bytes.readUInt32LE(index * 4))
  return { lengths, bytes: bytes.subarray(count * 4) }
}
