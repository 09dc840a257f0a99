/** Reading and writing the disk in the worker threads of a repository. */
import { type Moved, memoryOf } from '../threads/moved.ts'
import type { WorkerThreads } from '../threads/worker-threads.ts'
import type * as reading from './read-worker.ts'
import type * as writing from './write-worker.ts'

type Reading = Pick<typeof reading, 'listDirectory' | 'lookAt' | 'lookAtPath' | 'readSmallFiles' | 'readPart'>
type Writing = Omit<typeof writing, never>
/** What comes out of a thread: moved things are themselves. */
type Arrived<Result> = Result extends Moved<infer Value> ? Value : Result

export interface FileWorkers {
  readonly threads: number
  /** Runs a function that reads the disk. Rejects with `signal`'s reason when it fired before. */
  read<Name extends keyof Reading>(
    name: Name,
    task: Parameters<Reading[Name]>[0],
    signal: AbortSignal,
  ): Promise<Arrived<ReturnType<Reading[Name]>>>
  /** Runs a function that writes to the disk; `bytes` is handed over if it owns its memory. What has begun is ended. */
  write<Name extends keyof Writing>(
    name: Name,
    task: Parameters<Writing[Name]>[0],
    bytes?: Uint8Array,
  ): Promise<Arrived<ReturnType<Writing[Name]>>>
}

export function fileWorkers(threads: WorkerThreads): FileWorkers {
  const reader = new URL('./read-worker.ts', import.meta.url).href
  const writer = new URL('./write-worker.ts', import.meta.url).href
  return {
    threads: threads.count,
    read: (name, task, signal) => threads.run({ file: reader, name }, task, [], signal),
    write(name, task, bytes) {
      const whole = bytes && bytes.buffer.byteLength === bytes.byteLength
      return threads.run({ file: writer, name }, task, whole ? [memoryOf(bytes)] : [])
    },
  }
}
