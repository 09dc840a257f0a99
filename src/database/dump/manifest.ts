/**
 * A dump of the database: a folder with one file for each table (one JSON object a line, compressed) and `state.json`, which is written last. Rows
 * are PostgreSQL's own JSON (`row_to_json`), read back by `json_populate_recordset`, so that every type survives and no release of
 * PostgreSQL matters.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Type, { type Static } from 'typebox'
import Value from 'typebox/value'
import { fail } from '../errors.ts'

const DumpedTable = Type.Object({
  name: Type.String({ pattern: '^[a-z_]+$' }),
  rows: Type.Integer({ minimum: 0 }),
  /** Of the lines, before compression. */
  sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
})

export const DumpManifest = Type.Object({
  format: Type.Literal(1),
  createdAt: Type.String(),
  /** Of the server that made it. */
  version: Type.String(),
  migrations: Type.Array(Type.String()),
  tables: Type.Array(DumpedTable),
})
export type DumpManifest = Static<typeof DumpManifest>

export const manifestName = 'state.json'
export const tableFile = (name: string) => `${name}.jsonl.gz`

/** Not dumped: what names migrations is made by them, and nobody is signed in at another place or time. */
export const leftOut = ['kysely_migration', 'kysely_migration_lock', 'sessions', 'sign_in_throttles']

/** Throws DB_DUMP_UNUSABLE. */
export function readManifest(folder: string): DumpManifest {
  let value: unknown
  try {
    value = JSON.parse(readFileSync(join(folder, manifestName), 'utf8'))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw fail('DB_DUMP_UNUSABLE', { folder, reason }, error)
  }
  if (!Value.Check(DumpManifest, value)) {
    throw fail('DB_DUMP_UNUSABLE', { folder, reason: `${manifestName} is not one that this version knows` })
  }
  return value
}
