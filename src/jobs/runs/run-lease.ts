/**
 * Who drives a run. A queue may deliver a message twice and a process may die, so ownership is a row of our own: owner, until
 * when, and an epoch that rises with each owner. Every write of a run is guarded by its epoch, so that an owner who was taken
 * for dead, and was not, writes nothing more.
 *
 * A lease can be taken over when it is out, or when its owner was a process of this machine that is dead: a process id that is
 * gone, or our own with another nonce.
 */
import { hostname } from 'node:os'
import { sql } from 'kysely'
import type { Database } from '../../database/index.ts'
import type { RunRow } from './run-view.ts'

export const leaseMs = 30_000

/** Names this process in leases. The nonce is new at each start. */
export interface LeaseOwner {
  readonly name: string
}

export function leaseOwner(nonce: string): LeaseOwner {
  return { name: `${hostname()}|${process.pid}|${nonce}` }
}

export function isDead(owner: string | null, self: LeaseOwner): boolean {
  if (owner === null) return true
  if (owner === self.name) return false
  const [host, processId] = owner.split('|')
  if (host !== hostname()) return false
  const id = Number(processId)
  if (id === process.pid) return true
  try {
    process.kill(id, 0)
    return false
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'EPERM')
  }
}

/** Runs that are not ended and that nobody drives. */
export async function abandonedRuns(db: Database, self: LeaseOwner): Promise<string[]> {
  const rows = await db
    .selectFrom('runs')
    .select(['id', 'lease_owner', sql<boolean>`coalesce(lease_until < now(), true)`.as('is_out')])
    .where('state', 'in', ['queued', 'running', 'publishing'])
    .execute()
  return rows.filter((row) => row.is_out || isDead(row.lease_owner, self)).map((row) => row.id)
}

/** Takes the run over, or answers undefined when somebody else drives it or it has ended. */
export async function takeLease(db: Database, runId: string, self: LeaseOwner): Promise<RunRow | undefined> {
  const seen = await db
    .selectFrom('runs')
    .select(['epoch', 'lease_owner', sql<boolean>`coalesce(lease_until < now(), true)`.as('is_out')])
    .where('id', '=', runId)
    .where('state', 'in', ['queued', 'running', 'publishing'])
    .executeTakeFirst()
  if (!seen || !(seen.is_out || isDead(seen.lease_owner, self))) return undefined
  return db
    .updateTable('runs')
    .set({
      epoch: seen.epoch + 1,
      lease_owner: self.name,
      lease_until: until(),
      state: sql`case when state = 'queued' then 'running' else state end`,
      started_at: sql`coalesce(started_at, now())`,
    })
    .where('id', '=', runId)
    .where('epoch', '=', seen.epoch)
    .where('state', 'in', ['queued', 'running', 'publishing'])
    .returningAll()
    .executeTakeFirst()
}

export interface LeaseRenewal {
  readonly counts: object
  readonly itemsExpected: number | null
}

/** Renews the lease and records progress; undefined when the run is no longer ours. */
export async function renewLease(
  db: Database,
  runId: string,
  epoch: number,
  renewal: LeaseRenewal,
): Promise<RunRow | undefined> {
  return db
    .updateTable('runs')
    .set({
      lease_until: until(),
      counts: JSON.stringify(renewal.counts),
      items_expected: renewal.itemsExpected,
    })
    .where('id', '=', runId)
    .where('epoch', '=', epoch)
    .where('state', 'in', ['running', 'publishing'])
    .returningAll()
    .executeTakeFirst()
}

/** Lets the next process take the run over at once. */
export async function releaseLease(db: Database, runId: string, epoch: number): Promise<void> {
  await db
    .updateTable('runs')
    .set({ lease_owner: null, lease_until: null })
    .where('id', '=', runId)
    .where('epoch', '=', epoch)
    .execute()
}

/** By the database's clock, which all processes share. */
function until() {
  return sql<Date>`now() + make_interval(secs => ${leaseMs / 1000})`
}
