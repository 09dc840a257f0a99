/**
 * Makes a run's work visible: one snapshot, then one transaction.
 *
 * Order: the repository's advisory lock in PostgreSQL → the head root is read again (other writers may have moved it) → only
 * this run's mailboxes are put into it → restic's lock file is still there → the run's row says `publishing` → packs, index,
 * snapshot → one transaction: head, validity of rows, delta positions, outcome. A crash after the snapshot is found by the
 * snapshot's tag `run:<id>`, and the snapshot is adopted instead of written again.
 */
import { sql } from 'kysely'
import {
  endRun,
  guarded,
  type PublishedResource,
  publishRun,
  type RunGuard,
  type UnpublishedResource,
} from '../../catalog/index.ts'
import type { Database } from '../../database/index.ts'
import {
  directoryNode,
  editTree,
  fileNode,
  lookup,
  type Repository,
  type RepositoryLock,
  type RepositoryWriter,
  type Snapshot,
  type TreeChange,
} from '../../repository/index.ts'
import { fail } from '../errors.ts'
import type { StoredCounts } from './run-counts.ts'
import type { RunResource } from './run-resources.ts'

export interface PublicationContext {
  readonly db: Database
  readonly guard: RunGuard
  readonly organizationId: string
  readonly repository: Repository
  readonly repositoryId: string
  readonly writer: RepositoryWriter
  readonly lock: RepositoryLock
  readonly productVersion: string
  /** Start of the run and now, milliseconds since the epoch. */
  readonly time: number
  readonly now: number
  readonly resources: readonly RunResource[]
  /** Users whose time after their deletion is over, by Microsoft's id. */
  readonly expiredUsers: ReadonlySet<string>
  readonly counts: StoredCounts
  readonly signal: AbortSignal
}

/** What is given back: the outcome that was recorded. */
export type RunOutcome = 'succeeded' | 'partial'

export async function publish(context: PublicationContext): Promise<RunOutcome> {
  const { db, repositoryId } = context
  return db.connection().execute(async (connection) => {
    const key = sql`hashtextextended(${`repository:${repositoryId}`}, 0)`
    await sql`select pg_advisory_lock(${key})`.execute(connection)
    try {
      return await publishLocked(context)
    } finally {
      await sql`select pg_advisory_unlock(${key})`.execute(connection)
    }
  })
}

async function publishLocked(context: PublicationContext): Promise<RunOutcome> {
  const { repository, guard, signal } = context
  const outcome = outcomeOf(context)
  const tag = `run:${guard.runId}`
  const existing = (await repository.listSnapshots(signal)).find((snapshot) => snapshot.tags.includes(tag))
  const { root, snapshotId } = existing ? adopted(existing) : await writeSnapshot(context, outcome)
  await publishRun(context.db, guard, {
    organizationId: context.organizationId,
    repositoryId: context.repositoryId,
    root,
    snapshotId,
    outcome,
    time: new Date(context.now),
    counts: context.counts,
    published: context.resources.flatMap(publishedResource),
    unpublished: context.resources.flatMap(unpublishedResource),
    ended: ended(context).map(({ identity }) => identity.resourceId),
  })
  return outcome
}

function adopted(snapshot: Snapshot): { root: string; snapshotId: string } {
  return { root: snapshot.tree, snapshotId: snapshot.id }
}

async function writeSnapshot(
  context: PublicationContext,
  outcome: RunOutcome,
): Promise<{ root: string; snapshotId: string }> {
  const { db, guard, repository, writer, lock, time } = context
  const head = await db
    .selectFrom('repositories')
    .select(['head_root', 'head_snapshot_id'])
    .where('id', '=', context.repositoryId)
    .executeTakeFirstOrThrow()
  const changes = await treeChanges(context, outcome, head.head_root)
  const root = await editTree(repository, writer, head.head_root ?? undefined, changes, {
    removeEmptyDirectories: true,
    time,
  })
  if (!(await lock.stillThere())) throw fail('JOB_LOCK_LOST')
  await guarded(db, guard, async (transaction) => {
    await transaction
      .updateTable('runs')
      .set({ state: 'publishing', planned_root: root })
      .where('id', '=', guard.runId)
      .execute()
  })
  context.signal.throwIfAborted()
  const snapshotId = await writer.saveSnapshot({
    lock,
    tree: root,
    time: context.now,
    paths: ['/'],
    tags: [...services(context), `run:${guard.runId}`, ...(outcome === 'partial' ? ['partial'] : [])],
    programVersion: `bdrcloud ${context.productVersion}`,
    ...(head.head_snapshot_id ? { parent: head.head_snapshot_id } : {}),
  })
  return { root, snapshotId }
}

