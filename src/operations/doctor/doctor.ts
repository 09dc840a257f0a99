/** Looks at everything a server needs, on its machine and with its configuration, and says what to do about what is wrong. Changes nothing. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Configuration } from '../../config/index.ts'
import { type Database, type DatabaseConnection, openDatabase } from '../../database/index.ts'
import type { Vault } from '../../jobs/index.ts'
import type { Cloud } from '../../microsoft/index.ts'
import { checkCertificate, checkShownCertificate } from './certificate-checks.ts'
import { checkDatabase } from './database-checks.ts'
import { checkDataFolder, checkKey } from './file-checks.ts'
import { type Finding, looked, warning } from './finding.ts'
import { checkDisk, checkPort, checkRuntime } from './machine-checks.ts'
import { checkClouds } from './network-checks.ts'
import { checkVault } from './vault-checks.ts'

export async function examine(parts: {
  configuration: Configuration
  /** Null when the server, and with it its PostgreSQL, does not run. */
  connection: DatabaseConnection | null
  clouds: readonly Cloud[]
  openVault: () => Promise<Vault>
  version: string
}): Promise<Finding[]> {
  const { configuration, connection, clouds, version } = parts
  const { data } = configuration
  const db = connection && openDatabase(connection, { poolSize: 2 })
  try {
    const hasData = existsSync(join(data, 'postgresql')) || configuration.databaseUrl !== null
    const vaultFolder = /^[a-z][a-z0-9]+:/.test(configuration.vault) ? [] : [configuration.vault]
    const groups = [
      looked('machine', async () => checkRuntime()),
      looked('disk of the data folder', () => checkDisk('data folder', data)),
      ...vaultFolder.map((folder) => looked('disk of the vault', () => checkDisk('vault', folder))),
      looked('data folder', async () => checkDataFolder(data)),
      looked('key of the secrets', async () => checkKey(configuration, hasData)),
      looked('TLS certificate', async () => checkCertificate(configuration, Date.now())),
      looked('TLS certificate', () => checkShownCertificate(configuration)),
      looked('port', () => checkPort(configuration)),
      looked('database', async () =>
        db
          ? checkDatabase(db, () => Date.now())
          : [
              warning(
                'database',
                'the server does not run, and so does its PostgreSQL',
                'Start the server, and look again.',
              ),
            ],
      ),
      looked('vault', async () => checkVault(await parts.openVault(), db)),
      looked('clouds', async () => checkClouds(await neededClouds(clouds, db), configuration, version)),
    ]
    return (await Promise.all(groups)).flat()
  } finally {
    await db?.destroy()
  }
}

/** Those of the organizations; the global one where there is none yet. */
async function neededClouds(clouds: readonly Cloud[], db: Database | null): Promise<Cloud[]> {
  const rows = await db
    ?.selectFrom('organizations')
    .select('cloud')
    .distinct()
    .where('state', '=', 'active')
    .execute()
    .catch(() => [])
  const names = rows === undefined || rows.length === 0 ? ['global'] : rows.map(({ cloud }) => cloud)
  return clouds.filter(({ id }) => names.includes(id))
}
