/** Which organization, and perhaps which mailbox or which operator, the `:id` of a route belongs to. */
import type { Database } from '../database/index.ts'
import type { Subject } from './rights.ts'

export interface Belonging {
  readonly organizationId: string
  /** Of a mailbox and of what is in one. */
  readonly mailboxId?: string
  /** Who asked for it, of restores and exports. */
  readonly operatorId?: string | null
}

/** Null for what does not exist: the route answers that itself. */
export type FindBelonging = (subject: Subject, id: string) => Promise<Belonging | null>

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

export function createFindBelonging(db: Database): FindBelonging {
  const mailbox = async (id: string) => {
    const row = await db
      .selectFrom('resources')
      .select('organization_id')
      .where('id', '=', id)
      .executeTakeFirst()
    return row && { organizationId: row.organization_id, mailboxId: id }
  }
  const item = async (id: string) => {
    const row = await db
      .selectFrom('items')
      .innerJoin('resources', 'resources.id', 'items.resource_id')
      .select(['resources.id', 'resources.organization_id'])
      .where('items.id', '=', id)
      .executeTakeFirst()
    return row && { organizationId: row.organization_id, mailboxId: row.id }
  }
  const organizationOf = async (
    table: 'runs' | 'administrator_tasks' | 'organization_removals',
    id: string,
  ) => {
    const row = await db.selectFrom(table).select('organization_id').where('id', '=', id).executeTakeFirst()
    return row && { organizationId: row.organization_id }
  }
  const restore = async (id: string) => {
    const row = await db
      .selectFrom('restores')
      .select(['organization_id', 'requested_by'])
      .where('id', '=', id)
      .executeTakeFirst()
    return row && { organizationId: row.organization_id, operatorId: row.requested_by }
  }
  const exported = async (id: string) => {
    const row = await db
      .selectFrom('exports')
      .select(['organization_id', 'operator_id'])
      .where('id', '=', id)
      .executeTakeFirst()
    return row && { organizationId: row.organization_id, operatorId: row.operator_id }
  }
  const find = async (subject: Subject, id: string): Promise<Belonging | undefined> => {
    switch (subject) {
      case 'organization':
        return { organizationId: id }
      case 'mailbox':
        return mailbox(id)
      case 'item':
        return item(id)
      case 'run':
        return organizationOf('runs', id)
      case 'administrator-task':
        return organizationOf('administrator_tasks', id)
      case 'removal':
        return organizationOf('organization_removals', id)
      case 'restore':
        return restore(id)
      case 'export':
        return exported(id)
      case 'server':
      case 'list':
      case 'everything':
        return undefined
    }
  }
  // What is no id names nothing, and would be an error of the database.
  return async (subject, id) => (uuid.test(id) ? ((await find(subject, id)) ?? null) : null)
}
