/** The worker threads that read and write the disk for one backup or restore. */
import { availableParallelism } from 'node:os'
import { Piscina } from 'piscina'
import type * as reading from './read-worker.ts'
import type * as writing from './write-worker.ts'

type Reading = Pick<typeof reading, 'listDirectory' | 'lookAt' | 'lookAtPath' | 'readSmallFiles' | 'readPart'>
type Writing = Omit<typeof writing, never>

export interface FileWorkers {
  readonly threads: number
  /** Runs a function that reads the disk. Rejects with `signal`'s reason when it fires while the task waits for a thread. */
  read<Name extends keyof Reading>(
    name: Name,
    task: Parameters<Reading[Name]>[0],
    signal: AbortSignal,
  ): Promise<ReturnType<Reading[Name]>>
  /** Runs a function that writes to the disk; `bytes` is handed over if it owns its memory. What has begun is ended. */
  write<Name extends keyof Writing>(
    name: Name,
    task: Parameters<Writing[Name]>[0],
    bytes?: Uint8Array,
  ): Promise<ReturnType<Writing[Name]>>
  close(): Promise<void>
}

export function startFileWorkers(threads = availableParallelism()): FileWorkers {
  const pool = new Piscina({
    filename: new URL('./read-worker.ts', import.meta.url).href,
    minThreads: 1,
    maxThreads: threads,
    idleTimeout: 60_000,
    concurrentTasksPerWorker: 1,
  })
  const writer = new URL('./write-worker.ts', import.meta.url).href
  return {
    threads,
    async read(name, task, signal) {
      signal.throwIfAborted()
      return pool.run(task, { name, signal })
    },
    async write(name, task, bytes) {
      const whole =
        bytes && bytes.buffer instanceof ArrayBuffer && bytes.buffer.byteLength === bytes.byteLength
      return pool.run(task, { name, filename: writer, ...(whole ? { transferList: [bytes.buffer] } : {}) })
    },
    close: () => pool.destroy(),
  }
}
