/** Writes the whole database as it is at one moment, while others go on working with it. */
import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, open, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import pg from 'pg'
import { connectionOptions, type DatabaseConnection } from '../connection.ts'
import { fail } from '../errors.ts'
import { type DumpManifest, leftOut, manifestName, readManifest, tableFile } from './manifest.ts'

const rowsAtOnce = 500

/**
 * Makes `folder`, which must be absent or empty, and everything in it readable for this account alone. It appears whole or not at all. Throws
 * DB_DUMP_FOLDER, DB_UNREACHABLE.
 */
export async function dumpDatabase(
  connection: DatabaseConnection,
  folder: string,
  { version, now, onTable = () => {} }: { version: string; now: Date; onTable?: (name: string) => void },
): Promise<DumpManifest> {
  const there = await readdir(folder).catch(() => [])
  if (there.length > 0) throw fail('DB_DUMP_FOLDER', { folder })
  const partial = `${folder}.${process.pid}.partial`
  await mkdir(dirname(folder), { recursive: true })
  await rm(partial, { recursive: true, force: true })
  await mkdir(partial, { mode: 0o700 })
  const client = new pg.Client({ ...connectionOptions(connection), application_name: 'bdrcloud-dump' })
  client.on('error', () => {})
  try {
    await client.connect().catch((error: Error) => {
      throw fail('DB_UNREACHABLE', { reason: error.message }, error)
    })
    // One snapshot of everything: what others change meanwhile is not seen.
    await client.query('begin isolation level repeatable read read only')
    const migrations = await client.query<{ name: string }>('select name from kysely_migration order by name')
    const names = await client.query<{ name: string }>(
      `select tablename as name from pg_tables where schemaname = 'public' and not tablename = any($1) order by 1`,
      [leftOut],
    )
    const tables: DumpManifest['tables'] = []
    for (const { name } of names.rows) {
      onTable(name)
      tables.push({ name, ...(await dumpTable(client, name, join(partial, tableFile(name)))) })
    }
    await client.query('commit')
    const manifest: DumpManifest = {
      format: 1,
      createdAt: now.toISOString(),
      version,
      migrations: migrations.rows.map(({ name }) => name),
      tables,
    }
    await writeFile(join(partial, manifestName), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 })
    await verifyDump(partial)
    await flush(join(partial, manifestName))
    await rm(folder, { recursive: true, force: true })
    await rename(partial, folder)
    await flush(dirname(folder))
    return manifest
  } finally {
    await client.end().catch(() => {})
    await rm(partial, { recursive: true, force: true })
  }
}

async function dumpTable(client: pg.Client, name: string, file: string) {
  const hash = createHash('sha256')
  let rows = 0
  async function* lines() {
    await client.query(
      `declare dumped no scroll cursor for select row_to_json(t)::text as line from "${name}" t`,
    )
    for (;;) {
      const { rows: some } = await client.query<{ line: string }>(`fetch ${rowsAtOnce} from dumped`)
      if (some.length === 0) break
      rows += some.length
      const text = some.map(({ line }) => `${line}\n`).join('')
      hash.update(text)
      yield text
    }
    await client.query('close dumped')
  }
  await pipeline(Readable.from(lines()), createGzip(), createWriteStream(file, { mode: 0o600 }))
  await flush(file)
  return { rows, sha256: hash.digest('hex') }
}

/** Reads everything that a dump says it holds. Throws DB_DUMP_UNUSABLE. */
export async function verifyDump(folder: string): Promise<DumpManifest> {
  const manifest = readManifest(folder)
  for (const { name, rows, sha256 } of manifest.tables) {
    const hash = createHash('sha256')
    let found = 0
    for await (const line of linesOf(folder, name)) {
      hash.update(`${line}\n`)
      found += 1
    }
    if (found !== rows || hash.digest('hex') !== sha256) {
      throw fail('DB_DUMP_UNUSABLE', {
        folder,
        reason: `the file of the table ${name} is not what was written`,
      })
    }
  }
  return manifest
}

/** The rows of a table as JSON. Throws DB_DUMP_UNUSABLE. */
export async function* linesOf(folder: string, name: string): AsyncIterable<string> {
  const file = createReadStream(join(folder, tableFile(name)))
  const text = createGunzip()
  file.on('error', (error) => text.destroy(error))
  try {
    yield* createInterface({ input: file.pipe(text), crlfDelay: Number.POSITIVE_INFINITY })
  } catch (error) {
    const reason = `the file of the table ${name} cannot be read: ${error instanceof Error ? error.message : String(error)}`
    throw fail('DB_DUMP_UNUSABLE', { folder, reason }, error)
  } finally {
    file.destroy()
    text.destroy()
  }
}

async function flush(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
