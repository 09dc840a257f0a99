/**
 * Who works on a restore: a row with owner and time limit, as for runs. It can be taken over when it is out, or when its
 * owner was a process of this machine that is dead.
 */
import { sql } from 'kysely'
import type { FileConflict, RestoreView } from '../../contract/index.ts'
import type { Database } from '../../database/index.ts'
import { isDead, type LeaseOwner } from '../runs/run-lease.ts'

const leaseSeconds = 30
export const renewMilliseconds = 10_000

export interface OwnedRestore {
  readonly organization_id: string
  readonly folder_kind: 'dated' | 'original' | 'named'
  readonly folder_name: string
  readonly target_user_id: string | null
  readonly target_drive_id: string | null
  readonly sharing: boolean
  readonly conflict: FileConflict
  readonly created_at: Date
}

const open = ['queued', 'running'] as const
/** By the database's clock, which all processes share. */
const until = () => sql<Date>`now() + make_interval(secs => ${leaseSeconds})`

const isOut = sql<boolean>`coalesce(lease_until < now(), true)`

/** Restores that are not ended and that nobody works on. */
export async function abandonedRestores(db: Database, self: LeaseOwner): Promise<string[]> {
  const rows = await db
    .selectFrom('restores')
    .select(['id', 'lease_owner', isOut.as('is_out')])
    .where('state', 'in', open)
    .orderBy('created_at')
    .limit(100)
    .execute()
  return rows.filter((row) => row.is_out || isDead(row.lease_owner, self)).map((row) => row.id)
}

/** Takes a restore, or answers undefined when somebody else has it or it has ended. */
export async function takeRestore(
  db: Database,
  id: string,
  self: LeaseOwner,
): Promise<OwnedRestore | undefined> {
  const seen = await db
    .selectFrom('restores')
    .select(['lease_owner', isOut.as('is_out')])
    .where('id', '=', id)
    .where('state', 'in', open)
    .executeTakeFirst()
  if (!seen || !(seen.is_out || isDead(seen.lease_owner, self))) return undefined
  return db
    .updateTable('restores')
    .set({ state: 'running', lease_owner: self.name, lease_until: until() })
    .where('id', '=', id)
    .where('state', 'in', open)
    .where('lease_owner', 'is not distinct from', seen.lease_owner)
    .where((e) => e.or([isOut, e.val(!seen.is_out)]))
    .returning(['organization_id', 'folder_kind', 'folder_name', 'target_user_id', 'target_drive_id'])
    .returning(['sharing', 'conflict', 'created_at'])
    .executeTakeFirst()
}

/** `lost` when somebody else has it now or it has ended. */
export async function renewRestore(
  db: Database,
  id: string,
  self: LeaseOwner,
): Promise<'held' | 'cancelled' | 'lost'> {
  const row = await db
    .updateTable('restores')
    .set({ lease_until: until() })
    .where('id', '=', id)
    .where('state', '=', 'running')
    .where('lease_owner', '=', self.name)
    .returning('cancel_requested')
    .executeTakeFirst()
  if (!row) return 'lost'
  return row.cancel_requested ? 'cancelled' : 'held'
}

/** Lets the next process take it over at once. */
export async function releaseRestore(db: Database, id: string, self: LeaseOwner): Promise<void> {
  await db
    .updateTable('restores')
    .set({ lease_owner: null, lease_until: null })
    .where('id', '=', id)
    .where('lease_owner', '=', self.name)
    .execute()
}

/** Ends what this process holds; what waited to be done afterwards is left. */
export async function endRestore(
  db: Database,
  id: string,
  self: LeaseOwner,
  end: { readonly state: RestoreView['state']; readonly finished_at: Date; readonly error: string | null },
): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    const { numUpdatedRows } = await transaction
      .updateTable('restores')
      .set({ ...end, lease_until: null })
      .where('id', '=', id)
      .where('lease_owner', '=', self.name)
      .executeTakeFirst()
    if (numUpdatedRows > 0n)
      await transaction.deleteFrom('restored_folders').where('restore_id', '=', id).execute()
  })
}
