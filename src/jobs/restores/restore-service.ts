/**
 * Restores: a list of mails that are put back one after the other. Each is a row, so that a restore goes on after a
 * restart where it was: `waiting` → `creating` → `restored` | `already-there` | `failed`.
 *
 * Ownership is a lease on the restore's row, renewed while it is worked on; whoever finds a lease that is out takes over.
 * Repeating is safe because a restored mail carries a marker (`workloads/mail/restore`).
 */
import type {
  CreateRestore,
  EventBus,
  Page,
  PageQuery,
  RestoreItemView,
  RestoreView,
} from '../../contract/index.ts'
import type { Database } from '../../database/index.ts'
import { toProblem } from '../../organizations/index.ts'
import type { Clock, Logger } from '../../shared/index.ts'
import { leaseOwner } from '../runs/run-lease.ts'
import { chooseRows } from './choose-rows.ts'
import { fail } from './errors.ts'
import { createMemoryRoom } from './memory-room.ts'
import type { RestoreOrganizations, RestoreRepositories } from './ports.ts'
import { restoreAll } from './restore-all.ts'
import {
  abandonedRestores,
  endRestore,
  type OwnedRestore,
  releaseRestore,
  renewMilliseconds,
  renewRestore,
  takeRestore,
} from './restore-lease.ts'
import { listRestoreItems, listRestores, restoreView } from './restore-store.ts'
import { findTarget } from './restore-target.ts'
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
      await workOn(id, restore, signal)
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

  async function workOn(id: string, claim: OwnedRestore, signal: AbortSignal): Promise<void> {
    const organizationId = claim.organization_id
    await restoreAll({
      db,
      id,
      claim,
      graph: await organizations.graph(organizationId),
      repository: await options.repositories.open(organizationId),
      clock,
      logger,
      signal,
      inTurn,
      room,
      requireRights: () => requireRestoreRights(organizationId),
      publish: () => publish(id),
    })
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
    await endRestore(db, id, owner, {
      state,
      finished_at: new Date(clock.now()),
      error: error === undefined ? null : JSON.stringify(toProblem(error)),
    })
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
      const id = await chooseRows(db, {
        organizationId,
        operatorId,
        request,
        target: found,
        now: clock.now(),
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
