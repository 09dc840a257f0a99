/**
 * Restores: a list of mails that are put back one after the other. Each is a row, so that a restore goes on after a
 * restart where it was: `waiting` → `creating` → `restored` | `already-there` | `failed`.
 *
 * Ownership is a lease on the restore's row, renewed while it is worked on; whoever finds a lease that is out takes over.
 * Repeating is safe because a restored mail carries a marker (`workloads/mail/restore`).
 */
import { findItem, folderNamesOf, selectedItems } from '../../catalog/index.ts'
import type {
  CreateRestore,
  EventBus,
  Page,
  PageQuery,
  RestoreItemView,
  RestoreView,
} from '../../contract/index.ts'
import type { Database } from '../../database/index.ts'
import { isAppError } from '../../errors/index.ts'
import { type GraphClient, isNotFound } from '../../microsoft/index.ts'
import { toProblem } from '../../organizations/index.ts'
import type { Clock, Logger } from '../../shared/index.ts'
import { isRecoverable, recoveredItemsFolder } from '../../workloads/index.ts'
import { holdActive } from '../removal/organization-work.ts'
import { leaseOwner } from '../runs/run-lease.ts'
import { createDriveFiles } from './drive-files.ts'
import { fail } from './errors.ts'
import type { RestoreOrganizations, RestoreRepositories } from './ports.ts'
import {
  abandonedRestores,
  type OwnedRestore,
  releaseRestore,
  renewMilliseconds,
  renewRestore,
  takeRestore,
} from './restore-lease.ts'
import { listRestoreItems, listRestores, restoreView } from './restore-store.ts'
import { findTargetUser } from './restore-target.ts'
import { restorerOf } from './restorers.ts'
import { createTurns } from './turns.ts'

export interface RestoreServiceOptions {
  readonly db: Database
  readonly organizations: RestoreOrganizations
  readonly repositories: RestoreRepositories
  readonly events: EventBus
  readonly clock: Clock
  readonly logger: Logger
  /** New at each start of the program; names this process in leases. */
  readonly nonce: string
}

export interface RestoreService {
  /**
   * @param mailboxes to which the operator is limited; null for none. The selection was held against them, the target is here.
   * Errors: `JOB_RESTORE_NOT_ALLOWED`, `JOB_RESTORE_EMPTY`, `JOB_RESTORE_TOO_LARGE`, those of the selection and of the target.
   */
  start(
    organizationId: string,
    operatorId: string,
    request: CreateRestore,
    mailboxes?: readonly string[] | null,
  ): Promise<RestoreView>
  get(id: string): Promise<RestoreView>
  /** Newest first; only what one operator asked for, where `operatorId` is not null. */
  list(organizationId: string, query: PageQuery, operatorId?: string | null): Promise<Page<RestoreView>>
  items(id: string, query: PageQuery): Promise<Page<RestoreItemView>>
  cancel(id: string): Promise<RestoreView>
  /** Takes up what nobody works on; call it at start, and it repeats itself. */
  resumeAll(): Promise<void>
  stop(): Promise<void>
}

const maximumItems = 100_000
/** Mails in work at once: Graph allows four requests per mailbox, and a backup may want some of them. */
const concurrency = 2
const batchSize = 50

