import type { Database } from '../../database/index.ts'
import type { BackupSummary } from '../../organizations/index.ts'
import type { Clock } from '../../shared/index.ts'
import { runView } from './run-view.ts'

/** What an organization's view shows of its backups. */
export function createBackupSummary({ db, clock }: { db: Database; clock: Clock }): BackupSummary {
  return {
    async summary(organizationId) {
      const totals = await db
        .selectFrom('resources')
        .select(({ fn }) => [
          fn.countAll<number>().as('mailboxes'),
          fn.sum<number | null>('items').as('items'),
        ])
        .where('organization_id', '=', organizationId)
        .where('last_success_at', 'is not', null)
        .executeTakeFirstOrThrow()
      const last = await db
        .selectFrom('runs')
        .selectAll()
        .where('organization_id', '=', organizationId)
        .orderBy('sequence', 'desc')
        .limit(1)
        .executeTakeFirst()
      return {
        mailboxes: Number(totals.mailboxes),
        items: Number(totals.items ?? 0),
        lastRun: last ? runView(last, clock.now()) : null,
      }
    },
  }
}
