/**
 * The contract of every workload: what is in the repository equals what is in the tenant, item for item and byte for byte, whatever the service
 * does meanwhile.
 */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { seededRandom } from '../../simulator/content/random.ts'
import type { SimulatorOptions } from '../../simulator/options.ts'
import { changeSomething, fillHidden, type Manner } from './changes.ts'
import { type ContractLab, openContractLab, workloads } from './contract-lab.ts'
import { nothingAsked } from './tenant-state.ts'
import { dialects, endTroubles, loseEveryPosition, troubleEverything } from './troubles.ts'

export interface Walk {
  readonly seed: number
  readonly sizes: Partial<SimulatorOptions>
  /** Changes of each workload between two runs. */
  readonly steps: number
  readonly runs: number
}

export async function describeContract({ seed, sizes, steps, runs }: Walk): Promise<void> {
  const lab = await openContractLab({ seed, ...sizes })
  after(() => lab.stop())
  await lab.choose(nothingAsked)
  const { ask } = lab
  /** How often each trouble was met. */
  const met: number[] = []
  const trouble = async (label: string) => {
    for (const [index, { applied }] of (await lab.faults()).entries())
      met[index] = (met[index] ?? 0) + applied
    if (label === '') await endTroubles(ask)
    else await troubleEverything(ask, `${seed} ${label}`)
  }

  /** The run after which hidden folders and Recoverable Items are asked for. */
  const half = Math.ceil(runs / 2)
  const change = async (label: string, count: number, manner: Manner) => {
    for (const workload of workloads) {
      const random = seededRandom(`${seed}/${label}/${workload}`)
      for (let step = 0; step < count; step += 1) await changeSomething(ask, workload, random, manner)
    }
  }

  test(`seed ${seed}: a first run under trouble stores everything`, async (t) => {
    await fillHidden(ask)
    await trouble('first')
    const [run] = await lab.backUpAll()
    assert.ok(run)
    await everyWorkload(t, lab)
  })

  for (let number = 1; number <= runs; number += 1)
    test(`seed ${seed}: changes of any kind arrive (${number})`, async (t) => {
      await trouble(`changes ${number}`)
      await change(`changes ${number}`, steps, 'any')
      await lab.backUpAll()
      await everyWorkload(t, lab)
      if (number !== half) return
      await t.test('and what was not asked for, once it is', async (t) => {
        await lab.assertLedger()
        await lab.choose({ hiddenFolders: true, recoverableItems: true })
        await lab.backUpAll()
        await everyWorkload(t, lab)
        await lab.assertLedger()
      })
    })

  for (const dialect of dialects)
    test(`seed ${seed}: nothing is lost with the positions, said as ${dialect.mail} and ${dialect.drives}`, async (t) => {
      await trouble(dialect.mail)
      await change(dialect.mail, Math.ceil(steps / 3), 'gentle')
      await loseEveryPosition(ask, dialect)
      await lab.backUpAll()
      await everyWorkload(t, lab)
    })

  test(`seed ${seed}: a quiet run finds nothing to do, and restic nothing wrong`, async () => {
    await trouble('')
    for (const [index, times] of met.entries()) assert.ok(times > 0, `trouble ${index} was met`)
    await lab.backUpAll()
    const { counts } = await lab.backUp()
    const { itemsStored, itemsUpdated, itemsRemoved, itemsFailed } = counts
    assert.deepEqual([itemsStored, itemsUpdated, itemsRemoved, itemsFailed], [0, 0, 0, 0])
    assert.match(await lab.restic('check', '--read-data'), /no errors were found/)
  })
}

async function everyWorkload(t: { test: typeof test }, lab: ContractLab): Promise<void> {
  for (const workload of workloads)
    await t.test(workload, async () => {
      assert.ok((await lab.assertSame(workload)) > 0, 'there is something to compare')
    })
}
