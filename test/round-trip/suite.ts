/** Back up, delete everything, restore, compare; then the same into another user. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { SimulatorOptions } from '../../simulator/options.ts'
import { listDrives, listMailboxes } from '../../src/catalog/index.ts'
import type { CreateRestore } from '../../src/contract/index.ts'
import { askOf, protectAll, type Workload, workloads } from '../contract/contract-lab.ts'
import { drivesOf, mailboxesOf, mailOf } from '../contract/tenant-state.ts'
import { openRestoreLab } from '../restores/restore-lab.ts'
import { foretell, unexplained } from './compare.ts'
import { type Explanation, explanations } from './explained.ts'
import { emptyTenant, readTenant, type Thing } from './whole-tenant.ts'

/** @param isWhole the tenant has something of all that there is an explanation for */
export async function describeRoundTrip(options: Partial<SimulatorOptions>, isWhole: boolean): Promise<void> {
  const lab = await openRestoreLab(options)
  after(() => lab.stop())
  await protectAll(lab)
  const ask = askOf(lab)
  await ask('drives/limit', { unitsPerMinute: 1e9 })
  await ask('mail/throttle', { requestLimit: 1e9 })
  for (const { id: drive } of await drivesOf(ask)) await ask('drives/share', { drive, path: ['Projects'] })
  const { db } = lab.database
  const life = lab.startRestores()
  const used = new Set<Explanation>()
  let before: Thing[] = []

  const readAll = async () => {
    const things: Thing[] = []
    for (const workload of workloads) things.push(...(await readTenant(ask, lab.tenant, workload)))
    return things
  }
  /** What a restore of everything names, with Microsoft's id of the user or library. */
  async function resources(workload: Workload): Promise<{ id: string; owner: string }[]> {
    const { items } =
      workload === 'drive'
        ? await listDrives(db, lab.organizationId, { limit: 200 })
        : await listMailboxes(db, lab.organizationId, { workload, limit: 200 })
    const rows = await db
      .selectFrom('resources')
      .select(['id', 'external_id as owner'])
      .where(
        'id',
        'in',
        items.map(({ id }) => id),
      )
      .execute()
    return rows
  }
  async function restore(request: CreateRestore, what: string): Promise<void> {
    const view = await life.restore({ folder: { kind: 'original' }, ...request })
    const failed = (await life.results(view.id)).filter(({ state }) => state === 'failed')
    assert.deepEqual(
      failed.map(({ subject, reason }) => `${subject}: ${reason}`),
      [],
      what,
    )
    assert.equal(view.state, 'succeeded', `${what}: ${JSON.stringify(view.error)}`)
  }
  const wholeOf = (workload: Workload, id: string): CreateRestore['selection'] =>
    workload === 'drive' ? { drive: id } : { mailbox: id }

  test('everything of the tenant is backed up, and then gone', async () => {
    await lab.backUp()
    // Exchange has no two folders whose names differ by case alone; the simulated mailboxes do.
    for (const { id } of await mailboxesOf(ask))
      if ((await mailOf(ask, id)).folders.some(({ path }) => path.length === 1 && path[0] === 'invoices'))
        await ask('mail/renameFolder', { mailbox: id, folder: ['invoices'], name: 'Other invoices' })
    // It comes back to where it was last, and not to where it was when it was stored.
    const [mailbox] = await mailboxesOf(ask)
    const [drive] = await drivesOf(ask)
    await ask('mail/renameFolder', { mailbox: mailbox?.id, folder: ['Projects'], name: 'Projekte / Nord' })
    await ask('drives/rename', { drive: drive?.id, path: ['Projects'], name: 'Projekte' })
    const run = await lab.backUp()
    const { items } = await lab.service.runs.failures(run.id, {})
    assert.deepEqual(
      items.map(({ reason }) => reason).filter((reason) => !/malware/.test(reason)),
      [],
    )
    before = await readAll()
    await emptyTenant(ask)
    const left = (await readAll()).filter(({ kind }) => kind === 'item')
    assert.deepEqual(left, [])
  })

  test('restored to where it was, every difference was foretold', async (t) => {
    const foretold = foretell(before, explanations)
    for (const workload of workloads)
      await t.test(workload, async () => {
        for (const { id } of await resources(workload))
          await restore({ selection: wholeOf(workload, id) }, workload)
        const mine = before.filter((one) => one.workload === workload)
        assert.ok(mine.length > 3)
        const found = unexplained(mine, await readTenant(ask, lab.tenant, workload), foretold, used)
        assert.deepEqual(found.slice(0, 30), [], `${found.length} differences`)
      })
  })

  test('restored into another user, every difference was foretold', async (t) => {
    await emptyTenant(ask)
    const [from, to] = await mailboxesOf(ask)
    assert.ok(from && to)
    const foretold = foretell(before, explanations)
    for (const workload of workloads)
      await t.test(workload, async () => {
        const own = (await resources(workload)).find(({ owner }) => owner === from.id)
        assert.ok(own)
        await restore({ selection: wholeOf(workload, own.id), target: { user: to.id } }, workload)
        const mine = before.filter((one) => one.workload === workload && one.owner === from.id)
        assert.ok(mine.length > 0)
        const theirs = (await readTenant(ask, lab.tenant, workload))
          .filter(({ owner }) => owner === to.id)
          .map((one) => ({ ...one, owner: from.id }))
        const found = unexplained(mine, theirs, foretold, used)
        assert.deepEqual(found.slice(0, 30), [], `${found.length} differences`)
      })
  })

  if (isWhole)
    test('no explanation stands there for nothing', () => {
      const idle = explanations.filter((one) => !used.has(one) && foretell(before, [one]).length > 0)
      assert.deepEqual(idle, [])
    })
}
