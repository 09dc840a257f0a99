/** Work under a lock: it ends when the lock is lost, and the lock is released whatever happens. */
import { fail } from '../errors.ts'
import type { LockKind, Repository, RepositoryLock } from '../repository.ts'

/** `signal` of the work fires when the caller cancels or the lock is lost. Errors: `STO_LOCKED`, those of the work. */
export async function withLock<T>(
  repository: Repository,
  kind: LockKind,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal, lock: RepositoryLock) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted()
  const lock = await repository.lock(kind, signal)
  try {
    return await work(signal ? AbortSignal.any([signal, lock.lost]) : lock.lost, lock)
  } finally {
    await lock.release()
  }
}

/** Asks the store before something is deleted for good: who lost the lock must not delete. Errors: `STO_LOCK_LOST`. */
export async function assertHeld(lock: RepositoryLock, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  if (!(await lock.stillThere(signal)))
    throw fail('STO_LOCK_LOST', { reason: 'somebody removed the lock file' })
}
