import { PgBoss, type Clock as QueueClock } from 'pg-boss'
import type { Logger } from '../shared/index.ts'
import { connectionOptions, type DatabaseConnection } from './connection.ts'

/**
 * Starts the job queue on the product's database, in a schema of its own (`pgboss`). Queues and workers are made by the rooms that
 * use them. The caller stops it: `queue.stop({ graceful: true, timeout })`, in milliseconds.
 *
 * @param options.clock time and timers of the queue; left out: the machine's and the database's
 */
export async function createQueue(
  connection: DatabaseConnection,
  { logger, poolSize = 6, clock }: { logger: Logger; poolSize?: number; clock?: QueueClock },
): Promise<PgBoss> {
  const queue = new PgBoss({
    ...connectionOptions(connection),
    application_name: 'bdrcloud-queue',
    max: poolSize,
    connectionTimeoutMillis: 30_000,
    ...(clock && { clock }),
  })
  // Without a listener Node would end the process when PostgreSQL drops a connection.
  queue.on('error', (error: Error) => logger.warn({ error: error.message }, 'the job queue met an error'))
  queue.on('warning', (warning: { message: string }) =>
    logger.warn({ reason: warning.message }, 'the job queue warns'),
  )
  await queue.start()
  return queue
}
