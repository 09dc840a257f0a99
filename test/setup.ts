/**
 * Global setup of the test runner: one PostgreSQL for all test files, named to them by an environment variable. Each file makes
 * its own databases there (`test/database.ts`).
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import {
  connectionOptions,
  type EmbeddedPostgres,
  migrateDatabase,
  openDatabase,
  startEmbeddedPostgres,
} from '../src/database/index.ts'

/** The migrated database that the others are copies of: to copy it takes a twentieth of what all migrations take. */
export const migratedTemplate = 'migrated_template'

let folder: string | undefined
let postgres: EmbeddedPostgres | undefined

/** PostgreSQL for tests: as the product starts it, but not durable, since nothing is kept. */
export async function startTestPostgres(): Promise<{ postgres: EmbeddedPostgres; folder: string }> {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'bdrcloud-test-'))
  const settings = {
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
    max_connections: '300',
  }
  const started = await startEmbeddedPostgres({ dataDirectory, settings })
  // The runner waits for children otherwise, for ever without isolation.
  started.unref()
  const { socketDirectory } = started.connection
  await administer(socketDirectory, `create database ${migratedTemplate}`)
  const db = openDatabase({ socketDirectory, database: migratedTemplate, user: 'bdrcloud' })
  await migrateDatabase(db)
  await db.destroy()
  return { postgres: started, folder: dataDirectory }
}

/** One statement on the PostgreSQL as a whole. */
export async function administer(socketDirectory: string, statement: string): Promise<void> {
  const client = new pg.Client(connectionOptions({ socketDirectory, database: 'postgres', user: 'bdrcloud' }))
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

export async function globalSetup(): Promise<void> {
  const started = await startTestPostgres()
  folder = started.folder
  postgres = started.postgres
  process.env['BDRCLOUD_TEST_POSTGRES'] = postgres.connection.socketDirectory
  const light = new URL('light-passwords.ts', import.meta.url).href
  process.env['NODE_OPTIONS'] = `${process.env['NODE_OPTIONS'] ?? ''} --import=${light}`.trim()
}

export async function globalTeardown(): Promise<void> {
  await postgres?.stop()
  if (folder) rmSync(folder, { recursive: true, force: true })
}
