import { stat, statfs } from 'node:fs/promises'
import type { VaultProbe } from '../alerts/index.ts'
import type { Database } from '../database/index.ts'
import type { Vault } from '../jobs/index.ts'
import { fail } from './errors.ts'

/** The vault as alerts see it: asks for the newest repository's configuration file, so that an empty folder where a disk is not mounted does not pass for the vault. */
export function vaultProbe(vault: Vault, db: Database): VaultProbe {
  return {
    location: vault.location,
    reach: async (signal) => {
      if (vault.folder !== null) await stat(vault.folder)
      const repository = await db
        .selectFrom('repositories')
        .innerJoin('vaults', 'vaults.id', 'repositories.vault_id')
        .select('directory')
        .where('repositories.state', '=', 'ready')
        .where('vaults.location', '=', vault.location)
        .orderBy('repositories.created_at', 'desc')
        .limit(1)
        .executeTakeFirst()
      if (!repository) return
      const backend = await vault.open(repository.directory)
      try {
        if (!(await backend.stat('config', 'config', signal)))
          throw fail('MAIN_VAULT_EMPTY', { location: vault.location, directory: repository.directory })
      } finally {
        await backend.close()
      }
    },
    freeBytes: async () => {
      if (vault.folder === null) return null
      const { bavail, bsize } = await statfs(vault.folder)
      return bavail * bsize
    },
  }
}
