import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { MailItemView } from '../../src/contract/index.ts'
import { openRestoreLab, type RestoreLab } from './restore-lab.ts'
import { differences } from './same-mail.ts'

let lab: RestoreLab
let mailbox: string
let items: MailItemView[]

before(async () => {
  lab = await openRestoreLab({ users: 2, mails: 25, latencyMilliseconds: 5 })
  mailbox = (await lab.mailboxes())[0]?.userPrincipalName ?? ''
  assert.equal((await lab.backUp()).state, 'succeeded')
  items = await lab.items(mailbox)
})
after(() => lab.stop())

const ended = ['succeeded', 'partial', 'failed', 'cancelled']

test('a restore that is cut off again and again goes on by itself and makes no doubles', async () => {
  let life = lab.startRestores()
  const { id } = await life.restores.start(lab.organizationId, lab.organizationId, {
    selection: { items: items.map((item) => item.id) },
    folder: { kind: 'named', name: 'Again and again' },
  })
  let cuts = 0
  for (;;) {
    // Every life gets some requests further, and ends in the middle of one.
    lab.resetRequests()
    const wanted = 3 + cuts * 2
    while (lab.requests(/^(GET|POST)/) < wanted && !ended.includes((await life.restores.get(id)).state))
      await new Promise((resolve) => setTimeout(resolve, 2))
    if (ended.includes((await life.restores.get(id)).state)) break
    await life.stop()
    cuts += 1
    life = lab.startRestores()
    await life.restores.resumeAll()
  }
  const view = await life.ended(id)
  assert.ok(cuts >= 4, `${cuts} cuts`)
  assert.equal(view.state, 'succeeded')
  assert.deepEqual(view.counts, { total: items.length, restored: items.length, alreadyThere: 0, failed: 0 })
  assert.equal((await lab.inFolder(mailbox, 'Again and again')).length, items.length)
  assert.deepEqual(await differences(lab, life, id, items), [])
  await life.stop()
})

test('a restore whose owner is silent is taken over once its lease is out, and only then', async () => {
  const { db } = lab.database
  const first = lab.startRestores()
  const { id } = await first.restores.start(lab.organizationId, lab.organizationId, {
    selection: { items: items.slice(0, 3).map((item) => item.id) },
    folder: { kind: 'named', name: 'Taken over' },
  })
  await first.ended(id)
  // As another server that holds it would have left it.
  const held = (until: Date) =>
    db
      .updateTable('restores')
      .set({ state: 'running', lease_owner: 'elsewhere|1|x', lease_until: until, finished_at: null })
      .where('id', '=', id)
      .execute()
  await held(new Date(Date.now() + 60_000))
  await first.restores.resumeAll()
  assert.equal((await first.restores.get(id)).state, 'running')
  await held(new Date(Date.now() - 1_000))
  await first.restores.resumeAll()
  assert.equal((await first.ended(id)).state, 'succeeded')
  assert.equal((await lab.inFolder(mailbox, 'Taken over')).length, 3)
  await first.stop()
})
