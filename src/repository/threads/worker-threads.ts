/**
 * Worker threads for everything that costs time: hashing, sealing, opening. Work goes there in batches, because thousands of small
 * blobs must not pay a message each, and buffers are moved between threads instead of copied. One set of threads can serve any number
 * of repositories; whoever made it closes it.
 */
import { availableParallelism } from 'node:os'
import { Piscina } from 'piscina'
import { entryModule, type ThreadTask } from './entry.ts'

/** A function that a module exports and that can run in a thread. `file` is the module's `import.meta.url`. */
export interface ThreadFunction {
  readonly file: string
  readonly name: string
}

/** Threads that several repositories may share. */
export interface WorkerThreads {
  /** How many tasks run at once. */
  readonly count: number
  /**
   * Runs a function in a thread and answers what it answers. The buffers of `transfer` are gone for the caller. Rejects with the
   * function's error, or with `signal`'s reason when it fired before; what runs is short and comes to its end.
   */
  run<Result>(
    work: ThreadFunction,
    task: unknown,
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
