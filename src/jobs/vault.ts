/**
 * The vault: the place, of any kind that repositories can be in, beneath which each organization has its repository. Secrets of the
 * place come from the configuration and are in no location, message or kit.
 */
import { resolve } from 'node:path'
import {
  type Backend,
  backendOf,
  hasPassword,
  locationBeneath,
  locationVariables,
  type Retention,
} from '../repository/index.ts'
import type { VaultPlace } from '../security/index.ts'
import { fail } from './errors.ts'
import { listCommandOf, shellWord } from './vault-commands.ts'

export interface VaultOptions {
  /** An absolute folder, or a location as restic's users know them. */
  readonly location: string
  /** What restic would read from the environment: users, passwords, keys. */
  readonly environment?: Readonly<Record<string, string>>
  /** PEM of an authority to trust instead of the usual ones. */
  readonly certificateAuthority?: string
  /** Locks what is saved, and each run prolongs that; only in S3 buckets with Object Lock. */
  readonly retention?: Retention
}

export interface Vault {
  readonly location: string
  /** The folder, when the vault is one. */
  readonly folder: string | null
  readonly retention: Retention | null
  /** What the recovery kit says about it. */
  readonly place: VaultPlace
  /** Nothing is asked of the place yet; the caller closes it. */
  open(directory: string): Promise<Backend>
  locationOf(directory: string): string
  /** For a shell: variables to fill in, then stock restic on the repository. */
  commandsOf(directory: string): string[]
}

/** @throws JOB_VAULT_PASSWORD, STO_LOCATION_INVALID, STO_RETENTION_UNSUPPORTED before anything is asked of the place */
export async function createVault(options: VaultOptions): Promise<Vault> {
  const { retention, environment, certificateAuthority } = options
  if (hasPassword(options.location)) throw fail('JOB_VAULT_PASSWORD')
  const [scheme] = /^[a-z][a-z0-9]+(?=:)/.exec(options.location) ?? []
  const folder = scheme === undefined ? resolve(options.location) : null
  const location = folder ?? options.location
  const variables = locationVariables(location)
  const locationOf = (directory: string) => locationBeneath(location, directory)
  const commandsOf = (directory: string) => {
    const repository = shellWord(locationOf(directory))
    return [
      ...variables.map((name) => `export ${name}=…`),
      `restic -r ${repository} snapshots`,
      `restic -r ${repository} restore latest --target restored`,
    ]
  }
  const access = {
    ...(environment ? { environment } : {}),
    ...(certificateAuthority === undefined ? {} : { certificateAuthority }),
    ...(retention ? { retention } : {}),
  }
  // What cannot be opened at all is said at the start, not at the first backup.
  await (await backendOf(location, access)).close()
  return {
    location,
    folder,
    retention: retention ?? null,
    place: {
      location,
      variables,
      commands: [...listCommandOf(location), ...commandsOf('REPOSITORY')],
    },
    open: (directory) => backendOf(locationOf(directory), access),
    locationOf,
    commandsOf,
  }
}
