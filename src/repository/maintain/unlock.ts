/** Removes locks that died with their program, as `restic unlock` does. */
import { internalsOf } from '../create-repository.ts'
import { removeLocks } from '../lock.ts'
import type { Repository } from '../repository.ts'

/** Which locks are removed. */
export interface UnlockOptions {
  /** Also those that may be in use. Only when it is certain that no program uses the repository. Default false. */
  readonly removeAll?: boolean
  readonly signal?: AbortSignal
}

/**
 * Removes locks older than 30 minutes and those of this host whose process is gone (or all), and answers how many. A lock that cannot be
 * read counts as one in use.
 */
export function unlock(repository: Repository, options: UnlockOptions = {}): Promise<number> {
  return removeLocks(internalsOf(repository), options.removeAll ?? false, options.signal)
}
