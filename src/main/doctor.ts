import { readFileSync } from 'node:fs'
import type { Configuration } from '../config/index.ts'
import { createVault } from '../jobs/index.ts'
import { examine, type Finding } from '../operations/index.ts'
import { readClouds } from './clouds.ts'
import { runningDatabase } from './on-this-machine.ts'

/** `bdrcloud doctor` with the parts that the server itself is made of. Throws what is wrong with the configuration. */
export function examineServer(configuration: Configuration, version: string): Promise<Finding[]> {
  const { vault, vaultCertificateAuthority: authority, vaultEnvironment } = configuration
  return examine({
    configuration,
    version,
    connection: runningDatabase(configuration),
    clouds: readClouds(configuration.clouds),
    openVault: () =>
      createVault({
        location: vault,
        environment: vaultEnvironment,
        ...(authority === null ? {} : { certificateAuthority: readFileSync(authority, 'utf8') }),
      }),
  })
}
