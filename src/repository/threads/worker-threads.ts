/**
 * Worker threads for everything that costs time: hashing, sealing, opening. Work goes there in batches, because thousands of small
 * blobs must not pay a message each, and buffers are moved between threads instead of copied. One set of threads can serve any number
 * of repositories; whoever made it closes it.
 */
import { availableParallelism } from 'node:os'
import { Piscina } from 'piscina'
import { entryModule, type ThreadTask } from './entry.ts'

/** What a function that runs in a thread answers: a value, and which buffers in it move instead of being copied. */
export interface Moved<Value> {
  readonly value: Value
  readonly transfer: readonly ArrayBuffer[]
}

/** A function that can run in a thread: `run` is exported as `name` by the module `file` (its `import.meta.url`). */
export interface ThreadWork<Task, Result> {
  readonly file: string
  readonly name: string
  readonly run: (task: Task) => Moved<Result>
}

/** Threads that any number of repositories may share. */
export interface WorkerThreads {
  /** How many tasks run at once. */
  readonly count: number
  /**
   * Runs work in a thread. The buffers of `transfer` are gone for the caller. Rejects with the work's error, or with `signal`'s reason
   * when it fired before; a task that runs is short and comes to its end.
   */
  run<Task, Result>(
    work: ThreadWork<Task, Result>,
    task: Task,
    transfer?: readonly ArrayBuffer[],
    signal?: AbortSignal,
  ): Promise<Result>
  /** Ends the threads; work that is under way is lost. */
  close(): Promise<void>
}

/** More threads than this cost more memory than they save time. */
const mostThreads = 8
/**
 * A thread's heap holds little: all that is large lies in buffers outside of it. A small young generation makes V8 give the buffers
 * of finished work back soon.
 */
const heapLimits = { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 256 }

/** Threads start with the first task and end a minute after the last. Default: one per core, at most eight. */
export function createWorkerThreads(options: { readonly threads?: number } = {}): WorkerThreads {
  const count = Math.max(1, options.threads ?? Math.min(availableParallelism(), mostThreads))
  let pool: Piscina | undefined
  const start = () =>
    new Piscina({
      filename: entryModule,
      minThreads: 0,
      maxThreads: count,
      idleTimeout: 60_000,
      // A thread finds its next task when it ends one, however busy the event loop is.
      concurrentTasksPerWorker: 2,
      resourceLimits: heapLimits,
    })
  return {
    count,
    async run(work, task, transfer = [], signal) {
      signal?.throwIfAborted()
      pool ??= start()
      const message: ThreadTask = { file: work.file, name: work.name, task }
      return pool.run(message, { transferList: [...transfer] })
    },
    async close() {
      const old = pool
      pool = undefined
      await old?.destroy()
    },
  }
}

/** The memory behind bytes that nobody shares, for `transfer`. */
export function memoryOf(bytes: Uint8Array): ArrayBuffer {
  if (bytes.buffer instanceof ArrayBuffer) return bytes.buffer
  throw new TypeError('shared memory does not move')
}
