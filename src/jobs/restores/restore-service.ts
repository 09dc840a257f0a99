/**
 * Restores: a list of mails that are put back one after the other. Each is a row, so that a restore goes on after a
 * restart where it was: `waiting` → `creating` → `restored` | `already-there` | `failed`.
 *
 * Ownership is a lease on the restore's row, renewed while it is worked on; whoever finds a lease that is out takes over.
 * Repeating is safe because a restored mail carries a marker (`workloads/mail/restore`).
 */
import {
  findFolder,
  findItem,
  folderNamesOf,
  foldersDownTo,
  selectedFolders,
  selectedItems,
} from '../../catalog/index.ts'
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
import { holdActive } from '../removal/organization-work.ts'
import { leaseOwner } from '../runs/run-lease.ts'
import { fail } from './errors.ts'
import { createMemoryRoom, memoryOf } from './memory-room.ts'
import type { RestoreOrganizations, RestoreRepositories } from './ports.ts'
import {
  abandonedRestores,
  type OwnedRestore,
  releaseRestore,
  renewMilliseconds,
  renewRestore,
  takeRestore,
} from './restore-lease.ts'
import { listRestoreItems, listRestores, requireRoom, restoreView } from './restore-store.ts'
import { type FoundTarget, findTarget } from './restore-target.ts'
import { type Place, type Restored, type RestoreTools, restorers } from './restorers.ts'
import { createTurns } from './turns.ts'
import { versionRows, versionToRestore } from './versions.ts'

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

interface Row {
  readonly item_id: string | null
  readonly version_id: string | null
  readonly folder_id: string | null
  readonly folder_point: number | null
  readonly position: number
  readonly state: string
}

function targetColumns(target: FoundTarget | undefined) {
  if (!target) return {}
  const { destination, name } = target
  return 'userId' in destination
    ? { target_user_id: destination.userId, target_user_name: name }
    : { target_drive_id: destination.driveId, target_drive_name: name }
}

