/** For commands on the server's own machine: its database, whether the server runs or not. */
import type { Configuration } from '../config/index.ts'
import { type DatabaseConnection, findRunningPostgres, startEmbeddedPostgres } from '../database/index.ts'
import { silentLogger } from '../shared/index.ts'
import { lockDataFolder } from './data-folder-lock.ts'

/** The way to the database while the server runs, or to one of its own; null when its PostgreSQL does not run. */
export function runningDatabase(configuration: Configuration): DatabaseConnection | null {
  if (configuration.databaseUrl !== null) return { connectionString: configuration.databaseUrl }
  return findRunningPostgres(configuration.data)
}

/** Works with the database; starts PostgreSQL for as long as that takes when the server does not run. Throws MAIN_DATA_IN_USE, DB_START_FAILED. */
export async function withDatabase<Result>(
  configuration: Configuration,
  work: (connection: DatabaseConnection) => Promise<Result>,
): Promise<Result> {
  const running = runningDatabase(configuration)
  return running ? work(running) : withOwnPostgres(configuration, work)
}

/** The same for what must have the data folder for itself. */
export async function withOwnPostgres<Result>(
  configuration: Configuration,
  work: (connection: DatabaseConnection) => Promise<Result>,
): Promise<Result> {
  if (configuration.databaseUrl !== null) return work({ connectionString: configuration.databaseUrl })
  const unlock = lockDataFolder(configuration.data)
  try {
    const postgres = await startEmbeddedPostgres({ dataDirectory: configuration.data, logger: silentLogger })
    try {
      return await work(postgres.connection)
    } finally {
      await postgres.stop()
    }
  } finally {
    unlock()
  }
}
