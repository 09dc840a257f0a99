/**
 * The check of a repository, as `restic check` does it: every index file and snapshot can be read, every pack they name is stored with
 * the right size, every tree can be read and what it refers to is in the index; with `readData` also every byte of all packs or of some.
 * What restic lets pass is for the strict validator. A shared lock keeps a prune away, and backups may go on meanwhile.
 */
import { internalsOf } from '../create-repository.ts'
import type { Finding, Repository } from '../repository.ts'
import { choosePacks, type DataSubset } from './data-subset.ts'
import { type CheckProgress, inspect } from './inspect.ts'
import { strictCodes } from './strict-codes.ts'

/** How much a check reads. */
export interface CheckOptions {
  /** Also read packs whole: their hash, their header, every blob. Default false. */
  readonly readData?: boolean
  /** Read only a part of them: `1/5`, `2.5%` or `500M`. Implies `readData`. */
  readonly subset?: DataSubset
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: CheckProgress) => void
}

/**
 * Yields what is wrong, errors named by the file, blob or path they are about; a good repository yields nothing.
 * Throws only when the place cannot be read, is locked (`STO_LOCKED`), or the subset cannot be understood.
 */
export async function* checkRepository(
  repository: Repository,
  options: CheckOptions = {},
): AsyncGenerator<Finding, void> {
  const { readData = false, subset, onProgress } = options
  // A subset that cannot be understood is told at once, not after an hour.
  if (subset !== undefined) choosePacks([], subset, internalsOf(repository).random)
  const lock = await repository.lock('shared', options.signal)
  const signal = options.signal ? AbortSignal.any([options.signal, lock.lost]) : lock.lost
  try {
    for await (const found of inspect(repository, { strict: false, readData, subset, signal, onProgress })) {
      if (!strictCodes.has(found.code)) yield found
    }
  } finally {
    await lock.release()
  }
}
