/**
 * Which organizations, and of these perhaps only which mailboxes, an operator reaches. Kept as rows that go with what they name, so that
 * a removed organization never widens anybody's reach.
 */
import type { OperatorReach, ReachedOrganization, Role } from '../contract/index.ts'
import type { Database } from '../database/index.ts'
import { fail } from './errors.ts'

/** Null: everything. Otherwise by organization: null for the whole of it, or the mailboxes. */
export type Reach = ReadonlyMap<string, ReadonlySet<string> | null> | null

export function reaches(reach: Reach, organizationId: string, mailboxId?: string | null): boolean {
  if (reach === null) return true
  const mailboxes = reach.get(organizationId)
  if (mailboxes === undefined) return false
  return mailboxes === null || mailboxId === undefined || (mailboxId !== null && mailboxes.has(mailboxId))
}

/** The mailboxes an operator is limited to within an organization; null where it is not limited. */
export function limitedTo(reach: Reach, organizationId: string): readonly string[] | null {
  if (reach === null) return null
  const mailboxes = reach.get(organizationId)
  return mailboxes === null ? null : [...(mailboxes ?? [])]
}

/** What is left of a reach when it is limited to some organizations as well. */
export function within(reach: Reach, organizationIds: readonly string[]): Reach {
  return new Map(
    organizationIds
      .filter((id) => reaches(reach, id))
      .map((id) => [id, reach === null ? null : (reach.get(id) ?? null)]),
  )
}

/** The organizations to show in lists; null for all. */
export function reachedOrganizations(reach: Reach): readonly string[] | null {
  return reach === null ? null : [...reach.keys()]
}

/** Of several operators at once, as rows say; those who reach everything are not in it. */
export async function readReaches(
  db: Database,
  operatorIds: readonly string[],
): Promise<Map<string, ReadonlyMap<string, ReadonlySet<string> | null>>> {
  const found = new Map<string, Map<string, Set<string> | null>>()
  if (operatorIds.length === 0) return found
  const rows = await db
    .selectFrom('operator_reach')
    .selectAll()
    .where('operator_id', 'in', operatorIds)
    .orderBy('organization_id')
    .orderBy('resource_id')
    .execute()
  for (const row of rows) {
    const organizations = found.get(row.operator_id) ?? new Map<string, Set<string> | null>()
    found.set(row.operator_id, organizations)
    const known = organizations.get(row.organization_id)
    if (row.resource_id === null) organizations.set(row.organization_id, null)
    else if (known === undefined) organizations.set(row.organization_id, new Set([row.resource_id]))
    else known?.add(row.resource_id)
  }
  return found
}

/** Of an operator who does not reach everything. */
export async function limitedReach(db: Database, operatorId: string): Promise<Reach> {
  return (await readReaches(db, [operatorId])).get(operatorId) ?? new Map<string, null>()
}

/** As the API shows it. */
export function reachView(reach: Reach): OperatorReach {
  if (reach === null) return null
  return [...reach].map(([organizationId, mailboxes]) => ({
    organizationId,
    mailboxIds: mailboxes === null ? null : [...mailboxes],
  }))
}

/**
 * Replaces what an operator reaches, within the caller's transaction.
 * Throws SEC_REACH_OWNER, SEC_REACH_MAILBOXES (only who restores can be limited to mailboxes), SEC_REACH_UNKNOWN.
 */
export async function writeReach(
  transaction: Database,
  operator: { readonly id: string; readonly role: Role },
  reach: OperatorReach,
): Promise<void> {
  if (reach !== null && operator.role === 'owner') throw fail('SEC_REACH_OWNER')
  if (operator.role !== 'restore-operator' && reach?.some(({ mailboxIds }) => mailboxIds !== null)) {
    throw fail('SEC_REACH_MAILBOXES')
  }
  await requireKnown(transaction, reach ?? [])
  await transaction.deleteFrom('operator_reach').where('operator_id', '=', operator.id).execute()
  const rows = (reach ?? []).flatMap(({ organizationId, mailboxIds }) =>
    (mailboxIds ?? [null]).map((resource) => ({
      operator_id: operator.id,
      organization_id: organizationId,
      resource_id: resource,
    })),
  )
  if (rows.length > 0) await transaction.insertInto('operator_reach').values(rows).execute()
  await transaction
    .updateTable('operators')
    .set({ reaches_everything: reach === null })
    .where('id', '=', operator.id)
    .execute()
}

async function requireKnown(db: Database, reach: readonly ReachedOrganization[]): Promise<void> {
  if (reach.length === 0) return
  const ids = reach.map(({ organizationId }) => organizationId)
  const organizations = await db.selectFrom('organizations').select('id').where('id', 'in', ids).execute()
  const known = new Set(organizations.map(({ id }) => id))
  const mailboxIds = reach.flatMap((one) => one.mailboxIds ?? [])
  const mailboxes =
    mailboxIds.length === 0
      ? []
      : await db
          .selectFrom('resources')
          .select(['id', 'organization_id'])
          .where('id', 'in', mailboxIds)
          .execute()
  const owners = new Map(mailboxes.map((row) => [row.id, row.organization_id]))
  for (const one of reach) {
    if (!known.has(one.organizationId))
      throw fail('SEC_REACH_UNKNOWN', { what: 'organization', id: one.organizationId })
    const foreign = one.mailboxIds?.find((id) => owners.get(id) !== one.organizationId)
    if (foreign !== undefined) throw fail('SEC_REACH_UNKNOWN', { what: 'mailbox', id: foreign })
  }
}
