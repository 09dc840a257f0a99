/**
 * Forgets snapshots by a policy, in the groups restic makes. Only snapshot files are removed; their data goes with the next prune.
 * In a store that many may write to, prefer "within" rules: planted snapshots can push good ones out of the counted rules.
 */
import { isAppError } from '../../errors/index.ts'
import { internalsOf } from '../create-repository.ts'
import { fail } from '../errors.ts'
import type { Repository, Snapshot } from '../repository.ts'
import { applyPolicy, isEmptyPolicy, type KeepPolicy } from './policy.ts'
import { assertHeld, withLock } from './with-lock.ts'

/** By what snapshots are grouped. */
export type GroupKey = 'host' | 'paths' | 'tags'

/** Which snapshots are looked at, and how they are grouped. */
export interface ForgetOptions {
  /** Snapshots that agree in these form a group of their own. Default: host and paths. */
  readonly groupBy?: readonly GroupKey[]
  /** Only snapshots it answers true for are looked at; the others stay. */
  readonly select?: (snapshot: Snapshot) => boolean
  /** Only say what would be removed; nothing is, and no lock is taken. */
  readonly dryRun?: boolean
  /** Allows rules that leave a group without any snapshot. */
  readonly allowRemovingAll?: boolean
  readonly signal?: AbortSignal
}

/** What a policy makes of one group of snapshots. */
export interface ForgetGroup {
  /** Only what was grouped by is filled. Paths and tags are sorted. */
  readonly host?: string
  readonly paths?: readonly string[]
  readonly tags?: readonly string[]
  /** Newest first, both. */
  readonly keep: readonly { readonly snapshot: Snapshot; readonly reasons: readonly string[] }[]
  readonly remove: readonly Snapshot[]
  /** The rules let them go, but the place does not yet; they are still there. */
  readonly retained: readonly Snapshot[]
}

/**
 * Removes what the policy does not keep, under the exclusive lock, and answers what it did group by group. A policy without rules
 * removes nothing. Errors: `STO_POLICY_INVALID`, `STO_POLICY_KEEPS_NOTHING` (before anything is removed), `STO_LOCKED`.
 */
export async function forget(
  repository: Repository,
  policy: KeepPolicy,
  options: ForgetOptions = {},
): Promise<readonly ForgetGroup[]> {
  if (options.dryRun || isEmptyPolicy(policy)) return plan(repository, policy, options)
  return withLock(repository, 'exclusive', options.signal, async (signal, lock) => {
    const groups = await plan(repository, policy, { ...options, signal })
    await assertHeld(lock, signal)
    const done: ForgetGroup[] = []
    for (const group of groups) {
      const remove: Snapshot[] = []
      const retained: Snapshot[] = []
      for (const snapshot of group.remove) {
        signal.throwIfAborted()
        const isGone = await removeIfAllowed(repository, snapshot.id, signal)
        ;(isGone ? remove : retained).push(snapshot)
      }
      done.push({ ...group, remove, retained })
    }
    return done
  })
}

/**
 * Removes certain snapshots, under the exclusive lock. `retained`: the place does not let them go yet.
 * Errors: `STO_SNAPSHOT_UNKNOWN`, `STO_SNAPSHOT_AMBIGUOUS` (both before anything is removed), `STO_LOCKED`.
 */
export function forgetSnapshots(
  repository: Repository,
  ids: readonly string[],
  options: { readonly dryRun?: boolean; readonly signal?: AbortSignal } = {},
): Promise<{ readonly removed: readonly Snapshot[]; readonly retained: readonly Snapshot[] }> {
  const kind = options.dryRun ? 'shared' : 'exclusive'
  return withLock(repository, kind, options.signal, async (signal, lock) => {
    const chosen = await Promise.all(ids.map((id) => repository.findSnapshot(id, signal)))
    await assertHeld(lock, signal)
    const removed: Snapshot[] = []
    const retained: Snapshot[] = []
    for (const snapshot of new Map(chosen.map((one) => [one.id, one])).values()) {
      signal.throwIfAborted()
      const isGone = options.dryRun || (await removeIfAllowed(repository, snapshot.id, signal))
      ;(isGone ? removed : retained).push(snapshot)
    }
    return { removed, retained }
  })
}

async function plan(
  repository: Repository,
  policy: KeepPolicy,
  options: ForgetOptions,
): Promise<ForgetGroup[]> {
  const now = internalsOf(repository).clock.now()
  const { select = () => true, groupBy = ['host', 'paths'] } = options
  const groups = new Map<
    string,
    { readonly key: Omit<ForgetGroup, 'keep' | 'remove' | 'retained'>; readonly snapshots: Snapshot[] }
  >()
  for (const snapshot of await repository.listSnapshots(options.signal)) {
    if (!select(snapshot)) continue
    const key = {
      ...(groupBy.includes('host') ? { host: snapshot.hostname } : {}),
      ...(groupBy.includes('paths') ? { paths: snapshot.paths.toSorted() } : {}),
      ...(groupBy.includes('tags') ? { tags: snapshot.tags.toSorted() } : {}),
    }
    const text = JSON.stringify(key)
    const group = groups.get(text) ?? { key, snapshots: [] }
    groups.set(text, group)
    group.snapshots.push(snapshot)
  }
  return [...groups].map(([text, { key, snapshots }]) => {
    const { keep, remove } = applyPolicy(snapshots, policy, now)
    if (keep.length === 0 && !options.allowRemovingAll) {
      throw fail('STO_POLICY_KEEPS_NOTHING', { group: text })
    }
    return { ...key, keep, remove, retained: [] }
  })
}

/** False when the place keeps it. */
async function removeIfAllowed(repository: Repository, id: string, signal: AbortSignal): Promise<boolean> {
  try {
    await repository.removeSnapshot(id, signal)
  } catch (cause) {
    if (isAppError(cause, 'STO_FILE_RETAINED')) return false
    if (!isAppError(cause, 'STO_FILE_MISSING')) throw cause
  }
  return true
}
