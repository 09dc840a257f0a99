import { type Insertable, sql } from 'kysely'
import type { Database, DatabaseSchema } from '../database/index.ts'

export type NewOrganization = Omit<Insertable<DatabaseSchema['organizations']>, 'id' | 'state'>

/**
 * Makes the organization of a tenant; one that was removed and whose backups are here is taken up again, so that its repository,
 * its catalog and the identity of every item go on. Where another application reads from now on, positions of changes that were
 * given to the old one are forgotten: the next run enumerates everything, and fetches only what is new.
 * @param transaction in which the caller writes what belongs to it
 * @returns the organization's id. Throws what the unique index `organizations_tenant` throws when it is listed already
 */
export async function saveOrganization(transaction: Database, values: NewOrganization): Promise<string> {
  const removed = await transaction
    .selectFrom('organizations')
    .select(['id', 'application_id'])
    .where('cloud', '=', values.cloud)
    .where('tenant_id', '=', values.tenant_id)
    .where('state', '=', 'removed')
    .forUpdate()
    .executeTakeFirst()
  if (!removed) {
    const { id } = await transaction
      .insertInto('organizations')
      .values(values)
      .returning('id')
      .executeTakeFirstOrThrow()
    return id
  }
  const now = values.created_at
  await transaction
    .updateTable('organizations')
    .set({
      ...values,
      restore_rights_until: null,
      state: 'active',
      removed_at: null,
      added_again_at: now,
      drift: '[]',
      accepted: null,
      inspection: null,
      checked_at: null,
      check_trigger: null,
      nightly_checked_at: null,
    })
    .where('id', '=', removed.id)
    .execute()
  // Adding it again undoes a deletion of its backups that has not begun.
  await transaction
    .updateTable('organization_removals')
    .set({ added_again_at: now, backups_delete_at: null })
    .where('organization_id', '=', removed.id)
    .where('added_again_at', 'is', null)
    .execute()
  if (removed.application_id !== values.application_id) {
    await sql`
      update delta_positions
      set live_link = null, staged_link = null, staged = false, round_done = false, resync = false
      where resource_id in (select id from resources where organization_id = ${removed.id})
    `.execute(transaction)
  }
  return removed.id
}
