import { sql, type Transaction } from 'kysely'
import type { Database, DatabaseSchema } from '../database/index.ts'
import { fail } from './errors.ts'

/** Who writes to the catalog: the run, and the epoch that its present owner was given with the lease. */
export interface RunGuard {
  readonly runId: string
  readonly epoch: number
  /** Versions that this run makes are valid from here on. */
  readonly sequence: number
}

export type CatalogTransaction = Transaction<DatabaseSchema>

/**
 * One transaction that takes effect only if the run still belongs to the caller. The row is locked in share mode until the
 * end, so that nobody takes the run over in the middle.
 * @throws CAT_RUN_TAKEN_OVER
 */
export async function guarded<T>(
  db: Database,
  guard: RunGuard,
  work: (transaction: CatalogTransaction) => Promise<T>,
): Promise<T> {
  return db.transaction().execute(async (transaction) => {
    const run = await transaction
      .selectFrom('runs')
      .select('id')
      .where('id', '=', guard.runId)
      .where('epoch', '=', guard.epoch)
      .where('state', 'in', ['running', 'publishing'])
      .forShare()
      .executeTakeFirst()
    if (!run) throw fail('CAT_RUN_TAKEN_OVER')
    return work(transaction)
  })
}

/** A list of texts as one parameter of type `text[]`. */
export function textArray(values: readonly string[]) {
  return sql<string[]>`${values}::text[]`
}
