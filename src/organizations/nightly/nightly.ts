/**
 * What the server does for organizations by itself: every night one check, with a report of what changed, and the renewal of
 * certificates that are due; at any time, going on with rotations and removals, and deleting backups whose time has come. A queue wakes it every few minutes, on one server of several;
 * what is due is decided by the injected clock and the rows, so a night that the server slept through is made up at the start.
 */
import { type Database, type WakingQueue, wakeRegularly } from '../../database/index.ts'
import { isAppError } from '../../errors/index.ts'
import { type Clock, type Logger, oneAtATime } from '../../shared/index.ts'
import type { Organizations } from '../organizations.ts'
import type { Removals } from '../removal/removals.ts'
import { lastPlanned } from './night.ts'

export interface Nightly {
  /** Does what is due now. Never rejects for what concerns a single organization. */
  tick(): Promise<void>
  /** Ticks soon: something has happened that may let work go on. */
  wake(): void
  /** Ticks now and every five minutes until `stop`. */
  start(queue: WakingQueue): Promise<void>
  stop(): Promise<void>
}

const queueName = 'organization-care'
const everyFiveMinutes = '*/5 * * * *'
const atOnce = 4
const checkLimitMs = 5 * 60_000

export function createNightly(parts: {
  readonly db: Database
  readonly organizations: Organizations
  readonly removals: Pick<Removals, 'tick'>
  readonly clock: Clock
  readonly logger: Logger
}): Nightly {
  const { db, organizations, removals, clock, logger } = parts
  const stopping = new AbortController()
  let leave = async (): Promise<void> => {}

  const due = async (): Promise<{ id: string; checkedAt: Date | null }[]> => {
    const now = clock.now()
    const rows = await db
      .selectFrom('organizations')
      .select(['id', 'created_at', 'nightly_checked_at'])
      .where('state', '=', 'active')
      .orderBy('created_at')
      .execute()
    return rows
      .filter((row) => lastPlanned(row.id, now) > (row.nightly_checked_at ?? row.created_at).getTime())
      .map((row) => ({ id: row.id, checkedAt: row.nightly_checked_at }))
  }

  /** Notes the night's check before it is made: of two servers one makes it, and one that fails is not repeated all night. */
  const claim = async (id: string, checkedAt: Date | null): Promise<boolean> => {
    const { numUpdatedRows } = await db
      .updateTable('organizations')
      .set({ nightly_checked_at: new Date(clock.now()) })
      .where('id', '=', id)
      .where('nightly_checked_at', 'is not distinct from', checkedAt)
      .executeTakeFirst()
    return numUpdatedRows > 0n
  }

  const careFor = async (id: string): Promise<void> => {
    try {
      // The renewal first: a check right after it tells of the certificate in use.
      const renews = await organizations.rotations.renewIfDue(id)
      if (renews) await organizations.rotations.settled()
      const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(checkLimitMs)])
      const { drift } = await organizations.verify(id, signal, 'nightly')
      if (drift.length > 0)
        logger.warn(
          { organization: id, found: drift.map(({ kind }) => kind) },
          'the nightly check found something',
        )
    } catch (error) {
      if (stopping.signal.aborted) return
      logger.warn(
        { organization: id, code: isAppError(error) ? error.code : String(error) },
        'the nightly check of an organization failed',
      )
    }
  }

  const work = async (): Promise<void> => {
    await removals.tick()
    await organizations.rotations.resume()
    const waiting = (await due()).values()
    const worker = async () => {
      for (const { id, checkedAt } of waiting) {
        if (stopping.signal.aborted) return
        if (await claim(id, checkedAt)) await careFor(id)
      }
    }
    await Promise.all(Array.from({ length: atOnce }, worker))
  }

  const { run: tick, settled } = oneAtATime(work)
  const tickSafely = () =>
    tick().catch((error: unknown) => {
      if (!stopping.signal.aborted)
        logger.error({ error: String(error) }, 'caring for the organizations failed')
    })

  let again = false
  const wake = (): void => {
    if (again || stopping.signal.aborted) return
    again = true
    // A tick under way may have looked already.
    void settled().then(() => {
      again = false
      return tickSafely()
    })
  }

  return {
    tick,
    wake,
    start: async (queue) => {
      const { timeZone } = Intl.DateTimeFormat().resolvedOptions()
      const waking = { name: queueName, cron: everyFiveMinutes, timeZone, limitSeconds: 6 * 3600 }
      leave = await wakeRegularly(queue, waking, tickSafely)
      void tickSafely()
    },
    stop: async () => {
      stopping.abort(new Error('the server is stopping'))
      await leave().catch(() => undefined)
      await settled()
    },
  }
}
