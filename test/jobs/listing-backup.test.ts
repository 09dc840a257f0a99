/** The cloud in China declares no delta functions for mail: folders are listed, and what is unchanged is not fetched again. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { listMessages, messagesStillIn } from '../../src/workloads/mail/listing.ts'
import { type ListedMail, openBackupLab } from './backup-lab.ts'
import { assertSameAsTenant } from './same-as-tenant.ts'

const lab = await openBackupLab({ users: 2, mails: 120 }, { cloud: 'china' })
after(() => lab.stop())
const [one = '', two = ''] = (await lab.mailboxes()).map(({ id }) => id)
const mime = /^GET .*\/\$value$/
const delta = /^GET .*\/delta/

async function inbox(mailbox: string): Promise<ListedMail[]> {
  const { messages } = await lab.truth(mailbox)
  return messages.filter(({ folder }) => [folder].flat().join('/') === 'Inbox')
}

test('a first backup holds what the tenant holds, nested folders included', async () => {
  const run = await lab.backUp()
  assert.equal(run.error, null)
  assert.equal(run.state, 'succeeded')
  await assertSameAsTenant(lab)
})

test('an unchanged tenant costs no content, and change tracking is asked for without being needed', async () => {
  lab.resetRequests()
  const run = await lab.backUp()
  assert.equal(run.state, 'succeeded')
  const { itemsStored, itemsUpdated, itemsRemoved } = run.counts
  assert.deepEqual([itemsStored, itemsUpdated, itemsRemoved], [0, 0, 0])
  assert.equal(lab.requests(mime), 0)
  assert.ok(lab.requests(delta) > 0)
  await assertSameAsTenant(lab)
})

test('what came, changed, moved and went is taken over at once, however much of a folder it is', async () => {
  const before = (await inbox(one)).length
  assert.ok(before > 4)
  await lab.control('deliver', { mailbox: one, count: 3 })
  await lab.control('delete', { mailbox: one, folder: 'inbox', count: Math.ceil(before / 2) })
  await lab.control('deliver', { mailbox: two, count: 2 })
  const run = await lab.backUp()
  assert.equal(run.state, 'succeeded')
  assert.equal(run.counts.itemsStored, 5)
  assert.ok(run.counts.itemsRemoved > 0)
  await assertSameAsTenant(lab)
})

test('a message that a deletion made the listing pass over is asked for, and not taken to be gone', async () => {
  const { graph } = await lab.service.organizations.access(lab.organizationId)
  const messages = await inbox(one)
  const [{ folderId } = { folderId: '' }] = messages
  const { signal } = new AbortController()
  const met = new Set<string>()
  let gone: string | undefined
  for await (const page of listMessages(graph, one, folderId, 2, signal)) {
    for (const { id } of page.messages) met.add(id)
    if (gone !== undefined) continue
    gone = page.messages[0]?.id ?? ''
    await lab.control('delete', { mailbox: one, ids: [gone] })
  }
  const unmet = messages.map(({ id }) => id).filter((id) => !met.has(id))
  assert.equal(unmet.length, 1)
  const there = await messagesStillIn(graph, one, folderId, [...unmet, gone ?? ''], signal)
  assert.deepEqual([...there], unmet)
})
