/**
 * The server dies at every moment of removing an organization and of erasing its backups in turn, and is started again: the
 * removal ends as it was asked for, and nothing of another organization is touched.
 */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { type Lab, openLab } from '../../onboarding/lab.ts'
import { deleteVault, openRemovalLab, type RemovalLab, somebody } from '../../organizations/removal-lab.ts'
import { savedOrganization } from '../../organizations/tenant-changes.ts'

let lab: Lab
let world: RemovalLab
after(async () => {
  await world.stop()
  await lab.stop()
  deleteVault(world)
})

async function startAgain(): Promise<void> {
  const { vault } = world
  await world.stop().catch(() => undefined)
  lab = await lab.restart()
  world = await openRemovalLab(lab, vault)
}

test('a removal survives the death of the server at every moment', async (context) => {
  lab = await openLab({ users: 1, mails: 10 })
  world = await openRemovalLab(lab)
  let id = await savedOrganization(lab)
  assert.equal((await world.backUp(id)).state, 'succeeded')
  for (let moment = 1; ; moment++) {
    const asked = () => world.removals.remove(id, { deleteApplication: false }, somebody)
    lab.death.dieAt(moment)
    await asked().catch((error: unknown) => assert.ok(lab.death.dead, String(error)))
    const died = lab.death.dead
    lab.death.dieAt(Number.POSITIVE_INFINITY)
    if (died) {
      await startAgain()
      // Either nothing has happened yet, or it goes on by itself.
      if ((await lab.organizations.view(id)).state === 'active') await asked()
      else await world.removals.tick()
    }
    const removal = await world.removals.of(id)
    assert.equal(removal.state, 'removed', `moment ${moment}`)
    assert.ok(removal.statement)
    const { credential_sealed } = await lab.database.db
      .selectFrom('organizations')
      .select('credential_sealed')
      .executeTakeFirstOrThrow()
    assert.equal(credential_sealed, null)
    if (!died) {
      context.diagnostic(`${moment - 1} moments`)
      assert.ok(moment > 6)
      return
    }
    id = await savedOrganization(lab)
  }
})

test('erasing backups survives the death of the server again and again, and touches nothing else', async (context) => {
  const [removed] = (await lab.organizations.list({ state: 'removed' })).items
  const id = removed?.id ?? ''
  const { backups } = await world.removals.deleteBackups(id, { name: 'Harbour' })
  lab.clock.move(Date.parse(backups.deleteAt ?? '') - lab.clock.now() + 1000)
  const folder = join(world.vault, id)
  assert.ok(existsSync(join(folder, 'config')))
  let deaths = 0
  for (let moment = 1; ; moment++) {
    lab.death.dieAt(moment)
    await world.removals.tick().catch((error: unknown) => assert.ok(lab.death.dead, String(error)))
    if (!lab.death.dead) break
    deaths += 1
    await startAgain()
  }
  lab.death.dieAt(Number.POSITIVE_INFINITY)
  context.diagnostic(`${deaths} deaths`)
  assert.ok(deaths >= 15)
  assert.ok(!existsSync(folder))
  assert.equal((await world.removals.of(id)).backups.state, 'deleted')
  for (const table of ['organizations', 'items', 'folders', 'resources', 'runs', 'repositories'] as const) {
    const left = await lab.database.db.selectFrom(table).select('id').execute()
    assert.deepEqual(left, [], table)
  }
})
