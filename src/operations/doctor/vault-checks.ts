/** The vault: the place, each repository's config and its locks. */
import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import type { Database } from '../../database/index.ts'
import type { Vault } from '../../jobs/index.ts'
import { type Finding, problem, reasonOf, warning, well } from './finding.ts'

const mostRepositories = 1000
/** More than a run, a check and some readers have at the same time. */
const manyLocks = 10
const timeLimit = 30_000

export async function checkVault(vault: Vault, db: Database | null): Promise<Finding[]> {
  const check = 'vault'
  if (vault.folder !== null) {
    try {
      await access(vault.folder, constants.R_OK | constants.W_OK | constants.X_OK)
    } catch (error) {
      return [
        problem(
          check,
          reasonOf(error),
          'Mount it, make it writable for the account that runs the server, or correct --vault.',
        ),
      ]
    }
  }
  const findings = [well(check, vault.location)]
  if (db === null) return findings
  const repositories = await db
    .selectFrom('repositories')
    .select('directory')
    .where('state', '=', 'ready')
    .limit(mostRepositories)
    .execute()
  for (const { directory } of repositories) findings.push(await checkRepository(vault, directory))
  return findings
}

async function checkRepository(vault: Vault, directory: string): Promise<Finding> {
  const check = `repository ${directory}`
  try {
    const place = await vault.open(directory)
    try {
      const signal = AbortSignal.timeout(timeLimit)
      await place.load('config', 'config', undefined, signal)
      let locks = 0
      for await (const _ of place.list('locks', signal)) locks += 1
      return locks < manyLocks
        ? well(check, locks === 0 ? 'is there, not locked' : `is there, ${locks} locks`)
        : warning(
            check,
            `${locks} locks`,
            "Locks that a killed restic left end after 30 minutes; 'bdrcloud repo unlock' removes them at once.",
          )
    } finally {
      await place.close()
    }
  } catch (error) {
    return problem(check, reasonOf(error), 'Bring the place back, or the folder from a copy of the vault.')
  }
}
