/**
 * Who may write to a repository: runs, or the one that deletes from it. Whoever deletes notes until when, then looks whether a run is under
 * way; a run says that it is under way, then looks for that note and waits. So one of the two always sees the other.
 */
import { sql } from 'kysely'
import type { Database } from '../../database/index.ts'
import type { Clock } from '../../shared/index.ts'

const leaseSeconds = 120
const renewMs = 30_000
const lookMs = 1_000

/** Does the work while runs wait; undefined when a run or a restore is under way, or somebody else deletes. */
export async function whileRunsWait<T>(
  { db, clock }: { readonly db: Database; readonly clock: Clock },
  organizationId: string,
  work: () => Promise<T>,
): Promise<{ readonly result: T } | undefined> {
  const { numUpdatedRows } = await sql`
    update repositories set maintenance_until = now() + make_interval(secs => ${leaseSeconds})
    where organization_id = ${organizationId} and state = 'ready'
      and (maintenance_until is null or maintenance_until < now())
  `
    .execute(db)
    .then(({ numAffectedRows = 0n }) => ({ numUpdatedRows: numAffectedRows }))
  if (numUpdatedRows === 0n) return undefined
  const done = new AbortController()
  const renewing = renew(db, clock, organizationId, done.signal)
  try {
    if (await isBusy(db, organizationId)) return undefined
    return { result: await work() }
  } finally {
    done.abort()
    await renewing
    await db
      .updateTable('repositories')
      .set({ maintenance_until: null })
      .where('organization_id', '=', organizationId)
      .execute()
  }
}

/** For a run that is marked as under way: resolves when nobody deletes from its repository. */
export async function untilMaintained(
  { db, clock }: { readonly db: Database; readonly clock: Clock },
  organizationId: string,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    signal.throwIfAborted()
    const row = await db
      .selectFrom('repositories')
      .select(sql<boolean>`coalesce(maintenance_until > now(), false)`.as('is_maintained'))
      .where('organization_id', '=', organizationId)
      .executeTakeFirst()
    if (!row?.is_maintained) return
    await clock.sleep(lookMs, signal)
  }
}

async function isBusy(db: Database, organizationId: string): Promise<boolean> {
  const { rows } = await sql<{ is_busy: boolean }>`
    select exists (select from runs where organization_id = ${organizationId} and state in ('running', 'publishing'))
      or exists (select from restores where organization_id = ${organizationId} and state in ('queued', 'running'))
      or exists (select from exports where organization_id = ${organizationId} and expires_at > now()) as is_busy
  `.execute(db)
  return rows[0]?.is_busy ?? false
}

async function renew(db: Database, clock: Clock, organizationId: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    try {
      await clock.sleep(renewMs, signal)
    } catch {
      return
    }
    await sql`
      update repositories set maintenance_until = now() + make_interval(secs => ${leaseSeconds})
      where organization_id = ${organizationId}
    `
      .execute(db)
      .catch(() => undefined)
  }
}
