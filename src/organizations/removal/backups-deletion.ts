/** The backups of removed organizations: their deletion is asked for by name, waits seven days, and can be undone until it begins. */
import type { DeleteBackups, RemovalView } from '../../contract/index.ts'
import { fail } from '../errors.ts'
import { dayMs } from '../expiry.ts'
import { toProblem } from '../problem.ts'
import { deletionWaitsMs, type RemovalContext } from './removal-steps.ts'
import { newestOf, type RemovalRow } from './removal-store.ts'

export interface BackupsDeletion {
  /** @throws ORG_NOT_REMOVED, ORG_NAME_MISMATCH */
  ask(organizationId: string, input: DeleteBackups): Promise<RemovalView>
  /** @throws ORG_NOTHING_TO_UNDO once the deletion has begun */
  undo(organizationId: string): Promise<RemovalView>
  /** Deletes those whose time has come. */
  tick(): Promise<void>
}

export function createBackupsDeletion({ parts, ports, signal, tell }: RemovalContext): BackupsDeletion {
  const { db, microsoft } = parts
  const { clock, logger } = microsoft

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
    ask: async (organizationId, { name }) => {
      const organization = await parts.read(organizationId)
      if (organization.state !== 'removed') throw fail('ORG_NOT_REMOVED')
      checkName(organization.name, name)
      const row = await newestOf(db, organizationId)
      const asked = await db
        .updateTable('organization_removals')
        .set({ backups_delete_at: new Date(clock.now() + deletionWaitsMs) })
        .where('id', '=', row.id)
        .where('state', '=', 'removed')
        .where('backups_delete_at', 'is', null)
        .where('added_again_at', 'is', null)
        .returningAll()
        .executeTakeFirst()
      return tell(asked ?? (await newestOf(db, organizationId)))
    },
    undo: async (organizationId) => {
      const row = await newestOf(db, organizationId)
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
    tick: async () => {
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
  }
}

/** Letter for letter: what is deleted cannot be brought back. */
export function checkName(name: string, typed: string | undefined): void {
  if (typed !== undefined && typed.trim() !== name) throw fail('ORG_NAME_MISMATCH', { name })
}
