/** Saves the state before migrations change it, so that there is a way back to the earlier version of the server. */
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import {
  appliedMigrations,
  type Database,
  type DatabaseConnection,
  dumpDatabase,
  missingMigrations,
  unknownMigrations,
} from '../../database/index.ts'
import type { Clock, Logger } from '../../shared/index.ts'

/** Saved states that stay; older ones are removed. */
const kept = 3

/**
 * Nothing happens to an empty database, to one that needs no migration, and to one of a newer server, which is refused elsewhere. Throws when the state
 * cannot be saved: then nothing is migrated.
 */
export async function saveBeforeUpgrade(parts: {
  db: Database
  connection: DatabaseConnection
  dataFolder: string
  version: string
  clock: Clock
  logger: Logger
}): Promise<void> {
  const { db, connection, dataFolder, version, clock, logger } = parts
  const applied = await appliedMigrations(db)
  const missing = await missingMigrations(db)
  if (applied.length === 0 || missing.length === 0 || unknownMigrations(applied).length > 0) return
  const now = new Date(clock.now())
  const place = join(dataFolder, 'state-backups')
  const folder = join(place, now.toISOString().replaceAll(/[:.]/g, '-'))
  await dumpDatabase(connection, folder, { version, now })
  logger.info({ folder, migrations: missing.length }, 'the state was saved before the upgrade')
  const names = (await readdir(place)).toSorted()
  for (const name of names.slice(0, -kept)) await rm(join(place, name), { recursive: true, force: true })
}
