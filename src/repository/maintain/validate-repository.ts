/**
 * The strict validator: everything `restic check --read-data` looks at, and what it lets pass (order and doubles of names, names
 * no disk can hold, sizes against content, unknown fields, foreign encodings, packs nobody needs, keys, locks, strangers' files).
 * Takes no lock; a prune at the same time makes findings that are none, so hold a shared lock around it.
 */
import { internalsOf } from '../create-repository.ts'
import type { Finding, Repository } from '../repository.ts'
import { choosePacks, type DataSubset } from './data-subset.ts'
import { type CheckProgress, inspect } from './inspect.ts'

/** How much a validation reads. */
export interface ValidateOptions {
  /** Also read every pack whole (default true). */
  readonly readData?: boolean
  /** Read only a part of the packs: `1/5`, `2.5%` or `500M`. */
  readonly subset?: DataSubset
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: CheckProgress) => void
}

/**
 * Yields what is wrong; a repository without findings is perfect. Warnings lose nothing: leftovers, and forms that restic itself would
 * not write. Throws only when the storage place cannot be read, or the subset cannot be understood (`STO_SUBSET_INVALID`).
 */
export async function* validateRepository(
  repository: Repository,
  options: ValidateOptions = {},
): AsyncGenerator<Finding, void> {
  const { readData = true, subset, onProgress, signal = new AbortController().signal } = options
  if (subset !== undefined) choosePacks([], subset, internalsOf(repository).random)
  yield* inspect(repository, { strict: true, readData, subset, signal, onProgress })
}
