/** A tenant that is added, backed up and removed: the onboarding's lab with repositories, runs, restores and removals on top. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RunView } from '../../src/contract/index.ts'
import { createQueue } from '../../src/database/index.ts'
import {
  createOrganizationBackups,
  createOrganizationWork,
  createRepositoryAccess,
  createRestoreService,
  createRunService,
  createVault,
  type RepositoryAccess,
  type RestoreService,
  type RunService,
} from '../../src/jobs/index.ts'
import { cleanExits } from '../../src/main/clean-exits.ts'
import type { Removals } from '../../src/organizations/index.ts'
import { createEventBus } from '../../src/server/event-bus.ts'
import { silentLogger, systemClock } from '../../src/shared/index.ts'
import type { Lab } from '../onboarding/lab.ts'

export interface RemovalLab {
  readonly vault: string
  readonly repositories: RepositoryAccess
  readonly runs: RunService
  readonly restores: RestoreService
  readonly removals: Removals
  backUp(organizationId: string): Promise<RunView>
  /** One verb of the tenant's mail control. */
  mail<T = Record<string, unknown>>(verb: string, body: object): Promise<T>
  /** How often the tenant was asked on routes that match, since the last `forgetRequests`. */
  requests(route: RegExp): number
  forgetRequests(): void
  stop(): Promise<void>
}

export const somebody = { id: randomUUID(), displayName: 'Ada' }

/** @param vault of an earlier life of the server */
export async function openRemovalLab(
  lab: Lab,
  vault = mkdtempSync(join(tmpdir(), 'bdrcloud-removal-')),
): Promise<RemovalLab> {
  const { db, organizations, secrets, tasks } = lab
  const events = createEventBus({ logger: silentLogger })
  // Runs tick with the real time: the tenant's own is moved by whoever waits.
  const common = { db, organizations, events, clock: systemClock, logger: silentLogger, nonce: randomUUID() }
  const repositories = createRepositoryAccess({
    db,
    secrets,
    vault: await createVault({ location: vault }),
    vaultPassword: 'the vault password',
    instanceName: 'bdrcloud-test',
    clock: systemClock,
    logger: silentLogger,
    scrypt: { N: 1024, r: 8, p: 1 },
  })
  const queue = await createQueue(lab.database.connection, { logger: silentLogger, poolSize: 2 })
  const runs = createRunService({ ...common, queue, repositories, productVersion: '0.0.0-test' })
  const restores = createRestoreService({ ...common, repositories })
  const removals = organizations.removals({
    work: createOrganizationWork({ db, runs, restores, clock: systemClock }),
    backups: createOrganizationBackups({ db, repositories }),
    exits: cleanExits(tasks),
    signIn: lab.clients,
  })
  return {
    vault,
    repositories,
    runs,
    restores,
    removals,
    backUp: async (organizationId) => {
      const { id } = await runs.start(organizationId, null)
      for (let tries = 0; tries < 6000; tries++) {
        const run = await runs.get(id)
        if (run.finishedAt !== null) return run
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
      return assert.fail('the run does not end')
    },
    mail: async <T>(verb: string, body: object) => {
      const answer = await fetch(`${lab.simulator.ready.control}/mail/${verb}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      const text = await answer.text()
      assert.equal(answer.status, 200, text)
      return JSON.parse(text) as T
    },
    requests: (route) =>
      Object.entries(lab.simulator.log.read().counts)
        .filter(([name]) => route.test(name))
        .reduce((sum, [, count]) => sum + count, 0),
    forgetRequests: () => lab.simulator.log.reset(),
    stop: async () => {
      await Promise.all([runs.stop(), restores.stop(), removals.close()])
      await queue.stop({ graceful: false })
      await repositories.close()
    },
  }
}

export function deleteVault({ vault }: RemovalLab): void {
  rmSync(vault, { recursive: true, force: true })
}