export function createRestoreService(options: RestoreServiceOptions): RestoreService {
  const { db, organizations, clock, logger } = options
  const stopping = new AbortController()
  const owner = leaseOwner(options.nonce)
  /** The restores that this process works on. */
  const active = new Map<string, { readonly work: Promise<void>; readonly stop: AbortController }>()
  const lastPublished = new Map<string, number>()
  /** Two restores that bring the same mail into the same folder at once would each see that it is not there yet. */
  const inTurn = createTurns()
  const room = createMemoryRoom()

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
    const found = new Map<string, Promise<string>>()
    const left: (() => Promise<unknown>)[] = []
    const tools: RestoreTools = {
      graph,
      repository,
      clock,
      signal,
      inTurn,
      folderNames: (item) => folderNamesOf(db, item),
      foldersDownTo: (folderId, point) => foldersDownTo(db, folderId, point),
      afterwards: (work) => left.push(work),
      remembered(key, find) {
        const known = found.get(key)
        if (known) return known
        const made = find()
        found.set(key, made)
        made.catch(() => found.delete(key))
        return made
      },
      order: {
        destination:
          claim.target_user_id !== null
            ? { userId: claim.target_user_id }
            : claim.target_drive_id !== null
              ? { driveId: claim.target_drive_id }
              : null,
        folderKind: claim.folder_kind,
        folderName: claim.folder_name,
        conflict: claim.conflict,
        sharing: claim.sharing,
        askedAt: claim.created_at,
      },
    }
    for (;;) {
      const batch = await db
        .selectFrom('restore_items')
        .select(['item_id', 'version_id', 'folder_id', 'folder_point', 'position', 'state'])
        .where('restore_id', '=', id)
        .where('state', 'in', ['waiting', 'creating'])
        .orderBy('position')
        .limit(batchSize)
        .execute()
      if (batch.length === 0) break
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
    await doWhatIsLeft()

    /** What somebody has deleted since is passed over; after any other refusal the rest is left, so that no trouble is met once for each. */
    async function doWhatIsLeft(): Promise<void> {
      try {
        for (const work of left.reverse()) {
          signal.throwIfAborted()
          await requireRestoreRights(claim.organization_id)
          await work().catch((error: unknown) => {
            if (!isNotFound(error)) throw error
          })
        }
      } catch (error) {
        if (signal.aborted) throw error
        logger.warn({ error, restore: id }, 'dates of folders that a restore made were left as they are')
      }
    }

    async function restoreOne(row: Row): Promise<void> {
      const record = (values: {
        state: 'creating' | 'restored' | 'already-there' | 'failed'
        message_id?: string
        reason?: string | null
      }) =>
        db
          .updateTable('restore_items')
          .set(values)
          .where('restore_id', '=', id)
          .where('position', '=', row.position)
          .execute()
      let place: Place | undefined
      try {
        await requireRestoreRights(claim.organization_id)
        const resumed = row.state === 'creating'
        let result: Restored
        if (row.item_id === null) {
          await record({ state: 'creating' })
          result = await restoreFolder(row)
        } else {
          const item =
            row.version_id === null
              ? await findItem(db, row.item_id)
              : await versionToRestore(db, row.item_id, row.version_id, claim.conflict)
          const restorer = restorers[item.workload]
          const there = await restorer.place(tools, item)
          place = there
          await record({ state: 'creating' })
          result = await room.hold(memoryOf(item.view.size), signal, () =>
            restorer.restore(tools, item, there, resumed),
          )
        }
        const { outcome, messageId, notes = [] } = result
        const reason = notes.length === 0 ? null : notes.join(' ')
        await record({ state: outcome, message_id: messageId, reason })
      } catch (error) {
        if (signal.aborted) throw error
        // Somebody may have deleted the folder: the next mail makes it anew.
        if (isNotFound(error) && place) found.delete(place.key)
        if (!isAppError(error))
          logger.error(
            { error, restore: id, item: row.item_id ?? row.folder_id },
            'restoring an item failed unexpectedly',
          )
        await record({
          state: 'failed',
          reason: isAppError(error)
            ? `${error.message} ${error.remedy}`
            : 'Unexpected error; see the server log.',
        })
      }
    }

    async function restoreFolder({ folder_id, folder_point }: Row): Promise<Restored> {
      const folder = await findFolder(db, folder_id ?? '', folder_point ?? 0)
      if (!folder || !restorers.drive.restoreFolder) throw fail('JOB_RESTORE_FOLDER_GONE')
      return restorers.drive.restoreFolder(tools, folder)
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
      const found =
        target &&
        (await findTarget(db, await organizations.graph(organizationId), {
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
            ...targetColumns(found),
            ...(request.sharing === undefined ? {} : { sharing: request.sharing }),
            ...(request.conflict === undefined ? {} : { conflict: request.conflict }),
          })
          .returning('id')
          .executeTakeFirstOrThrow()
        let position = 0
        const add = async (
          rows: readonly {
            item_id?: string
            version_id?: string
            folder_id?: string
            folder_point?: number
          }[],
        ) => {
          if (position + rows.length > maximumItems)
            throw fail('JOB_RESTORE_TOO_LARGE', { maximum: maximumItems })
          const wanted = rows.map((row) => ({
            restore_id: restore.id,
            position: position++,
            state: 'waiting' as const,
            ...row,
          }))
          for (let start = 0; start < wanted.length; start += 1000)
            await transaction
              .insertInto('restore_items')
              .values(wanted.slice(start, start + 1000))
              .execute()
        }
        for await (const batch of selectedItems(transaction, organizationId, selection))
          await add(
            request.versions === undefined
              ? batch.map((item_id) => ({ item_id }))
              : await versionRows(transaction, selection, batch, request.versions),
          )
        const sharing = request.sharing ?? false
        for await (const batch of selectedFolders(transaction, organizationId, selection, sharing))
          await add(batch.map(({ folderId, point }) => ({ folder_id: folderId, folder_point: point })))
        if (position === 0) throw fail('JOB_RESTORE_EMPTY')
        if (found) await requireRoom(transaction, restore.id, found.room)
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
