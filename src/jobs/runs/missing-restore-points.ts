/**
 * Before a run builds on the newest restore point: is it still there? Somebody may have deleted restore points by stock restic. Those are
 * offered no more. Where a prune took what the newest one needs, the catalog goes back to the newest that is left (`catalog/go-back.ts`), and the run reads
 * again what came after it. The run holds restic's shared lock from before until its end, so what is there now stays. Costs one list of the snapshots.
 */
import { type EarlierState, goBack, moveHeadBack, type RunGuard, statesAt } from '../../catalog/index.ts'
import type { Database } from '../../database/index.ts'
import { isTreeWhole, lookup, type Repository, type Snapshot } from '../../repository/index.ts'
import type { Clock, Logger } from '../../shared/index.ts'

interface Parts {
  readonly db: Database
  readonly repository: Repository
  readonly clock: Clock
  readonly logger: Logger
}

/** A restore point that the catalog knows, with its snapshot as far as it is there. */
interface KnownPoint {
  readonly id: string
  readonly sequence: number
  readonly snapshot: Snapshot | undefined
}

/** Can be repeated, also after it was broken off. @throws CAT_RUN_TAKEN_OVER, STO_ errors; the signal's reason */
export async function goBackToWhatIsThere(
  parts: Parts,
  guard: RunGuard,
  organizationId: string,
  signal: AbortSignal,
): Promise<void> {
  const { db, repository, clock, logger } = parts
  const points = await knownPoints(parts, organizationId, signal)
  const gone = points.filter(({ snapshot }) => snapshot === undefined)
  if (gone.length > 0) {
    logger.warn(
      { runId: guard.runId, restorePoints: gone.map(({ sequence }) => sequence) },
      'restore points were deleted from the repository by something else',
    )
    const ids = gone.map(({ id }) => id)
    const at = new Date(clock.now())
    await db.updateTable('runs').set({ forgotten_at: at }).where('id', 'in', ids).execute()
  }
  const head = await db
    .selectFrom('repositories')
    .select(['head_root', 'head_sequence'])
    .where('organization_id', '=', organizationId)
    .executeTakeFirstOrThrow()
  const base = points.find(({ snapshot }) => snapshot !== undefined)
  if (head.head_root === null || base?.sequence === head.head_sequence) return
  if (await isTreeWhole(repository, head.head_root, base?.snapshot?.tree, signal)) return
  await goBackTo(parts, guard, organizationId, base, signal)
}

/** Newest first, without those that were let go. A snapshot that got other tags has another id, and the tree it had. */
async function knownPoints(
  { db, repository }: Parts,
  organizationId: string,
  signal: AbortSignal,
): Promise<KnownPoint[]> {
  const rows = await db
    .selectFrom('runs')
    .select(['id', 'sequence', 'snapshot_id', 'planned_root'])
    .where('organization_id', '=', organizationId)
    .where('snapshot_id', 'is not', null)
    .where('forgotten_at', 'is', null)
    .where('state', 'in', ['succeeded', 'partial'])
    .orderBy('sequence', 'desc')
    .execute()
  const snapshots = rows.length === 0 ? [] : await repository.listSnapshots(signal)
  const byId = new Map(snapshots.map((snapshot) => [snapshot.id, snapshot]))
  return rows.map(({ id, sequence, snapshot_id, planned_root }) => ({
    id,
    sequence,
    snapshot:
      byId.get(snapshot_id ?? '') ??
      snapshots.find(({ tags, tree }) => tags.includes(`run:${id}`) && tree === planned_root),
  }))
}

async function goBackTo(
  { db, repository, logger }: Parts,
  guard: RunGuard,
  organizationId: string,
  base: KnownPoint | undefined,
  signal: AbortSignal,
): Promise<void> {
  const to = base?.sequence ?? 0
  const root = base?.snapshot?.tree
  logger.warn({ runId: guard.runId, to }, 'the newest restore point is gone, the catalog goes back')
  const lost = 'The newest restore point was deleted from the repository by something else.'
  const again = 'read again, as far as Microsoft still has it.'
  for (const state of await statesAt(db, organizationId, to)) {
    signal.throwIfAborted()
    const directory = root === undefined ? null : await publishedAt(repository, root, state)
    const notice =
      directory === null
        ? `${lost} Nothing of this was in another one; it is ${again}`
        : `${lost} What came after restore point ${to} is ${again}`
    const lastSuccess = directory === null ? null : state.lastSuccess
    await goBack(db, guard, { ...state, directory, lastSuccess }, to, notice)
  }
  const head = base?.snapshot && { sequence: to, snapshotId: base.snapshot.id, root: base.snapshot.tree }
  await moveHeadBack(db, guard, organizationId, head ?? null)
}

/** Where a resource is in a tree. Whoever was taken out of it at the end of their time is not. */
async function publishedAt(
  repository: Repository,
  root: string,
  { directory }: EarlierState,
): Promise<string | null> {
  if (directory === null) return null
  const node = await lookup(repository, root, directory.split('/'))
  return node?.subtree === undefined ? null : directory
}
