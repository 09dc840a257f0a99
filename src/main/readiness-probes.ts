/** What must be in order for the server to do its work, in the order in which it is of use to be told. */
import { constants } from 'node:fs'
import { access, statfs } from 'node:fs/promises'
import { sql } from 'kysely'
import type { PgBoss } from 'pg-boss'
import { type Database, missingMigrations } from '../database/index.ts'
import type { Vault } from '../jobs/index.ts'
import type { ReadinessProbe } from '../operations/index.ts'

/** Below this, PostgreSQL and the vault are about to fail: 256 MiB. */
const leastFreeBytes = 256 * 1_048_576
/** How long an answer of a place over a network counts, in milliseconds. */
const placeFreshFor = 60_000

export function readinessProbes(parts: {
  db: Database
  queue: PgBoss
  vault: Vault
  dataFolder: string
}): ReadinessProbe[] {
  const { db, queue, vault, dataFolder } = parts
  return [
    {
      name: 'database',
      run: async () => {
        await sql`select 1`.execute(db)
        return null
      },
    },
    {
      name: 'migrations',
      run: async () => {
        const missing = await missingMigrations(db)
        return missing.length === 0 ? null : `the database lacks ${missing.join(', ')}`
      },
    },
    {
      name: 'queue',
      run: async () => ((await queue.isInstalled()) ? null : 'the job queue has no tables'),
    },
    { name: 'vault', run: vaultProbe(db, vault) },
    {
      name: 'disk',
      run: async () => {
        const folders = [dataFolder, ...(vault.folder === null ? [] : [vault.folder])]
        for (const folder of folders) {
          const space = await spaceOf(folder)
          if (space && space.freeBytes < leastFreeBytes) {
            return `only ${Math.floor(space.freeBytes / 1_048_576)} MiB are free in ${folder}`
          }
        }
        return null
      },
    },
  ]
}

/** A folder must be writable; another place must know the configuration of a repository that is known to be there. */
function vaultProbe(db: Database, vault: Vault): () => Promise<string | null> {
  let askedAt = Number.NEGATIVE_INFINITY
  return async () => {
    if (vault.folder !== null) {
      await access(vault.folder, constants.R_OK | constants.W_OK | constants.X_OK)
      return null
    }
    if (performance.now() - askedAt < placeFreshFor) return null
    const repository = await db
      .selectFrom('repositories')
      .select('directory')
      .where('state', '=', 'ready')
      .limit(1)
      .executeTakeFirst()
    if (!repository) return null
    const place = await vault.open(repository.directory)
    try {
      await place.load('config', 'config', undefined, AbortSignal.timeout(4_000))
      askedAt = performance.now()
      return null
    } finally {
      await place.close()
    }
  }
}

/** Of the file system of a folder, in bytes; null where it does not say. */
export async function spaceOf(
  folder: string | null,
): Promise<{ freeBytes: number; totalBytes: number } | null> {
  if (folder === null) return null
  try {
    const { bavail, blocks, bsize } = await statfs(folder)
    return { freeBytes: bavail * bsize, totalBytes: blocks * bsize }
  } catch {
    return null
  }
}
