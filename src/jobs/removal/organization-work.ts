/** What runs for an organization, and its end before the organization is removed. */
import type { Database } from '../../database/index.ts'
import { isAppError } from '../../errors/index.ts'
import { requireActive } from '../../organizations/index.ts'
import type { Clock } from '../../shared/index.ts'
import { fail } from '../errors.ts'
import type { RestoreService } from '../restores/restore-service.ts'
import type { RunService } from '../runs/run-service.ts'

const limitMs = 90_000
const lookEveryMs = 250

/**
 * Whoever starts work does it in a transaction that holds the organization's row: a removal, which writes that row first, either
 * sees the work or keeps it from starting. @throws ORG_REMOVED
 */
export async function holdActive(transaction: Database, organizationId: string): Promise<void> {
  const row = await transaction
    .selectFrom('organizations')
    .select(['state', 'name'])
    .where('id', '=', organizationId)
    .forShare()
    .executeTakeFirst()
  if (row) requireActive(row)
}

export interface OrganizationWorkOptions {
  readonly db: Database
  readonly runs: Pick<RunService, 'cancel'>
  readonly restores: Pick<RestoreService, 'cancel'>
  readonly clock: Clock
}

export function createOrganizationWork({ db, runs, restores, clock }: OrganizationWorkOptions) {
  const activeRuns = (organizationId: string) =>
    db
      .selectFrom('runs')
      .select('id')
      .where('organization_id', '=', organizationId)
      .where('state', 'in', ['queued', 'running', 'publishing'])
      .execute()
  const activeRestores = (organizationId: string) =>
    db
      .selectFrom('restores')
      .select('id')
      .where('organization_id', '=', organizationId)
      .where('state', 'in', ['queued', 'running'])
      .execute()

  return {
    /**
     * Cancels and waits. A run that is being published ends by itself, with a restore point.
     * @returns how many were stopped. @throws JOB_STILL_BUSY
     */
    async stop(organizationId: string, signal: AbortSignal): Promise<{ runs: number; restores: number }> {
      const [running, restoring] = [await activeRuns(organizationId), await activeRestores(organizationId)]
      for (const { id } of running) await unlessEnded(runs.cancel(id))
      for (const { id } of restoring) await unlessEnded(restores.cancel(id))
      const deadline = clock.now() + limitMs
      for (;;) {
        const left = [...(await activeRuns(organizationId)), ...(await activeRestores(organizationId))]
        if (left.length === 0) break
        if (clock.now() > deadline) throw fail('JOB_STILL_BUSY')
        await clock.sleep(lookEveryMs, signal)
      }
      await db.deleteFrom('exports').where('organization_id', '=', organizationId).execute()
      return { runs: running.length, restores: restoring.length }
    },
  }
}

async function unlessEnded(work: Promise<unknown>): Promise<void> {
  try {
    await work
  } catch (error) {
    if (!isAppError(error, 'JOB_RUN_ENDED')) throw error
  }
}
