/** A tenant with everything in it, all workloads protected, and the hands that change it, trouble it and tell the truth about it. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SimulatorOptions } from '../../simulator/options.ts'
import type { MailboxExtras, RunView } from '../../src/contract/index.ts'
import { createCoverage } from '../../src/jobs/index.ts'
import { type BackupLab, openBackupLab } from '../jobs/backup-lab.ts'
import { differences } from './differences.ts'
import { impatientClock } from './impatient-clock.ts'
import { readRestoredTree } from './restored-tree.ts'
import { type Ask, nothingAsked, tenantState } from './tenant-state.ts'

export const workloads = ['mail', 'calendar', 'contacts', 'todo', 'drive'] as const
export type Workload = (typeof workloads)[number]

export interface ContractLab extends BackupLab {
  /** A verb of the tenant's control interface: `mail/deliver`, `outlook/update`, `drives/add`, `faults`. */
  readonly ask: Ask
  /** Hidden folders and Recoverable Items are backed up from now on, or no more. */
  choose(asked: MailboxExtras): Promise<void>
  /** Runs until nothing is held back any more: removals of much of a container are believed at the second look only. */
  backUpAll(): Promise<RunView[]>
  /** What stock restic restores of the newest restore point differs from the tenant in, by workload. */
  assertSame(workload: Workload): Promise<number>
  /** The coverage ledger names what of mailboxes is not asked for, and the archives, which nobody can read. */
  assertLedger(): Promise<void>
  /** The rules of faults, with how often each was applied. */
  faults(): Promise<{ applied: number }[]>
}

export function askOf(lab: BackupLab): Ask {
  return async <T>(verb: string, body: object = {}) => {
    const response = await fetch(`${lab.simulator.ready.clouds.global.control}/${verb}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (!response.ok) throw new Error(`${verb}: ${await response.text()}`)
    return (await response.json()) as T
  }
}

/** Protects everything of a lab's organization. */
export async function protectAll(lab: BackupLab): Promise<void> {
  await lab.database.db
    .updateTable('organizations')
    .set({ workloads: JSON.stringify(['mail', 'calendar', 'contacts', 'todo', 'files']) })
    .execute()
}

/** A restore point in a folder of its own, as stock restic restores it. */
export async function restoreWithRestic(lab: BackupLab, snapshot = 'latest'): Promise<string> {
  const target = mkdtempSync(join(tmpdir(), 'bdrcloud-contract-'))
  await lab.restic('restore', snapshot, '--target', target)
  return target
}

export async function openContractLab(options: Partial<SimulatorOptions>): Promise<ContractLab> {
  const lab = await openBackupLab(options, { microsoftClock: impatientClock() })
  await protectAll(lab)
  const ask = askOf(lab)
  // Nobody in a tenant this small would have an archive.
  const owner = lab.simulator.tenant.users.find(({ hasMailbox }) => hasMailbox)
  await ask('users', { action: 'update', id: owner?.id, changes: { hasArchive: true } })
  // Waiting takes no time here, so what is allowed in a time is no measure.
  await ask('drives/limit', { unitsPerMinute: 1e9 })
  await ask('mail/throttle', { requestLimit: 1e9 })
  let asked = nothingAsked
  let restored: string | undefined
  const forgetRestored = () => {
    if (restored !== undefined) rmSync(restored, { recursive: true, force: true })
    restored = undefined
  }
  return Object.assign(Object.create(lab) as BackupLab, {
    ask,
    async faults() {
      const answer = await fetch(`${lab.simulator.ready.clouds.global.control}/faults`)
      return ((await answer.json()) as { faults: { applied: number }[] }).faults
    },
    async choose(mailboxes: MailboxExtras) {
      const { protection } = lab.service
      await protection.save(lab.organizationId, { mailboxes }, randomUUID(), AbortSignal.timeout(60_000))
      asked = mailboxes
    },
    async backUpAll() {
      forgetRestored()
      const runs: RunView[] = []
      for (let number = 0; number < 3; number += 1) {
        const run = await lab.backUp()
        runs.push(run)
        const { items } = await lab.service.runs.resources(run.id, { limit: 100 })
        const failed = items.filter(({ state }) => state === 'failed')
        assert.deepEqual(
          failed.map(
            ({ workload, userPrincipalName, error }) =>
              `${workload} ${userPrincipalName}: ${error?.title} ${error?.detail}`,
          ),
          [],
        )
        assert.equal(run.error, null)
        assert.deepEqual(await failuresOf(lab, run.id), [])
        if (run.state === 'succeeded') return runs
        assert.equal(run.state, 'partial')
      }
      return assert.fail('what was held back was held back again')
    },
    async assertSame(workload: Workload) {
      restored ??= await restoreWithRestic(lab)
      const tenant = await tenantState(ask, workload, asked)
      const found = differences(tenant, readRestoredTree(restored, workload), workload)
      assert.deepEqual(found.slice(0, 20), [], `${found.length} differences`)
      return tenant.items.size
    },
    async assertLedger() {
      const coverage = createCoverage({ db: lab.database.db, protection: lab.service.protection })
      const { items } = await coverage.list(lab.organizationId, { limit: 100 })
      const named = (workload: string) =>
        items.filter((entry) => entry.workload === workload).map(({ id, reason }) => `${reason} ${id}`)
      const expected = (isAskedFor: boolean, data: string) => (isAskedFor ? [] : [`not-selected ${data}`])
      assert.deepEqual(named('hidden-folders'), expected(asked.hiddenFolders, 'hidden-folders'))
      assert.deepEqual(named('recoverable-items'), expected(asked.recoverableItems, 'recoverable-items'))
      const archives = lab.simulator.tenant.users.filter(({ hasArchive }) => hasArchive)
      assert.ok(archives.length > 0, 'somebody has an archive')
      assert.deepEqual(named('archive').sort(), archives.map(({ id }) => `no-api ${id}`).sort())
    },
    async stop() {
      forgetRestored()
      await lab.stop()
    },
  })
}

/** Items that could not be stored, but for those that Microsoft gives to nobody. */
async function failuresOf(lab: BackupLab, run: string): Promise<string[]> {
  const { items } = await lab.service.runs.failures(run, {})
  return items
    .filter(({ reason }) => !/malware/.test(reason))
    .map(({ workload, subject, reason }) => `${workload} ${subject}: ${reason}`)
}
