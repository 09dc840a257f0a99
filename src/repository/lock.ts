/**
 * restic's locks. To take one: look at the others, write ours, wait 200 ms, look again; on a conflict remove ours. Refreshed every
 * 5 minutes by writing a new file before the old one is removed; a holder that could not refresh for 22.5 minutes must stop, since
 * others may remove a lock of 30 minutes. The hostname is a name of our own, so that restic on the same machine judges our locks
 * by age alone and never by a process id that may belong to another container. Source: restic internal/repository/lock.go.
 */
import { isAppError } from '../errors/index.ts'
import type { Clock } from '../shared/index.ts'
import type { Backend } from './backend.ts'
import { fail } from './errors.ts'
import { idOf } from './format/blob-id.ts'
import type { MasterKey } from './format/crypto.ts'
import { formatTime } from './format/go-time.ts'
import { loadJsonFile, sealJsonFile } from './format/json-file.ts'
import { decodeLock, encodeLock, type LockFile } from './format/lock-file.ts'
import type { LockKind, RepositoryLock } from './repository.ts'

const settleTime = 200
const refreshInterval = 5 * 60_000
const retryInterval = 60_000
const lostAfter = 22.5 * 60_000
/** Milliseconds after which a lock that was not refreshed protects nothing. */
export const staleAfter = 30 * 60_000
const unreadableRetries = 4
const tooLate = 'it could not be refreshed for 22.5 minutes'

export interface LockContext {
  readonly backend: Backend
  readonly key: MasterKey
  /** Of the format. */
  readonly version: number
  readonly clock: Clock
  readonly host: string
  readonly processNonce: string
  readonly warn: (details: object, message: string) => void
}

export async function takeLock(
  context: LockContext,
  kind: LockKind,
  signal?: AbortSignal,
): Promise<RepositoryLock> {
  const { backend, clock } = context
  await refuseConflicts(context, kind, undefined, signal)
  // The moment that is in the file: others judge its age by it, however long it takes to get there.
  let lastRefresh = clock.now()
  let name = await writeLock(context, kind, signal)
  const remove = (file: string) =>
    backend.remove('locks', file).catch((cause: unknown) => {
      if (!isAppError(cause, 'STO_FILE_MISSING')) throw cause
    })
  try {
    await clock.sleep(settleTime, signal)
    await refuseConflicts(context, kind, name, signal)
  } catch (cause) {
    await remove(name).catch((error: unknown) =>
      context.warn({ error, lock: name }, 'lock file could not be removed'),
    )
    throw cause
  }

  const lost = new AbortController()
  const released = new AbortController()
  const lose = (reason: string) => lost.abort(fail('STO_LOCK_LOST', { reason }))
  const refresh = async (): Promise<void> => {
    if ((await backend.stat('locks', name)) === undefined) return lose('somebody removed the lock file')
    const begin = clock.now()
    const next = await writeLock(context, kind)
    // Given up meanwhile: nobody must wait for a lock that nobody holds.
    if (lost.signal.aborted) return remove(next)
    const old = name
    name = next
    lastRefresh = begin
    await remove(old)
  }
  /** A place that does not answer at all must not keep the holder from noticing. */
  const refreshInTime = async (): Promise<void> => {
    const timer = new AbortController()
    refreshing = refresh()
    const limit = clock.sleep(lostAfter - (clock.now() - lastRefresh), timer.signal)
    try {
      await Promise.race([refreshing, limit.then(() => lose(tooLate))])
    } finally {
      timer.abort()
      limit.catch(() => undefined)
    }
  }
  const keepFresh = async (): Promise<void> => {
    let wait = refreshInterval
    while (!released.signal.aborted && !lost.signal.aborted) {
      await clock.sleep(wait, released.signal)
      if (clock.now() - lastRefresh >= lostAfter) return lose(tooLate)
      try {
        await refreshInTime()
        wait = refreshInterval
      } catch (error) {
        context.warn({ error, lock: name }, 'lock could not be refreshed')
        wait = retryInterval
      }
    }
  }
  let refreshing: Promise<void> = Promise.resolve()
  // Rejects only when the lock is released in the middle of a sleep.
  keepFresh().catch(() => undefined)

  return {
    kind,
    lost: lost.signal,
    async stillThere(caller) {
      if (lost.signal.aborted) return false
      return (await backend.stat('locks', name, caller)) !== undefined
    },
    async release() {
      if (released.signal.aborted) return
      released.abort()
      // After a loss nobody waits for a refresh that may never end; it removes its own file.
      if (!lost.signal.aborted) await refreshing.catch(() => undefined)
      await remove(name)
    },
  }
}

