import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { after } from 'node:test'
import { sql } from 'kysely'
import { type Database, type DatabaseConnection, openDatabase } from '../src/database/index.ts'
import { administer, migratedTemplate, startTestPostgres } from './setup.ts'

export interface TestDatabase {
  readonly db: Database
  readonly connection: DatabaseConnection
  /** The same as a URL, for programs that take DATABASE_URL. */
  readonly url: string
  readonly drop: () => Promise<void>
}

let socket: Promise<string> | undefined

/** The PostgreSQL of the global setup, or one of this file's own when the file is run alone. */
function testSocket(): Promise<string> {
  const shared = process.env['BDRCLOUD_TEST_POSTGRES']
  socket ??= shared ? Promise.resolve(shared) : startOwn()
  return socket
}

async function startOwn(): Promise<string> {
  const { postgres, folder } = await startTestPostgres()
  after(async () => {
    await postgres.stop()
    rmSync(folder, { recursive: true, force: true })
  })
  return postgres.connection.socketDirectory
}

/** A fresh database with a random name, migrated unless told otherwise. `drop` closes `db` and removes it. */
export async function createTestDatabase({ migrated = true } = {}): Promise<TestDatabase> {
  const socketDirectory = await testSocket()
  const database = `test_${randomBytes(8).toString('hex')}`
  const template = migrated ? ` template ${migratedTemplate} strategy file_copy` : ''
  await administer(socketDirectory, `create database ${database}${template}`)
  const connection = { socketDirectory, database, user: 'bdrcloud' }
  const db = openDatabase(connection)
  // As a server has after migrating: one connection is open.
  await sql`select`.execute(db)
  return {
    db,
    connection,
    url: `postgresql://bdrcloud@/${database}?host=${encodeURIComponent(socketDirectory)}`,
    drop: async () => {
      await db.destroy()
      await administer(socketDirectory, `drop database ${database} with (force)`)
    },
  }
}
