/**
 * The backups of an organization as a whole: what there is, and their end. Order of erasing: the repository's keys first, without
 * which nothing in it can be read; its other files; the catalog from the leaves to the root; the organization's own row. All of
 * it can be repeated, and whoever finds it begun goes on.
 */
import { type RawBuilder, sql } from 'kysely'
import type { Database } from '../../database/index.ts'
import type { RepositoryAccess } from '../repositories.ts'

/** Rows that one statement deletes at most, so that no lock is held for long. */
const rowsAtOnce = 5_000

export function createOrganizationBackups(parts: {
  readonly db: Database
  readonly repositories: RepositoryAccess
}) {
  const { db, repositories } = parts
  return {
    async facts(organizationId: string) {
      const repository = await repositories.find(organizationId)
      const totals = await db
        .selectFrom('resources')
        .select(({ fn }) => [
          fn.countAll<number>().as('mailboxes'),
          fn.sum<number | null>('items').as('items'),
        ])
        .where('organization_id', '=', organizationId)
        .where('last_success_at', 'is not', null)
        .executeTakeFirstOrThrow()
      const { points } = await db
        .selectFrom('runs')
        .select(({ fn }) => fn.countAll<number>().as('points'))
        .where('organization_id', '=', organizationId)
        .where('snapshot_id', 'is not', null)
        .where('forgotten_at', 'is', null)
        .where('state', 'in', ['succeeded', 'partial'])
        .executeTakeFirstOrThrow()
      return {
        location: repository?.state === 'ready' ? await repositories.location(organizationId) : null,
        restorePoints: Number(points),
        mailboxes: Number(totals.mailboxes),
        items: Number(totals.items ?? 0),
      }
    },

    async erase(organizationId: string, signal: AbortSignal): Promise<void> {
      // Nobody reads with restic what is being deleted.
      await db.deleteFrom('restic_accesses').where('organization_id', '=', organizationId).execute()
      await repositories.erase(organizationId, signal)
      for (const table of tables(organizationId)) await eraseRows(db, table, signal)
    },
  }
}

interface Rows {
  readonly table: string
  /** Condition on the table's rows. */
  readonly where: RawBuilder<unknown>
}

/** In the order in which nothing refers to what is deleted. */
function tables(organizationId: string): Rows[] {
  const ofOrganization = sql`organization_id = ${organizationId}`
  const ofResource = sql`resource_id in (select id from resources where organization_id = ${organizationId})`
  const ofRun = sql`run_id in (select id from runs where organization_id = ${organizationId})`
  const ofRestore = sql`restore_id in (select id from restores where organization_id = ${organizationId})`
  return [
    { table: 'exports', where: ofOrganization },
    { table: 'restore_items', where: ofRestore },
    { table: 'restored_folders', where: ofRestore },
    { table: 'restores', where: ofOrganization },
    { table: 'run_failures', where: ofRun },
    { table: 'run_resources', where: ofRun },
    { table: 'runs', where: ofOrganization },
    { table: 'retries', where: ofResource },
    { table: 'enumerated_items', where: ofResource },
    { table: 'delta_positions', where: ofResource },
    { table: 'items', where: ofResource },
    { table: 'folder_versions', where: ofResource },
    { table: 'folders', where: ofResource },
    { table: 'resources', where: ofOrganization },
    { table: 'repositories', where: ofOrganization },
    { table: 'administrator_tasks', where: ofOrganization },
    { table: 'organizations', where: sql`id = ${organizationId}` },
  ]
}

async function eraseRows(db: Database, { table, where }: Rows, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted()
    const name = sql.table(table)
    const { numAffectedRows } = await sql`
      delete from ${name} where ctid = any(array(select ctid from ${name} where ${where} limit ${rowsAtOnce}))
    `.execute(db)
    if ((numAffectedRows ?? 0n) < BigInt(rowsAtOnce)) return
  }
}
