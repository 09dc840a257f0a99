export {
  connectionOptions,
  type Database,
  type DatabaseConnection,
  openDatabase,
  poolCounts,
} from './connection.ts'
export { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded/server.ts'
export { databaseErrors } from './errors.ts'
export { migrateDatabase, missingMigrations } from './migrate.ts'
export { createQueue } from './queue.ts'
export type { DatabaseSchema } from './schema/index.ts'
export type { DriftFindingJson, InspectionJson } from './schema/organization-checks.ts'
export type { RemovalStatementJson } from './schema/organization-removals.ts'
