/** What a restore into another user asks the catalog. */
import { sql } from 'kysely'
import type { Selection } from '../../contract/index.ts'
import type { Database, ResourceWorkload } from '../../database/index.ts'

/** Whether an operator who is limited to some mailboxes reaches what a user (Microsoft's id) has of a workload. */
export async function reachesUser(
  db: Database,
  wanted: {
    readonly organizationId: string
    readonly userId: string
    readonly workload: ResourceWorkload
    readonly mailboxes: readonly string[]
  },
): Promise<boolean> {
  const row = await db
    .selectFrom('resources')
    .select('id')
    .where('organization_id', '=', wanted.organizationId)
    .where('external_id', '=', wanted.userId)
    .where('workload', '=', wanted.workload)
    .where(sql<boolean>`id = any(${wanted.mailboxes}::uuid[])`)
    .executeTakeFirst()
  return row !== undefined
}

/** What kinds of items a selection names; what is not of the organization is left out. */
export async function selectedWorkloads(
  db: Database,
  organizationId: string,
  selection: Selection,
): Promise<ResourceWorkload[]> {
  const resources = db
    .selectFrom('resources')
    .select('workload')
    .distinct()
    .where('organization_id', '=', organizationId)
  const rows = await ('items' in selection
    ? resources.where('id', 'in', (e) =>
        e.selectFrom('items').select('resource_id').where('items.id', 'in', selection.items),
      )
    : resources.where('id', '=', 'drive' in selection ? selection.drive : selection.mailbox)
  ).execute()
  return rows.map(({ workload }) => workload)
}
