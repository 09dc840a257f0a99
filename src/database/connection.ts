/**
 * The one way to the database: a Kysely instance on a pool of `pg`. Numbers of 64 bits come back as numbers, since
 * nothing that the product counts passes 2^53; a value that does is refused instead of rounded.
 */
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { type Logger, silentLogger } from '../shared/index.ts'
import type { DatabaseSchema } from './schema/index.ts'

export type Database = Kysely<DatabaseSchema>

/** A PostgreSQL of one's own by URL, or the embedded one by its socket folder. */
export type DatabaseConnection =
  | { readonly connectionString: string }
  | { readonly socketDirectory: string; readonly database: string; readonly user: string }

const int8 = 20

/** The same connection in the words of `pg` and `pg-boss`. */
export function connectionOptions(connection: DatabaseConnection) {
  return 'connectionString' in connection
    ? { connectionString: connection.connectionString }
    : { host: connection.socketDirectory, database: connection.database, user: connection.user }
}

/**
 * Opens a pool of at most `poolSize` connections (20). Nothing is connected until the first query; `db.destroy()` closes it.
 * Connections that break while idle (PostgreSQL restarted) are logged and replaced.
 */
export function openDatabase(
  connection: DatabaseConnection,
  { logger = silentLogger, poolSize = 20 }: { logger?: Logger; poolSize?: number } = {},
): Database {
  const pool = new pg.Pool({
    ...connectionOptions(connection),
    max: poolSize,
    connectionTimeoutMillis: 30_000,
    idleTimeoutMillis: 60_000,
    application_name: 'bdrcloud',
    types: {
      getTypeParser: (oid: number, format?: 'text' | 'binary') =>
        oid === int8 && format !== 'binary' ? parseInteger : pg.types.getTypeParser(oid, format ?? 'text'),
    } as pg.CustomTypesConfig,
  })
  // Without these listeners Node would end the process when PostgreSQL drops a connection.
  const onError = (error: Error) => logger.warn({ error: error.message }, 'database connection lost')
  pool.on('error', onError)
  pool.on('connect', (client) => client.on('error', onError))
  const db = new Kysely<DatabaseSchema>({ dialect: new PostgresDialect({ pool }) })
  pools.set(db, pool)
  return db
}

const pools = new WeakMap<Database, pg.Pool>()

/** Connections of the pool behind `db`, and how many queries wait for one; zeros for what `openDatabase` did not make. */
export function poolCounts(db: Database): { total: number; idle: number; waiting: number } {
  const pool = pools.get(db)
  return { total: pool?.totalCount ?? 0, idle: pool?.idleCount ?? 0, waiting: pool?.waitingCount ?? 0 }
}

function parseInteger(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError(`integer ${text} of the database is too large`)
  return value
}
