export {
  connectionOptions,
  type Database,
  type DatabaseConnection,
  openDatabase,
  poolCounts,
} from './connection.ts'
export { dumpDatabase, verifyDump } from './dump/dump-database.ts'
export { loadDatabase } from './dump/load-database.ts'
export type { DumpManifest } from './dump/manifest.ts'
export { findRunningPostgres } from './embedded/running.ts'
export { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded/server.ts'
export { databaseErrors } from './errors.ts'
export { appliedMigrations, migrateDatabase, missingMigrations, unknownMigrations } from './migrate.ts'
export { newestFirst } from './newest-first.ts'
export { createQueue } from './queue.ts'
export type { ResourceWorkload } from './schema/backups.ts'
export type { DatabaseSchema } from './schema/index.ts'
export type { DriftFindingJson, InspectionJson } from './schema/organization-checks.ts'
export type { RemovalStatementJson } from './schema/organization-removals.ts'
export { type Waking, type WakingQueue, wakeRegularly } from './wake.ts'
