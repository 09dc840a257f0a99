/** Hidden folders and Recoverable Items of mailboxes: taken on request alone, seen under names that people understand, and given back. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { MailboxExtras } from '../../src/contract/index.ts'
import { readMailbox } from '../jobs/same-as-tenant.ts'
import { openRestoreLab } from './restore-lab.ts'

const lab = await openRestoreLab({ users: 1, mails: 30 })
after(() => lab.stop())
const life = lab.startRestores()
const [mailbox = { id: '', userPrincipalName: '' }] = await lab.mailboxes()
const mime = /^GET .*\/\$value$/
const hiddenName = 'Hidden by an add-in'
const names: Readonly<Record<string, string>> = {
  Deletions: 'Recoverable Items/Deleted, recoverable by the user',
  Purges: 'Recoverable Items/Purged, kept for administrators',
  DiscoveryHolds: 'Recoverable Items/Kept by eDiscovery holds',
}

const choose = (mailboxes: MailboxExtras) =>
  lab.service.protection.save(
    lab.organizationId,
    { mailboxes },
    'a4b4e3a0-0000-4000-8000-000000000001',
    AbortSignal.timeout(60_000),
  )
const stored = async () =>
  (await readMailbox(lab, mailbox.id))
    .map(({ message, folder, sha256 }) => `${folder} ${message.id} ${sha256}`)
    .sort()
const truth = async (everything: boolean) =>
  (await lab.truth(mailbox.id, everything)).messages
    .map(({ id, folder, sha256 }) => {
      const [top = '', ...rest] = [folder].flat()
      return `${[names[top] ?? top, ...rest].join('/')} ${id} ${sha256}`
    })
    .sort()
const ran = async () => {
  const run = await lab.backUp()
  assert.equal(run.state, 'succeeded', JSON.stringify(run.error))
  return run
}
const move = (to: string, count: number) =>
  lab.control('move', { mailbox: mailbox.id, folder: 'inbox', to, count })

test('unless it is asked for, neither is taken', async () => {
  await lab.control('deliver', { mailbox: mailbox.id, folder: 'recoverableitemspurges', count: 2 })
  const hidden = (await lab.truth(mailbox.id, true)).folders.find(
    ({ path }) => [path].flat()[0] === hiddenName,
  )
  await lab.control('deliver', { mailbox: mailbox.id, folder: hidden?.id, count: 2 })
  await ran()
  assert.deepEqual(await stored(), await truth(false))
  assert.ok((await truth(true)).some((one) => one.startsWith(hiddenName)))
})

test('asked for, all of it is taken; what a user deletes is moved there without being fetched again', async () => {
  await choose({ hiddenFolders: true, recoverableItems: true })
  const first = await ran()
  assert.ok(first.counts.itemsStored > 2)
  assert.deepEqual(await stored(), await truth(true))
  await move('recoverableitemsdeletions', 3)
  await move('recoverableitemsdiscoveryholds', 1)
  lab.resetRequests()
  const second = await ran()
  assert.equal(lab.requests(mime), 0)
  assert.equal(second.counts.itemsStored, 0)
  assert.deepEqual(await stored(), await truth(true))
  await lab.control('expireDelta', { mailbox: mailbox.id })
  const third = await ran()
  const { itemsStored, itemsUpdated, itemsRemoved } = third.counts
  assert.deepEqual([itemsStored, itemsUpdated, itemsRemoved], [0, 0, 0], 'nothing is lost with the positions')
  assert.ok(!(await stored()).some((one) => /Audits/.test(one)))
})

test('recoverable mails come back into a folder that people see, hidden ones into their hidden folder', async () => {
  const items = await lab.items(mailbox.userPrincipalName)
  const recoverable = items.filter(({ folderPath }) => folderPath.startsWith('Recoverable Items / '))
  assert.equal(recoverable.length, 6)
  const request = { folder: { kind: 'original' } } as const
  const ids = recoverable.map(({ id }) => id)
  const view = await life.restore({ ...request, selection: { items: ids } })
  assert.deepEqual([view.state, view.counts.restored], ['succeeded', 6])
  assert.equal((await lab.inFolder(mailbox.userPrincipalName, 'Recovered items')).length, 6)
  const hidden = items.filter(({ folderPath }) => folderPath === hiddenName)
  const before = (await lab.truth(mailbox.id, true)).messages.length
  const back = await life.restore({ ...request, selection: { items: hidden.map(({ id }) => id) } })
  assert.equal(back.state, 'succeeded')
  const after = (await lab.truth(mailbox.id, true)).messages
  assert.equal(after.length, before + hidden.length)
  assert.equal(after.filter(({ folder }) => [folder].flat()[0] === hiddenName).length, hidden.length * 2)
})

test('no longer asked for, what is stored stays, and nothing is added to it', async () => {
  await ran()
  await choose({ hiddenFolders: false, recoverableItems: false })
  const isExtra = (one: string) => one.startsWith(hiddenName) || one.startsWith('Recoverable Items/')
  const before = (await stored()).filter(isExtra)
  await lab.control('deliver', { mailbox: mailbox.id, folder: 'recoverableitemspurges', count: 2 })
  await lab.control('deliver', { mailbox: mailbox.id, count: 1 })
  const run = await ran()
  assert.equal(run.counts.itemsStored, 1)
  assert.deepEqual((await stored()).filter(isExtra), before)
})
