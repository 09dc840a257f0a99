/**
 * 'Remove organization'. Order: the organization says `removing`, so that nothing new starts → backups and restores are stopped →
 * where it is wanted, an administrator's task removes the application → the server destroys its key and writes the statement, in
 * one transaction. Each step is persisted before it is taken; whoever finds a removal in the middle goes on with it.
 *
 * Backups stay unless their deletion was asked for by the organization's name. It waits seven days; until it begins it can be
 * undone, and adding the organization again undoes it, too.
 */
import type {
  CredentialRotationView,
  DeleteBackups,
  OrganizationView,
  Page,
  PageQuery,
  RemovalView,
  RemoveOrganization,
} from '../../contract/index.ts'
import { isAppError } from '../../errors/index.ts'
import { noAccess, requireActive } from '../administered.ts'
import { fail } from '../errors.ts'
import { dayMs } from '../expiry.ts'
import type { OrganizationParts } from '../parts.ts'
import { toProblem } from '../problem.ts'
import type { Rotations } from '../rotation/rotations.ts'
import type { OrganizationRow } from '../view.ts'
import type { RemovalPorts } from './ports.ts'
import {
  listRemovals,
  newestRemoval,
  openStates,
  type RemovalRow,
  readRemoval,
  removalView,
} from './removal-store.ts'
import { statementOf } from './statement.ts'

export interface Removals {
  /**
   * Removes the organization, or says in which state its removal is.
   * @throws ORG_NOT_FOUND, ORG_REMOVED, ORG_NAME_MISMATCH
   */
  remove(
    organizationId: string,
    input: RemoveOrganization,
    operator: { id: string; displayName: string },
  ): Promise<RemovalView>
  /** Takes back a removal that waits for an administrator. @throws ORG_NOTHING_TO_UNDO */
  takeBack(organizationId: string): Promise<OrganizationView>
  /** Asks for the deletion of the backups of a removed organization. @throws ORG_NOT_REMOVED, ORG_NAME_MISMATCH */
  deleteBackups(organizationId: string, input: DeleteBackups): Promise<RemovalView>
  /** @throws ORG_NOTHING_TO_UNDO once the deletion has begun */
  undoDeletion(organizationId: string): Promise<RemovalView>
  /** @throws ORG_REMOVAL_NOT_FOUND */
  get(id: string): Promise<RemovalView>
  /** The newest of an organization. @throws ORG_REMOVAL_NOT_FOUND */
  of(organizationId: string): Promise<RemovalView>
  list(page: PageQuery, only?: readonly string[] | null): Promise<Page<RemovalView>>
  /** Goes on with removals in the middle, and deletes backups whose time has come. */
  tick(): Promise<void>
  close(): Promise<void>
}

const deletionWaitsMs = 7 * dayMs
const answerWithinMs = 60_000

