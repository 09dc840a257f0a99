import { isAppError } from '../../errors/index.ts'
import type { Backend, FileType } from '../backend.ts'
import { inParallel } from './in-parallel.ts'

/** Keys and config first: from then on nothing of it can be read, whatever happens to the rest. */
const order: readonly FileType[] = ['keys', 'config', 'snapshots', 'index', 'data', 'locks']
const atOnce = 8

/**
 * Deletes every file of a repository, for good. Can be repeated after it was broken off.
 * @throws STO_FILE_RETAINED where the place keeps files for some time whoever asks
 * @internal
 */
export async function eraseRepository(backend: Backend, signal?: AbortSignal): Promise<void> {
  for (const type of order) {
    const names: string[] = []
    for await (const { name } of backend.list(type, signal)) names.push(name)
    await inParallel(names, atOnce, async (name) => {
      try {
        await backend.remove(type, name, signal)
      } catch (error) {
        if (!isAppError(error, 'STO_FILE_MISSING')) throw error
      }
    })
  }
}
