/**
 * 'Remove organization'. Order: the organization says `removing`, so that nothing new starts → backups and restores are stopped →
 * where it is wanted, an administrator's task removes the application → the server destroys its key and writes the statement, in
 * one transaction. Each step is persisted before it is taken; whoever finds a removal in the middle goes on with it.
 *
 * Backups stay unless their deletion was asked for by the organization's name. It waits seven days; until it begins it can be
 * undone, and adding the organization again undoes it, too.
 */
import type {
  DeleteBackups,
  OrganizationView,
  Page,
  PageQuery,
  RemovalView,
  RemoveOrganization,
} from '../../contract/index.ts'
import { isAppError } from '../../errors/index.ts'
import { requireActive } from '../administered.ts'
import { fail } from '../errors.ts'
import type { OrganizationParts } from '../parts.ts'
import type { Rotations } from '../rotation/rotations.ts'
import type { OrganizationRow } from '../view.ts'
import { checkName, createBackupsDeletion } from './backups-deletion.ts'
import type { RemovalPorts } from './ports.ts'
import { createRemovalSteps, type RemovalContext } from './removal-steps.ts'
import {
  listRemovals,
  newestOf,
  openStates,
  type RemovalRow,
  readRemoval,
  removalView,
} from './removal-store.ts'

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
  const context: RemovalContext = { parts, rotations, ports, signal, tell }
  const steps = createRemovalSteps(context)
  const deletion = createBackupsDeletion(context)

  /** Takes one step after the other, as far as it goes by itself. */
  const advance = (row: RemovalRow): Promise<RemovalRow> => {
    const known = running.get(row.id)
    if (known) return known
    const work = (async () => {
      for (let current = row; ; ) {
        if (current.state === 'removed' || current.state === 'abandoned') return current
        const next = await steps.take[current.state](current)
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
      const row = await newestOf(db, organizationId)
      if (row.state !== 'awaiting-administrator') throw fail('ORG_NOTHING_TO_UNDO')
      if (row.task_id !== null) {
        const { state } = await ports.exits.state(row.task_id)
        if (state === 'done') throw fail('ORG_NOTHING_TO_UNDO')
        if (state === 'open') await ports.exits.cancel(row.task_id)
      }
      const abandoned = await steps.abandon(row)
      if (abandoned.state !== 'abandoned') throw fail('ORG_NOTHING_TO_UNDO')
      await tell(abandoned)
      return parts.show(await parts.read(organizationId))
    },
    deleteBackups: async (organizationId, input) => deletion.ask(organizationId, input),
    undoDeletion: async (organizationId) => deletion.undo(organizationId),
    get: async (id) => removalView(await readRemoval(db, id)),
    of: async (organizationId) => removalView(await newestOf(db, organizationId)),
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
      await deletion.tick()
    },
    close: async () => {
      closing.abort(new Error('the server is stopping'))
      await Promise.allSettled(running.values())
    },
  }
}