export function createRemovals(
  parts: OrganizationParts,
  rotations: Rotations,
  ports: RemovalPorts,
): Removals {
  const { db, microsoft, events } = parts
  const { clock, logger } = microsoft
  const closing = new AbortController()
  const { signal } = closing
  const running = new Map<string, Promise<RemovalRow>>()

  const tell = async (row: RemovalRow): Promise<RemovalView> => {
    const view = removalView(row)
    events.publish({ topic: 'removal', view })
    const organization = await parts.read(row.organization_id).catch(() => undefined)
    if (organization) await parts.announce(organization)
    return view
  }
  const move = (
    row: RemovalRow,
    patch: Partial<{ state: RemovalRow['state']; task_id: string; stopped: string }>,
  ) =>
    db
      .updateTable('organization_removals')
      .set(patch)
      .where('id', '=', row.id)
      .where('state', '=', row.state)
      .returningAll()
      .executeTakeFirst()

  const stop = async (row: RemovalRow): Promise<RemovalRow> => {
    await rotations.halt(row.organization_id)
    const now = await ports.work.stop(row.organization_id, signal)
    const before = row.stopped ?? { runs: 0, restores: 0 }
    const stopped = { runs: before.runs + now.runs, restores: before.restores + now.restores }
    const next = row.delete_application ? 'awaiting-administrator' : 'finishing'
    return (await move(row, { state: next, stopped: JSON.stringify(stopped) })) ?? readRemoval(db, row.id)
  }

  const awaitAdministrator = async (row: RemovalRow): Promise<RemovalRow> => {
    if (row.task_id === null) {
      const { id } = await ports.exits.start(row.organization_id, row.operator_id)
      return (await move(row, { task_id: id })) ?? readRemoval(db, row.id)
    }
    const { state } = await ports.exits.state(row.task_id)
    if (state === 'open') return row
    if (state === 'done') return (await move(row, { state: 'finishing' })) ?? readRemoval(db, row.id)
    return abandon(row)
  }

  const abandon = async (row: RemovalRow): Promise<RemovalRow> =>
    db.transaction().execute(async (transaction) => {
      const abandoned = await transaction
        .updateTable('organization_removals')
        .set({ state: 'abandoned' })
        .where('id', '=', row.id)
        .where('state', '=', 'awaiting-administrator')
        .returningAll()
        .executeTakeFirst()
      if (!abandoned) return readRemoval(transaction, row.id)
      await transaction
        .updateTable('organizations')
        .set({ state: 'active' })
        .where('id', '=', row.organization_id)
        .where('state', '=', 'removing')
        .execute()
      return abandoned
    })

  const finish = async (row: RemovalRow): Promise<RemovalRow> => {
    const organization = await parts.read(row.organization_id)
    const exit = row.task_id === null ? undefined : await ports.exits.state(row.task_id)
    const left = await rotations.list(organization.id, { limit: 500 })
    const now = new Date(clock.now())
    const statement = statementOf({
      organization,
      removal: row,
      cloud: microsoft.clouds.find(({ id }) => id === organization.cloud),
      backups: await ports.backups.facts(organization.id),
      exit,
      leftovers: left.items.flatMap(certificatesLeft),
      now,
    })
    const finished = await db.transaction().execute(async (transaction) => {
      const removed = await transaction
        .updateTable('organization_removals')
        .set({
          state: 'removed',
          removed_at: now,
          statement: JSON.stringify(statement),
          backups_delete_at: row.delete_backups ? new Date(now.getTime() + deletionWaitsMs) : null,
        })
        .where('id', '=', row.id)
        .where('state', '=', 'finishing')
        .returningAll()
        .executeTakeFirst()
      if (!removed) return readRemoval(transaction, row.id)
      await transaction
        .updateTable('organizations')
        .set({
          ...noAccess,
          state: 'removed',
          removed_at: now,
          drift: '[]',
          inspection: null,
          accepted: null,
        })
        .where('id', '=', organization.id)
        .execute()
      // No key of this organization is left anywhere on the server.
      await transaction
        .updateTable('credential_rotations')
        .set({ credential_sealed: null, old_credential_sealed: null, state: 'cancelled' })
        .where('organization_id', '=', organization.id)
        .where('state', 'not in', ['finished', 'failed', 'cancelled'])
        .execute()
      return removed
    })
    parts.forget(organization.id)
    return finished
  }

  const steps = {
    stopping: stop,
    'awaiting-administrator': awaitAdministrator,
    finishing: finish,
  } as const

  /** Takes one step after the other, as far as it goes by itself. */
  const advance = (row: RemovalRow): Promise<RemovalRow> => {
    const known = running.get(row.id)
    if (known) return known
    const work = (async () => {
      for (let current = row; ; ) {
        if (current.state === 'removed' || current.state === 'abandoned') return current
        const next = await steps[current.state](current)
        if (next.state === current.state && next.task_id === current.task_id) return next
        await tell(next)
        current = next
      }
    })().finally(() => running.delete(row.id))
    running.set(row.id, work)
    return work
  }

  /** The same until it has gone as far as it can; what runs may take its time to end. */
  const persist = async (row: RemovalRow): Promise<RemovalRow> => {
    for (let current = row; ; current = await readRemoval(db, row.id)) {
      try {
        return await advance(current)
      } catch (error) {
        if (!isAppError(error, 'JOB_STILL_BUSY')) throw error
      }
    }
  }

  /** A person waits for the answer; the removal goes on without. */
  const withinMinute = async (row: RemovalRow): Promise<RemovalRow> => {
    const enough = new AbortController()
    const work = persist(row).finally(() => enough.abort())
    work.catch((error: unknown) => {
      if (!signal.aborted) logger.warn({ removal: row.id, error: String(error) }, 'a removal does not go on')
    })
    const minute = new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, answerWithinMs)
      enough.signal.addEventListener('abort', () => clearTimeout(timer))
    })
    return Promise.race([work, minute.then(() => readRemoval(db, row.id))])
  }

  const begin = async (
    organization: OrganizationRow,
    input: RemoveOrganization,
    operator: { id: string; displayName: string },
  ): Promise<RemovalRow> =>
    db.transaction().execute(async (transaction) => {
      const marked = await transaction
        .updateTable('organizations')
        .set({ state: 'removing' })
        .where('id', '=', organization.id)
        .where('state', '=', 'active')
        .returning('id')
        .executeTakeFirst()
      if (!marked) throw fail('ORG_REMOVED', { name: organization.name })
      return transaction
        .insertInto('organization_removals')
        .values({
          organization_id: organization.id,
          organization_name: organization.name,
          cloud: organization.cloud,
          tenant_id: organization.tenant_id,
          state: 'stopping',
          delete_application: input.deleteApplication,
          delete_backups: input.deleteBackupsOf !== undefined,
          operator_id: operator.id,
          operator_name: operator.displayName,
          requested_at: new Date(clock.now()),
        })
        .returningAll()
        .executeTakeFirstOrThrow()
    })

  const newest = async (organizationId: string): Promise<RemovalRow> => {
    const row = await newestRemoval(db, organizationId)
    if (!row) throw fail('ORG_REMOVAL_NOT_FOUND')
    return row
  }

  /** From the first moment on it cannot be undone, and the organization can be added anew beside it. */
  const erase = async (row: RemovalRow): Promise<void> => {
    const begun = await db.transaction().execute(async (transaction) => {
      const removal = await transaction
        .updateTable('organization_removals')
        .set({ erasing: true, error: null, next_try_at: null })
        .where('id', '=', row.id)
        .where('added_again_at', 'is', null)
        .where('backups_delete_at', '<=', new Date(clock.now()))
        .where('backups_deleted_at', 'is', null)
        .returningAll()
        .executeTakeFirst()
      if (!removal) return undefined
      await transaction
        .updateTable('organizations')
        .set({ state: 'erasing' })
        .where('id', '=', row.organization_id)
        .where('state', '=', 'removed')
        .execute()
      return removal
    })
    if (!begun) return
    parts.forget(row.organization_id)
    await tell(begun)
    let patch: { backups_deleted_at: Date } | { error: string; next_try_at: Date }
    try {
      await ports.backups.erase(row.organization_id, signal)
      patch = { backups_deleted_at: new Date(clock.now()) }
    } catch (error) {
      signal.throwIfAborted()
      logger.error(
        { removal: row.id, error: String(error) },
        'the backups of a removed organization could not be deleted',
      )
      patch = { error: JSON.stringify(toProblem(error)), next_try_at: new Date(clock.now() + dayMs) }
    }
    const ended = await db
      .updateTable('organization_removals')
      .set(patch)
      .where('id', '=', row.id)
      .returningAll()
      .executeTakeFirstOrThrow()
    await tell(ended)
  }

  return {
    remove: async (organizationId, input, operator) => {
      const organization = await parts.read(organizationId)
      requireActive(organization)
      checkName(organization.name, input.deleteBackupsOf)
      const row = await begin(organization, input, operator)
      await tell(row)
      return removalView(await withinMinute(row))
    },
    takeBack: async (organizationId) => {
      const row = await newest(organizationId)
      if (row.state !== 'awaiting-administrator') throw fail('ORG_NOTHING_TO_UNDO')
      if (row.task_id !== null) {
        const { state } = await ports.exits.state(row.task_id)
        if (state === 'done') throw fail('ORG_NOTHING_TO_UNDO')
        if (state === 'open') await ports.exits.cancel(row.task_id)
      }
      const abandoned = await abandon(row)
      if (abandoned.state !== 'abandoned') throw fail('ORG_NOTHING_TO_UNDO')
      await tell(abandoned)
      return parts.show(await parts.read(organizationId))
    },
    deleteBackups: async (organizationId, { name }) => {
      const organization = await parts.read(organizationId)
      if (organization.state !== 'removed') throw fail('ORG_NOT_REMOVED')
      checkName(organization.name, name)
      const row = await newest(organizationId)
      const asked = await db
        .updateTable('organization_removals')
        .set({ backups_delete_at: new Date(clock.now() + deletionWaitsMs) })
        .where('id', '=', row.id)
        .where('state', '=', 'removed')
        .where('backups_delete_at', 'is', null)
        .where('added_again_at', 'is', null)
        .returningAll()
        .executeTakeFirst()
      return tell(asked ?? (await newest(organizationId)))
    },
    undoDeletion: async (organizationId) => {
      const row = await newest(organizationId)
      const undone = await db
        .updateTable('organization_removals')
        .set({ backups_delete_at: null })
        .where('id', '=', row.id)
        .where('backups_delete_at', 'is not', null)
        .where('erasing', '=', false)
        .returningAll()
        .executeTakeFirst()
      if (!undone) throw fail('ORG_NOTHING_TO_UNDO')
      return tell(undone)
    },
    get: async (id) => removalView(await readRemoval(db, id)),
    of: async (organizationId) => removalView(await newest(organizationId)),
    list: (page, only) => listRemovals(db, page, only),
    tick: async () => {
      const open = await db
        .selectFrom('organization_removals')
        .selectAll()
        .where('state', 'in', openStates)
        .orderBy('requested_at')
        .execute()
      for (const row of open) {
        await advance(row).catch((error: unknown) => {
          if (!signal.aborted)
            logger.warn({ removal: row.id, error: String(error) }, 'a removal does not go on')
        })
      }
      const now = new Date(clock.now())
      const due = await db
        .selectFrom('organization_removals')
        .selectAll()
        .where('backups_delete_at', '<=', now)
        .where('backups_deleted_at', 'is', null)
        .where('added_again_at', 'is', null)
        .where((where) => where.or([where('next_try_at', 'is', null), where('next_try_at', '<=', now)]))
        .execute()
      for (const row of due) await erase(row)
    },
    close: async () => {
      closing.abort(new Error('the server is stopping'))
      await Promise.allSettled(running.values())
    },
  }
}

/** Old certificates that are still in the tenant, a sentence each. */
function certificatesLeft({ state, leftovers, oldThumbprint }: CredentialRotationView): string[] {
  if (leftovers.length > 0) return leftovers
  if (state !== 'settling' && state !== 'removing') return []
  return [
    `The certificate that was used before, ${oldThumbprint}, of no use to anybody: the server destroyed its key.`,
  ]
}

/** Letter for letter: what is deleted cannot be brought back. */
function checkName(name: string, typed: string | undefined): void {
  if (typed !== undefined && typed.trim() !== name) throw fail('ORG_NAME_MISMATCH', { name })
}
