/**
 * Removing files for good, and what a place with retention makes of it: most hide a file at once and keep its bytes until their time
 * ends; some refuse to remove it before.
 */
import { isAppError } from '../../errors/index.ts'
import type { Clock } from '../../shared/index.ts'
import type { Backend } from '../backend.ts'
import { inParallel } from './in-parallel.ts'

/** Files that a place did not let go of. */
export interface RetainedFiles {
  /** Removed from view; the place keeps so many bytes of them for the time being. */
  readonly hidden: { readonly files: number; readonly bytes: number }
  /** Milliseconds since the epoch when the last of these bytes may go; undefined when there are none. */
  readonly hiddenUntil?: number
  /** The place did not let them be removed; a later prune will. */
  readonly refused: number
}

export interface Removal {
  /** Removes the files and answers the names of those that the place did not let go. */
  remove(type: 'data' | 'index', names: readonly string[]): Promise<string[]>
  retained(): RetainedFiles
}

const removalsAtOnce = 8

export function createRemoval(
  { backend, clock }: { readonly backend: Backend; readonly clock: Clock },
  signal: AbortSignal,
  onProgress?: (progress: { step: 'delete'; done: number; total: number }) => void,
): Removal {
  const hidden = { files: 0, bytes: 0 }
  let until: number | undefined
  let refused = 0
  const removeOne = async (type: 'data' | 'index', name: string): Promise<boolean> => {
    const state = backend.features.retention && (await backend.stat(type, name, signal))
    try {
      await backend.remove(type, name, signal)
    } catch (cause) {
      if (isAppError(cause, 'STO_FILE_RETAINED')) return false
      if (!isAppError(cause, 'STO_FILE_MISSING')) throw cause
      return true
    }
    if (state?.retainedUntil !== undefined && state.retainedUntil > clock.now()) {
      hidden.files++
      hidden.bytes += state.size
      until = Math.max(until ?? 0, state.retainedUntil)
    }
    return true
  }
  return {
    async remove(type, names) {
      const stuck: string[] = []
      let done = 0
      await inParallel(names, removalsAtOnce, async (name) => {
        signal.throwIfAborted()
        if (!(await removeOne(type, name))) stuck.push(name)
        done++
        onProgress?.({ step: 'delete', done, total: names.length })
      })
      refused += stuck.length
      return stuck
    },
    retained: () => ({
      hidden: { ...hidden },
      ...(until === undefined ? {} : { hiddenUntil: until }),
      refused,
    }),
  }
}
