/**
 * Where sealed values are: every column of bytes in the product's own tables is looked at, so that none has to be named here, and none
 * can be forgotten. A sealed value tells by its first nine bytes which outer key wraps it.
 */
import { sql } from 'kysely'
import type { Database } from '../../database/index.ts'
import { type KeyRing, sealedHeader } from '../secret-box.ts'

interface SealedColumn {
  readonly table: string
  readonly column: string
}

const batch = 200

async function byteColumns(db: Database): Promise<SealedColumn[]> {
  const { rows } = await sql<SealedColumn>`
    select c.table_name as "table", c.column_name as "column" from information_schema.columns c
    join information_schema.tables t using (table_schema, table_name)
    where c.table_schema = current_schema() and t.table_type = 'BASE TABLE' and c.data_type = 'bytea'
    order by 1, 2`.execute(db)
  return rows
}

/** Number of values that this outer key wraps. */
export async function countSealedBy(db: Database, keyId: string): Promise<number> {
  let count = 0
  for (const { table, column } of await byteColumns(db)) {
    const { rows } = await sql<{ count: string }>`select count(*) as count from ${sql.table(table)}
      where substring(${sql.ref(column)} from 1 for 9) = ${sealedHeader(keyId)}`.execute(db)
    count += Number(rows[0]?.count ?? 0)
  }
  return count
}

/**
 * Wraps what `keyId` wraps by the key that seals now, some values at a time. Writers are not held up: who changes a value meanwhile
 * has sealed it with the new key, and wins. Answers how many were wrapped anew.
 */
export async function rewrapAll(
  db: Database,
  ring: KeyRing,
  keyId: string,
  signal: AbortSignal,
): Promise<number> {
  let wrapped = 0
  for (const { table, column } of await byteColumns(db)) {
    for (;;) {
      signal.throwIfAborted()
      const { rows } = await sql<{ place: string; sealed: Buffer }>`
        select ctid::text as place, ${sql.ref(column)} as sealed from ${sql.table(table)}
        where substring(${sql.ref(column)} from 1 for 9) = ${sealedHeader(keyId)} limit ${batch}`.execute(db)
      for (const { place, sealed } of rows) {
        await sql`update ${sql.table(table)} set ${sql.ref(column)} = ${ring.rewrap(sealed)}
          where ctid = ${place}::tid and ${sql.ref(column)} = ${sealed}`.execute(db)
      }
      wrapped += rows.length
      if (rows.length < batch) break
    }
  }
  return wrapped
}
