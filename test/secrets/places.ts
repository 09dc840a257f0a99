/** Where a thief could look: files, the database's rows, processes, memory of PostgreSQL. */
import { closeSync, openSync, readdirSync, readFileSync, readlinkSync, readSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import pg from 'pg'
import { connectionOptions } from '../../src/database/index.ts'
import type { Search } from './needles.ts'

/** What was found, said so that a person finds it too. */
export type Leak = string

/** Read and looked through at once, in bytes. */
export const part = 8 * 1024 * 1024

let shared: Buffer = Buffer.alloc(0)

function searchOpen(handle: number, from: number, length: number, search: Search): Leak[] {
  // One for all: making it costs more than most files do.
  if (shared.length < part + search.overlap) shared = Buffer.allocUnsafeSlow(part + search.overlap)
  const buffer = shared
  const leaks: Leak[] = []
  for (let at = 0; at < length; at += part) {
    const want = Math.min(buffer.length, length - at)
    let got = 0
    try {
      got = readSync(handle, buffer, 0, want, from + at)
    } catch {
      break
    }
    leaks.push(...search.in(buffer.subarray(0, got)).map(({ secret, form }) => `${secret}, ${form}`))
  }
  return leaks
}

/** Every file beneath a folder. */
export function searchFolder(folder: string, search: Search, without: readonly string[] = []): Leak[] {
  const leaks: Leak[] = []
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name)
    if (!entry.isFile() || without.includes(file)) continue
    try {
      const handle = openSync(file, 'r')
      try {
        const found = searchOpen(handle, 0, statSync(file).size, search)
        leaks.push(...found.map((leak) => `${leak}: in ${file}`))
      } finally {
        closeSync(handle)
      }
    } catch (error) {
      // A file of PostgreSQL that went meanwhile.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
  }
  return leaks
}

/** Every row of every table, as text. */
export async function searchRows(socketDirectory: string, search: Search): Promise<Leak[]> {
  const client = new pg.Client(connectionOptions({ socketDirectory, database: 'postgres', user: 'bdrcloud' }))
  await client.connect()
  try {
    const leaks: Leak[] = []
    const { rows: tables } = await client.query<{ schema: string; name: string }>(
      `select table_schema as schema, table_name as name from information_schema.tables
       where table_schema not in ('pg_catalog', 'information_schema') and table_type = 'BASE TABLE'`,
    )
    for (const { schema, name } of tables) {
      const { rows } = await client.query<{ row: string }>(
        `select row_to_json(t)::text as row from "${schema}"."${name}" t`,
      )
      const text = Buffer.from(rows.map(({ row }) => row).join('\n'))
      leaks.push(...search.in(text).map(({ secret, form }) => `${secret}, ${form}: in a row of ${name}`))
    }
    return leaks
  } finally {
    await client.end()
  }
}

/** Command lines of all processes of the machine, as every user of it sees them. */
export function searchCommandLines(search: Search): Leak[] {
  return processes().flatMap((pid) => {
    const line = read(`/proc/${pid}/cmdline`)
    return search
      .in(line)
      .map(
        ({ secret, form }) =>
          `${secret}, ${form}: in the command line of ${basename(line.toString().split('\0')[0] ?? '')}`,
      )
  })
}

/** Processes of the PostgreSQL whose data lies beneath the folder; null where their memory cannot be read. */
export function searchMemory(folder: string, search: Search): { read: number; leaks: Leak[] } {
  let count = 0
  const leaks: Leak[] = []
  // All processes share most of it.
  const known = new Set<string>()
  for (const pid of processes()) {
    if (!linkOf(`/proc/${pid}/cwd`).startsWith(folder)) continue
    let handle: number
    try {
      handle = openSync(`/proc/${pid}/mem`, 'r')
    } catch {
      continue
    }
    try {
      for (const line of read(`/proc/${pid}/maps`).toString().split('\n')) {
        const map = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line)
        if (!map || line.includes('[v')) continue
        const [, mode = '', ...place] = line.split(/\s+/)
        if (mode.endsWith('s') && known.has(place.join(' '))) continue
        if (mode.endsWith('s')) known.add(place.join(' '))
        const from = Number.parseInt(map[1] ?? '', 16)
        const found = searchOpen(handle, from, Number.parseInt(map[2] ?? '', 16) - from, search)
        leaks.push(...found.map((leak) => `${leak}: in the memory of PostgreSQL`))
      }
      count += 1
    } finally {
      closeSync(handle)
    }
  }
  return { read: count, leaks: [...new Set(leaks)] }
}

const processes = () => readdirSync('/proc').filter((name) => /^\d+$/.test(name))

function read(file: string): Buffer {
  try {
    return readFileSync(file)
  } catch {
    return Buffer.alloc(0)
  }
}

function linkOf(file: string): string {
  try {
    return readlinkSync(file)
  } catch {
    return ''
  }
}
