import type { PgBoss } from 'pg-boss'

/** The parts of a queue that waking needs. */
export type WakingQueue = Pick<PgBoss, 'createQueue' | 'updateQueue' | 'schedule' | 'work' | 'offWork'>

export interface Waking {
  /** Of the queue; each has one of its own. */
  readonly name: string
  /** Five fields. */
  readonly cron: string
  /** IANA name; default UTC. */
  readonly timeZone?: string
  /** What lasts longer may be begun anew by another server. */
  readonly limitSeconds: number
}

const heartbeatSeconds = 60

/**
 * Has a queue wake `work` by a cron expression, on one server of several and never twice at once. A server that died at work holds
 * the others up for as long as its heart is missed, not for the limit. What was missed while no server ran is not caught up on: whoever is woken
 * looks at what is due. `work` must not reject.
 *
 * @returns ends it; work under way goes on
 */
export async function wakeRegularly(
  queue: WakingQueue,
  { name, cron, timeZone, limitSeconds }: Waking,
  work: () => Promise<void>,
): Promise<() => Promise<void>> {
  const times = { expireInSeconds: limitSeconds, heartbeatSeconds }
  await queue.createQueue(name, { policy: 'stately', retryLimit: 0, ...times })
  // A queue that an earlier version made keeps what it was made with.
  await queue.updateQueue(name, times)
  await queue.work(name, { batchSize: 1, pollingIntervalSeconds: 5 }, work)
  await queue.schedule(name, cron, null, timeZone === undefined ? {} : { tz: timeZone })
  return () => queue.offWork(name)
}
