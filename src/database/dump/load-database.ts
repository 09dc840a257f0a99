/** Puts a dump into an empty database: its migrations, its rows, then the migrations that came since. */
import pg from 'pg'
import { connectionOptions, type DatabaseConnection, openDatabase } from '../connection.ts'
import { fail } from '../errors.ts'
import { migrateDatabase, unknownMigrations } from '../migrate.ts'
import { linesOf, verifyDump } from './dump-database.ts'
import type { DumpManifest } from './manifest.ts'

const rowsAtOnce = 500

/**
 * All rows come in one transaction: whatever happens on the way, the database is empty or whole, and loading can begin anew. Throws
 * DB_DUMP_UNUSABLE, DB_NEWER, DB_NOT_EMPTY, DB_UNREACHABLE.
 */
export async function loadDatabase(
  connection: DatabaseConnection,
  folder: string,
  { onTable = () => {} }: { onTable?: (name: string) => void } = {},
): Promise<DumpManifest> {
  const manifest = await verifyDump(folder)
  const unknown = unknownMigrations(manifest.migrations)
  if (unknown.length > 0) throw fail('DB_NEWER', { migrations: unknown.join(', ') })
  const client = new pg.Client({ ...connectionOptions(connection), application_name: 'bdrcloud-load' })
  client.on('error', () => {})
  await client.connect().catch((error: Error) => {
    throw fail('DB_UNREACHABLE', { reason: error.message }, error)
  })
  const db = openDatabase(connection, { poolSize: 2 })
  try {
    await refuseUsed(client)
    await migrateDatabase(db, manifest.migrations)
    await client.query('begin')
    const links = await dropForeignKeys(client)
    for (const table of manifest.tables) {
      onTable(table.name)
      await loadTable(client, folder, table)
    }
    // Added again they are checked: rows that do not belong together are found here.
    for (const { table, name, definition } of links) {
      await client.query(`alter table ${table} add constraint "${name}" ${definition}`)
    }
    await client.query('commit')
    await migrateDatabase(db)
    await client.query('analyze')
    return manifest
  } finally {
    await db.destroy()
    await client.end()
  }
}

/** A database that a server has worked with has settings; one of which a load was broken off has none. */
async function refuseUsed(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ there: boolean }>(
    `select to_regclass('settings') is not null as there`,
  )
  if (!rows[0]?.there) return
  const used = await client.query('select 1 from settings limit 1')
  if (used.rows.length > 0) throw fail('DB_NOT_EMPTY')
}

async function dropForeignKeys(client: pg.Client) {
  const { rows } = await client.query<{ table: string; name: string; definition: string }>(
    `select conrelid::regclass::text as table, conname as name, pg_get_constraintdef(oid) as definition
     from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace`,
  )
  for (const { table, name } of rows) await client.query(`alter table ${table} drop constraint "${name}"`)
  return rows
}

async function loadTable(
  client: pg.Client,
  folder: string,
  { name }: DumpManifest['tables'][number],
): Promise<void> {
  const columns = await client.query<{ name: string }>(
    `select quote_ident(column_name) as name from information_schema.columns
     where table_schema = 'public' and table_name = $1 and is_generated = 'NEVER' order by ordinal_position`,
    [name],
  )
  const list = columns.rows.map((column) => column.name).join(', ')
  // What a migration put there itself is in the dump as well, as it was then.
  const { rows: made } = await client.query(`select 1 from "${name}" limit 1`)
  if (made.length > 0) await client.query(`delete from "${name}"`)
  let batch: string[] = []
  const insert = async () => {
    await client.query(
      `insert into "${name}" (${list}) overriding system value
       select ${list} from json_populate_recordset(null::"${name}", $1::json)`,
      [`[${batch.join(',')}]`],
    )
    batch = []
  }
  for await (const line of linesOf(folder, name)) {
    batch.push(line)
    if (batch.length >= rowsAtOnce) await insert()
  }
  if (batch.length > 0) await insert()
}