/** Restic's users tell restore points apart by what they hold. */
function services({ resources }: PublicationContext): string[] {
  const covered = resources
    .filter(({ state }) => state === 'succeeded')
    .map(({ identity }) => identity.workload)
  return [...new Set(covered)].map((workload) => `service:${workload}`)
}

/** Only resources whose tree is another one than published: the directories above the others stay as they are. */
async function treeChanges(
  context: PublicationContext,
  outcome: RunOutcome,
  headRoot: string | null,
): Promise<TreeChange[]> {
  const { repository, writer, time } = context
  const changes: TreeChange[] = []
  for (const { identity, state, tree, directory } of context.resources) {
    if (state !== 'succeeded' || tree === null || directory === null) continue
    const path = directory.split('/')
    const before = identity.publishedDirectory
    const published = headRoot === null ? undefined : await lookup(repository, headRoot, path)
    if (published?.subtree === tree) continue
    if (before !== null && before !== directory) changes.push({ kind: 'remove', path: before.split('/') })
    changes.push({
      kind: 'put',
      path,
      node: directoryNode({ name: path.at(-1) ?? '', subtree: tree, mtime: time }),
    })
  }
  for (const { identity } of ended(context))
    changes.push({ kind: 'remove', path: identity.publishedDirectory?.split('/') ?? [] })
  const description = Buffer.from(`${JSON.stringify(runDescription(context, outcome), null, 2)}\n`)
  const { content, size } = await writer.saveContent(description)
  const node = fileNode({ name: '_run.json', size, content, mtime: time })
  changes.push({ kind: 'put', path: ['_run.json'], node })
  return changes
}

/** `_run.json`: enough to tell from the repository alone what the restore point holds. */
function runDescription(context: PublicationContext, outcome: RunOutcome): object {
  const { itemsSeen: _seen, budgetUsed: _used, ...counts } = context.counts
  return {
    run: context.guard.runId,
    sequence: context.guard.sequence,
    organization: context.organizationId,
    product: `bdrcloud ${context.productVersion}`,
    startedAt: new Date(context.time).toISOString(),
    outcome,
    counts,
    resources: context.resources
      .filter(({ state }) => state !== 'skipped')
      .map(({ identity, state, directory, error, progress }) => ({
        workload: identity.workload,
        id: identity.externalId,
        userPrincipalName: identity.userPrincipalName,
        outcome: state,
        directory: directory ?? identity.publishedDirectory,
        items: progress.itemsTotal,
        ...(error === null ? {} : { error }),
        ...(progress.notice === null ? {} : { notice: progress.notice }),
      })),
  }
}

/** What new restore points do not hold any more. */
function ended({ resources, expiredUsers }: PublicationContext): RunResource[] {
  return resources.filter(
    ({ identity, state }) =>
      state === 'skipped' &&
      identity.siteExternalId === null &&
      identity.publishedDirectory !== null &&
      expiredUsers.has(identity.externalId),
  )
}

function outcomeOf({ resources }: PublicationContext): RunOutcome {
  const whole = resources.every(
    ({ state, progress }) => state !== 'failed' && !progress.incomplete && progress.itemsFailed === 0,
  )
  return whole ? 'succeeded' : 'partial'
}

function publishedResource({ identity, state, directory, progress }: RunResource): PublishedResource[] {
  if (state !== 'succeeded' || directory === null) return []
  return [{ resourceId: identity.resourceId, directory, items: progress.itemsTotal, notice: progress.notice }]
}

function unpublishedResource({ identity, state, error, progress }: RunResource): UnpublishedResource[] {
  if (state === 'succeeded') return []
  return [
    { resourceId: identity.resourceId, error: state === 'failed' ? error : null, notice: progress.notice },
  ]
}

/** Ends a run that makes no restore point. What it stored waits, staged, for the next one. */
export async function endWithoutSnapshot(
  context: Pick<PublicationContext, 'db' | 'guard' | 'organizationId' | 'now' | 'counts' | 'resources'>,
  outcome: 'failed' | 'cancelled',
  error: object | null,
): Promise<void> {
  await endRun(context.db, context.guard, {
    organizationId: context.organizationId,
    outcome,
    time: new Date(context.now),
    counts: context.counts,
    error,
    unpublished: context.resources.filter(({ state }) => state === 'failed').flatMap(unpublishedResource),
  })
}