export function createRestoreService(options: RestoreServiceOptions): RestoreService {
  const { db, organizations, clock, logger } = options
  const stopping = new AbortController()
  const owner = leaseOwner(options.nonce)
  /** The restores that this process works on. */
  const active = new Map<string, { readonly work: Promise<void>; readonly stop: AbortController }>()
  const lastPublished = new Map<string, number>()
  /** Two restores that bring the same mail into the same folder at once would each see that it is not there yet. */
  const inTurn = createTurns()

  async function publish(id: string, force = false): Promise<void> {
    const now = clock.now()
    if (!force && now - (lastPublished.get(id) ?? 0) < 1000) return
    lastPublished.set(id, now)
    if (force) lastPublished.delete(id)
    options.events.publish({ topic: 'restore', view: await restoreView(db, id) })
  }

  function take(id: string): void {
    if (active.has(id) || stopping.signal.aborted) return
    const stop = new AbortController()
    const work = own(id, stop)
      .catch((error: unknown) =>
        logger.error({ error, restore: id }, 'restore stopped; it will be taken up again'),
      )
      .finally(() => active.delete(id))
    active.set(id, { work, stop })
  }

  /** Works on a restore to its end, or until it is cancelled, lost to another process, or the server stops. */
  async function own(id: string, stop: AbortController): Promise<void> {
    const restore = await takeRestore(db, id, owner)
    if (!restore) return
    const signal = AbortSignal.any([stopping.signal, stop.signal])
    const renewal = setInterval(() => void renew(id, stop), renewMilliseconds)
    try {
      await publish(id, true)
      const state = await renewRestore(db, id, owner)
      if (state !== 'held') stop.abort(state)
      await restoreAll(id, restore, await organizations.graph(restore.organization_id), signal)
      await finish(id, false)
    } catch (error) {
      if (stop.signal.reason === 'lost') return
      if (stop.signal.reason === 'cancelled') await finish(id, true)
      else if (stopping.signal.aborted) await releaseRestore(db, id, owner)
      else await finish(id, false, error)
    } finally {
      clearInterval(renewal)
    }
  }

  async function renew(id: string, stop: AbortController): Promise<void> {
    try {
      const state = await renewRestore(db, id, owner)
      if (state !== 'held') stop.abort(state)
    } catch (error) {
      logger.warn({ error, restore: id }, 'lease of a restore could not be renewed')
    }
  }

  async function restoreAll(
    id: string,
    claim: OwnedRestore,
    graph: GraphClient,
    signal: AbortSignal,
  ): Promise<void> {
    const repository = await options.repositories.open(claim.organization_id)
    const tools = { graph, repository, clock, signal }
    const isOriginal = claim.folder_kind === 'original'
    const folders = new Map<string, Promise<string>>()
    const files = createDriveFiles({
      graph,
      repository,
      conflict: claim.conflict,
      folderKind: claim.folder_kind,
      folderName: claim.folder_name,
      askedAt: claim.created_at,
      inTurn,
      signal,
    })
    for (;;) {
      const batch = await db
        .selectFrom('restore_items')
        .select(['item_id', 'position', 'state'])
        .where('restore_id', '=', id)
        .where('state', 'in', ['waiting', 'creating'])
        .orderBy('position')
        .limit(batchSize)
        .execute()
      if (batch.length === 0) return
      const queue = batch.values()
      const worker = async () => {
        for (const row of queue) {
          signal.throwIfAborted()
          await restoreOne(row)
          await publish(id)
        }
      }
      // Nothing of a worker may go on when the restore has ended for another one.
      const ends = await Promise.allSettled(Array.from({ length: concurrency }, worker))
      for (const end of ends) if (end.status === 'rejected') throw end.reason
    }

    async function restoreOne(row: { item_id: string; position: number; state: string }): Promise<void> {
      const record = (values: {
        state: 'creating' | 'restored' | 'already-there' | 'failed'
        message_id?: string
        reason?: string
      }) =>
        db
          .updateTable('restore_items')
          .set(values)
          .where('restore_id', '=', id)
          .where('position', '=', row.position)
          .execute()
      let key = ''
      try {
        await requireRestoreRights(claim.organization_id)
        const item = await findItem(db, row.item_id)
        if (item.workload === 'drive') {
          await record({ state: 'creating' })
          const { outcome, itemId, note } = await files.restore(item, row.state === 'creating')
          await record({ state: outcome, message_id: itemId, ...(note === null ? {} : { reason: note }) })
          return
        }
        const userId = claim.target_user_id ?? item.userId
        // The folders of others are none of the target's: there they go by name. Nobody may put anything into Recoverable Items.
        const recovers = isOriginal && isRecoverable({ metadata: item.folderMetadata })
        const originalId = isOriginal && !recovers && userId === item.userId ? item.folderExternalId : null
        key = `${item.workload}\n${userId}\n${recovers ? 'recovered' : isOriginal ? item.folderExternalId : ''}`
        const restorer = restorerOf(item.workload)
        const folderId = await folderFor(key, async () => {
          const names = recovers
            ? [recoveredItemsFolder]
            : isOriginal
              ? await folderNamesOf(db, item)
              : [claim.folder_name]
          // Folders are made one after the other: two of them may lie in the same one, which is missing too.
          return inTurn(`folders\n${item.workload}\n${userId}`, () =>
            restorer.folder(tools, { userId, originalId, names }),
          )
        })
        await record({ state: 'creating' })
        const resumed = row.state === 'creating'
        const result = await inTurn(`${folderId}\n${item.externalId}`, () =>
          restorer.restore(tools, { item, userId, folderId, resumed }),
        )
        const { outcome, messageId, notes = [] } = result
        await record({
          state: outcome,
          message_id: messageId,
          ...(notes.length > 0 && { reason: notes.join(' ') }),
        })
      } catch (error) {
        if (signal.aborted) throw error
        // Somebody may have deleted the folder: the next mail makes it anew.
        if (isNotFound(error)) folders.delete(key)
        if (!isAppError(error))
          logger.error({ error, restore: id, item: row.item_id }, 'restoring a mail failed unexpectedly')
        await record({
          state: 'failed',
          reason: isAppError(error)
            ? `${error.message} ${error.remedy}`
            : 'Unexpected error; see the server log.',
        })
      }
    }

    /** One look-up per mailbox and folder; a failed one is tried again by the next item. */
    function folderFor(key: string, find: () => Promise<string>): Promise<string> {
      const known = folders.get(key)
      if (known) return known
      const found = find()
      folders.set(key, found)
      found.catch(() => folders.delete(key))
      return found
    }
  }

  /** Asked before each mail: restore rights may end, or be taken away, while a restore runs. */
  async function requireRestoreRights(organizationId: string): Promise<void> {
    const { name, restoreRights } = await organizations.get(organizationId)
    if (!restoreRights) throw fail('JOB_RESTORE_NOT_ALLOWED', { name })
  }

  async function finish(id: string, cancelled: boolean, error?: unknown): Promise<void> {
    const { counts } = await restoreView(db, id)
    const done = counts.restored + counts.alreadyThere
    const state = cancelled
      ? ('cancelled' as const)
      : error !== undefined || done === 0
        ? ('failed' as const)
        : counts.failed > 0
          ? ('partial' as const)
          : ('succeeded' as const)
    if (error !== undefined) logger.error({ error, restore: id }, 'restore failed')
    await db
      .updateTable('restores')
      .set({
        state,
        finished_at: new Date(clock.now()),
        lease_until: null,
        error: error === undefined ? null : JSON.stringify(toProblem(error)),
      })
      .where('id', '=', id)
      .where('lease_owner', '=', owner.name)
      .execute()
    await publish(id, true)
  }

  const service: RestoreService = {
    async start(organizationId, operatorId, request, mailboxes = null) {
      await requireRestoreRights(organizationId)
      const { target, selection } = request
      const user =
        target &&
        (await findTargetUser(db, await organizations.graph(organizationId), {
          organizationId,
          target,
          selection,
          mailboxes,
        }))
      const folder = request.folder ?? { kind: 'dated' as const }
      const folderName =
        folder.kind === 'named'
          ? folder.name.trim()
          : folder.kind === 'original'
            ? 'Original folder'
            : `Restored ${new Date(clock.now()).toISOString().slice(0, 10)}`
      const id = await db.transaction().execute(async (transaction) => {
        await holdActive(transaction, organizationId)
        const restore = await transaction
          .insertInto('restores')
          .values({
            organization_id: organizationId,
            requested_by: operatorId,
            folder_kind: folder.kind,
            folder_name: folderName,
            target_user_id: user?.id ?? null,
            target_user_name: user?.userPrincipalName ?? null,
            ...(request.conflict === undefined ? {} : { conflict: request.conflict }),
          })
          .returning('id')
          .executeTakeFirstOrThrow()
        let position = 0
        for await (const batch of selectedItems(transaction, organizationId, selection)) {
          if (position + batch.length > maximumItems)
            throw fail('JOB_RESTORE_TOO_LARGE', { maximum: maximumItems })
          const rows = batch.map((item) => ({
            restore_id: restore.id,
            item_id: item,
            position: position++,
            state: 'waiting' as const,
          }))
          for (let start = 0; start < rows.length; start += 1000)
            await transaction
              .insertInto('restore_items')
              .values(rows.slice(start, start + 1000))
              .execute()
        }
        if (position === 0) throw fail('JOB_RESTORE_EMPTY')
        return restore.id
      })
      take(id)
      return restoreView(db, id)
    },
    get: (id) => restoreView(db, id),
    list: (organizationId, query, operatorId) => listRestores(db, organizationId, query, operatorId),
    items: (id, query) => listRestoreItems(db, id, query),
    async cancel(id) {
      await restoreView(db, id)
      await db.updateTable('restores').set({ cancel_requested: true }).where('id', '=', id).execute()
      await db
        .updateTable('restores')
        .set({ state: 'cancelled', finished_at: new Date(clock.now()) })
        .where('id', '=', id)
        .where('state', '=', 'queued')
        .execute()
      const mine = active.get(id)
      mine?.stop.abort('cancelled')
      await mine?.work
      return restoreView(db, id)
    },
    async resumeAll() {
      for (const id of await abandonedRestores(db, owner)) take(id)
    },
    async stop() {
      clearInterval(poll)
      stopping.abort(new Error('the server is stopping'))
      await Promise.allSettled([...active.values()].map(({ work }) => work))
    },
  }
  const poll = setInterval(() => {
    service
      .resumeAll()
      .catch((error: unknown) => logger.warn({ error }, 'unfinished restores could not be listed'))
  }, renewMilliseconds)
  poll.unref()
  return service
}