/** Removes locks of our own host whose process is dead, and those older than 30 minutes. Answers how many. */
export async function removeDeadLocks(context: LockContext): Promise<number> {
  let removed = 0
  for await (const { name, lock } of readLocks(context)) {
    if (lock.hostname !== context.host || lock.username === context.processNonce) continue
    if (isStale(context, lock) && (await removeLock(context, name))) removed++
  }
  return removed
}

/** Removes all locks, or those that are stale whoever holds them. Answers how many. */
export async function removeLocks(context: LockContext, all: boolean, signal?: AbortSignal): Promise<number> {
  let removed = 0
  const names: string[] = []
  for await (const { name } of context.backend.list('locks', signal)) names.push(name)
  for (const name of names) {
    signal?.throwIfAborted()
    if (all || (await readsAsStale(context, name, signal)))
      removed += (await removeLock(context, name)) ? 1 : 0
  }
  return removed
}

async function readsAsStale(context: LockContext, name: string, signal?: AbortSignal): Promise<boolean> {
  try {
    const lock = await readLock(context, name, signal)
    return lock !== undefined && lock.username !== context.processNonce && isStale(context, lock)
  } catch (cause) {
    if (!isAppError(cause, 'STO_LOCK_UNREADABLE')) throw cause
    context.warn({ error: cause, lock: name }, 'a lock cannot be read, and is left where it is')
    return false
  }
}

/** Old, or of a process of our host that is gone. */
function isStale(context: LockContext, lock: LockFile): boolean {
  if (context.clock.now() - Date.parse(lock.time) > staleAfter) return true
  if (lock.hostname !== context.host) return false
  // A lock with our own process id but another nonce is of a process before us: ids start anew in a container.
  return lock.pid === process.pid || !isRunning(lock.pid)
}

async function removeLock({ backend }: LockContext, name: string): Promise<boolean> {
  try {
    await backend.remove('locks', name)
    return true
  } catch (cause) {
    if (!isAppError(cause, 'STO_FILE_MISSING')) throw cause
    return false
  }
}

/** When it fails or is cancelled, the place may have the file all the same: it is taken away, so that nobody waits for it. */
async function writeLock(context: LockContext, kind: LockKind, signal?: AbortSignal): Promise<string> {
  const { backend, key, host, processNonce, clock } = context
  const lock: LockFile = {
    time: formatTime(clock.now()),
    exclusive: kind === 'exclusive',
    hostname: host,
    username: processNonce,
    pid: process.pid,
  }
  const sealed = await sealJsonFile(key, encodeLock(lock), context.version)
  const name = idOf(sealed)
  try {
    await backend.save('locks', name, sealed, signal)
  } catch (cause) {
    if (signal?.aborted || isAppError(cause, 'STO_STORAGE_FAILED'))
      await removeLock(context, name).catch((error: unknown) =>
        context.warn({ error, lock: name }, 'a lock file that was perhaps written could not be removed'),
      )
    throw cause
  }
  return name
}

async function refuseConflicts(
  context: LockContext,
  kind: LockKind,
  own: string | undefined,
  signal?: AbortSignal,
): Promise<void> {
  for await (const { name, lock } of readLocks(context, signal)) {
    if (name === own || (kind === 'shared' && !lock.exclusive)) continue
    const { pid, hostname: host, time: since, exclusive } = lock
    throw fail('STO_LOCKED', { pid, host, since, exclusive })
  }
}

/** All locks that can be read. One that cannot is tried again; empty files (a crash of some writers) protect nothing. */
async function* readLocks(
  context: LockContext,
  signal?: AbortSignal,
): AsyncIterable<{ readonly name: string; readonly lock: LockFile }> {
  for await (const { name, size } of context.backend.list('locks', signal)) {
    if (size === 0) continue
    const lock = await readLock(context, name, signal)
    if (lock) yield { name, lock }
  }
}

async function readLock(
  context: LockContext,
  name: string,
  signal?: AbortSignal,
): Promise<LockFile | undefined> {
  for (let attempt = 0; ; attempt++) {
    try {
      return decodeLock(await loadJsonFile(context.backend, context.key, 'locks', name, signal), name)
    } catch (cause) {
      signal?.throwIfAborted()
      // Released or refreshed since the listing.
      if (isAppError(cause, 'STO_FILE_MISSING')) return undefined
      if (attempt >= unreadableRetries) {
        // A place that does not answer says nothing about the lock.
        if (isAppError(cause) && cause.code.startsWith('STO_STORAGE_')) throw cause
        throw fail('STO_LOCK_UNREADABLE', { name }, cause)
      }
      await context.clock.sleep(settleTime, signal)
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    // 0 and negative numbers stand for groups of processes.
    return pid > 0 && process.kill(pid, 0)
  } catch (cause) {
    return cause instanceof Error && 'code' in cause && cause.code === 'EPERM'
  }
}
