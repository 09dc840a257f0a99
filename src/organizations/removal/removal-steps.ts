/**
 * The steps of a removal. Each is persisted before the next is taken, and can be repeated: whoever finds a removal in the middle goes on
 * with it.
 */
import type { CredentialRotationView, RemovalView } from '../../contract/index.ts'
import { noAccess } from '../administered.ts'
import { dayMs } from '../expiry.ts'
import type { OrganizationParts } from '../parts.ts'
import type { Rotations } from '../rotation/rotations.ts'
import type { RemovalPorts } from './ports.ts'
import { type RemovalRow, readRemoval } from './removal-store.ts'
import { statementOf } from './statement.ts'

/** What the parts of this folder share. */
export interface RemovalContext {
  readonly parts: OrganizationParts
  readonly rotations: Rotations
  readonly ports: RemovalPorts
  /** Aborted when the server stops. */
  readonly signal: AbortSignal
  /** Tells the browsers how a removal, and its organization, is now. */
  readonly tell: (row: RemovalRow) => Promise<RemovalView>
}

export const deletionWaitsMs = 7 * dayMs

type OpenState = Exclude<RemovalRow['state'], 'removed' | 'abandoned'>

export interface RemovalSteps {
  /** Takes the step of the state that the removal is in; the same row when it has to wait. */
  readonly take: Readonly<Record<OpenState, (row: RemovalRow) => Promise<RemovalRow>>>
  /** The organization is active again. */
  abandon(row: RemovalRow): Promise<RemovalRow>
}

export function createRemovalSteps({ parts, rotations, ports, signal }: RemovalContext): RemovalSteps {
  const { db, microsoft } = parts
  const { clock } = microsoft

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
      ownClientId: await ports.signIn.ownClientId(organization.cloud),
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

  return {
    take: { stopping: stop, 'awaiting-administrator': awaitAdministrator, finishing: finish },
    abandon,
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
