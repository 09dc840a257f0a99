/**
 * Global setup of the test runner: one PostgreSQL for all test files, named to them by an environment variable. Each file makes
 * its own databases there (`test/database.ts`).
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../src/database/index.ts'

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
  return { postgres: started, folder: dataDirectory }
}

export async function globalSetup(): Promise<void> {
  const started = await startTestPostgres()
  folder = started.folder
  postgres = started.postgres
  process.env['BDRCLOUD_TEST_POSTGRES'] = postgres.connection.socketDirectory
}

export async function globalTeardown(): Promise<void> {
  await postgres?.stop()
  if (folder) rmSync(folder, { recursive: true, force: true })
}
