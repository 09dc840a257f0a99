/**
 * Starts runs by the schedules of the organizations. A queue wakes it every minute, on one server of several; what is due is decided by the
 * injected clock and by until when each schedule was served. What was missed, however often, is made up by one run: when the server is
 * back, when the run under way has ended, when the blackout is over.
 */
import { type Database, type WakingQueue, wakeRegularly } from '../../database/index.ts'
import { isAppError } from '../../errors/index.ts'
import { isBlackedOut, nextStart, readProtection } from '../../organizations/index.ts'
import { type Clock, type Logger, oneAtATime } from '../../shared/index.ts'
import type { RunService } from '../runs/run-service.ts'

export interface Scheduler {
  /** Starts what is due now. Never rejects for what concerns a single organization. */
  tick(): Promise<void>
  /** Ticks now and every minute until `stop`. */
  start(queue: WakingQueue): Promise<void>
  stop(): Promise<void>
}

const queueName = 'backup-schedule'
const everyMinute = '* * * * *'

export function createScheduler(parts: {
  readonly db: Database
  readonly runs: Pick<RunService, 'start'>
  readonly clock: Clock
  readonly logger: Logger
}): Scheduler {
  const { db, runs, clock, logger } = parts
  let stopped = false
  let leave = async (): Promise<void> => {}

  const serve = async (organizationId: string): Promise<void> => {
    const { settings, scheduleAfter } = await readProtection(db, organizationId)
    const now = clock.now()
    const next = nextStart(settings.schedule, scheduleAfter.getTime())
    if (next === null || next > now || isBlackedOut(settings.schedule, now)) return
    try {
      const run = await runs.start(organizationId, null)
      logger.info({ organizationId, run: run.id, planned: new Date(next) }, 'a planned backup run starts')
    } catch (error) {
      // It stays due until the run under way has ended.
      if (isAppError(error, 'JOB_RUN_ACTIVE')) return
      throw error
    }
    // After the start: who dies in between starts once too often rather than never. Of two servers one started nothing.
    await db
      .updateTable('protection_settings')
      .set({ schedule_after: new Date(now) })
      .where('organization_id', '=', organizationId)
      .where('schedule_after', '=', scheduleAfter)
      .execute()
  }

  const work = async (): Promise<void> => {
    const rows = await db
      .selectFrom('protection_settings')
      .innerJoin('organizations', 'organizations.id', 'protection_settings.organization_id')
      .select('organizations.id')
      .where('organizations.state', '=', 'active')
      .orderBy('organizations.id')
      .execute()
    for (const { id } of rows) {
      if (stopped) return
      await serve(id).catch((error: unknown) =>
        logger.warn(
          { organizationId: id, code: isAppError(error) ? error.code : String(error) },
          'a planned backup run could not be started',
        ),
      )
    }
  }
  const { run: tick, settled } = oneAtATime(work)
  const tickSafely = () =>
    tick().catch((error: unknown) => {
      if (!stopped) logger.error({ error: String(error) }, 'looking for planned backup runs failed')
    })

  return {
    tick,
    start: async (queue) => {
      const waking = { name: queueName, cron: everyMinute, limitSeconds: 300 }
      leave = await wakeRegularly(queue, waking, tickSafely)
      void tickSafely()
    },
    stop: async () => {
      stopped = true
      await leave().catch(() => undefined)
      await settled()
    },
  }
}
