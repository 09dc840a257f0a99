/** The product's queue on a clock that a test moves: time, timers and what the database calls now. */
import { sql } from 'kysely'
import { type PgBoss, TestClock } from 'pg-boss'
import { createQueue } from '../../src/database/index.ts'
import { type Clock, silentLogger, systemClock } from '../../src/shared/index.ts'
import type { TestDatabase } from '../database.ts'

/** Enough for a pass of the queue; what it forwards is waited for. */
const passMs = 1_000

export interface QueueYears {
  /** For the services that the queue wakes; who waits by it waits by the machine's time. */
  readonly clock: Clock
  /** Another start of the program. */
  open(): Promise<PgBoss>
  /** Sleeps until a moment (milliseconds since the epoch), has the queue do what is due, and waits until what it woke has ended. */
  to(moment: number): Promise<void>
  /** The machine is off until a moment: nothing is done. */
  off(moment: number): Promise<void>
  /** Lets the time go by, with all that the queue does in it. */
  pass(milliseconds: number): Promise<void>
  /** The same where jobs are held by somebody who does not give them back. */
  passWhileHeld(milliseconds: number): Promise<void>
  /** How many jobs of a queue are in the state, e.g. `completed`. */
  jobs(queue: string, state: string): Promise<number>
}

export function queueYears({ db, connection }: TestDatabase, start: number): QueueYears {
  const time = new TestClock(start)
  const isBusy = async () => {
    const { rows } = await sql<{ waiting: boolean; active: boolean }>`
      select coalesce(bool_or(state in ('created', 'retry')), false) as waiting, coalesce(bool_or(state = 'active'), false) as active
      from pgboss.job where state in ('created', 'retry', 'active')
    `.execute(db)
    return rows[0] ?? { waiting: false, active: false }
  }
  const settled = async () => {
    const limit = Date.now() + 120_000
    for (;;) {
      const { waiting, active } = await isBusy()
      if (!waiting && !active) return
      if (Date.now() > limit) throw new Error('the queue does not come to rest')
      // Whoever works needs the machine's time, what waits needs the queue's.
      if (active) await systemClock.sleep(2)
      else await time.tick(1_000)
    }
  }
  const pass = async (milliseconds: number) => {
    await time.tick(milliseconds)
    await settled()
  }
  return {
    clock: { ...systemClock, now: () => time.now() },
    open: () => createQueue(connection, { logger: silentLogger, poolSize: 3, clock: time }),
    async to(moment) {
      await time.setTime(moment)
      await pass(passMs)
    },
    off: (moment) => time.setTime(moment),
    pass,
    passWhileHeld: async (milliseconds) => {
      for (let gone = 0; gone < milliseconds; gone += 30_000) {
        await time.tick(30_000)
        // Handlers need the machine's time.
        await systemClock.sleep(5)
      }
      await settled()
    },
    async jobs(queue, state) {
      const { rows } = await sql<{ count: string }>`
        select count(*) from pgboss.job where name = ${queue} and state::text = ${state}`.execute(db)
      return Number(rows[0]?.count)
    },
  }
}
