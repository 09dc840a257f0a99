/** Runs work in a thread, or here when that is less trouble. */
import { type Moved, memoryOf } from './moved.ts'
import type { WorkerThreads } from './worker-threads.ts'

/** Below this, work takes a few milliseconds and is not worth a thread. */
const inlineBytes = 128 * 1024

/**
 * Runs `work`, which the module `file` (its `import.meta.url`) exports under its own name. `buffers` are those of the task that move to
 * the thread; `bytes` says how much work it is.
 */
export async function runWork<Task, Result>(
  threads: WorkerThreads,
  file: string,
  work: (task: Task) => Moved<Result>,
  task: Task,
  buffers: readonly Uint8Array[],
  bytes: number,
): Promise<Result> {
  if (bytes <= inlineBytes) return work(task).value
  return threads.run<Result>({ file, name: work.name }, task, buffers.map(memoryOf))
}
