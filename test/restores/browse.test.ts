import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { listFolders, listItems, listMailboxes, searchItems, selectedItems } from '../../src/catalog/index.ts'
import type { MailItemView, Page } from '../../src/contract/index.ts'
import { isAppError } from '../../src/errors/index.ts'
import { openRestoreLab, type RestoreLab } from './restore-lab.ts'
import { originalId } from './same-mail.ts'

let lab: RestoreLab
let mailbox: string
let id: string

const mail = (subject: string, from: string, to: string) =>
  Buffer.from(
    `From: ${from}\r\nTo: ${to}\r\nSubject: ${subject}\r\nDate: Fri, 06 Mar 2026 10:00:00 +0000\r\n\r\nHello.\r\n`,
  ).toString('base64')

before(async () => {
  lab = await openRestoreLab({ users: 3, mails: 40 })
  mailbox = (await lab.mailboxes())[0]?.userPrincipalName ?? ''
  await lab.control('createFolder', { mailbox, name: 'Wharf' })
  await lab.control('createFolder', { mailbox, name: 'Cranes', parent: ['Wharf'] })
  await lab.control('deliver', {
    mailbox,
    folder: ['Wharf', 'Cranes'],
    mime: mail('Quayside inspection 2026', 'Zoë Lindqvist <zoe@quay-side.example>', 'team@harbour.example'),
  })
  await lab.control('deliver', {
    mailbox,
    folder: ['Wharf'],
    mime: mail("O'Neill & sons (100%)", 'neill@sons.example', 'team@harbour.example'),
  })
  await lab.backUp()
  id = await lab.mailboxId(mailbox)
})
after(() => lab.stop())

const find = async (query: string, more: object = {}) =>
  (await searchItems(lab.database.db, lab.organizationId, { query, limit: 200, ...more })).items

const subjects = (items: readonly MailItemView[]) => items.map((item) => item.subject).sort()

test('words and their beginnings are found in subject, people and folder', async () => {
  const expected = ['Quayside inspection 2026']
  for (const query of [
    'quayside',
    'INSPEC quay',
    'Lindqvist',
    'zoë lindq',
    'zoe@quay-side.example',
    'zoe@quay',
    'quay-side.example',
    'cranes inspection',
    'cran',
    'wharf lindq 2026',
  ])
    assert.deepEqual(subjects(await find(query)), expected, query)
  assert.deepEqual(subjects(await find('wharf')), ["O'Neill & sons (100%)", 'Quayside inspection 2026'])
  assert.deepEqual(subjects(await find("o'neill")), ["O'Neill & sons (100%)"])
})

test('words that are nowhere, or in different mails, find nothing; nor does what is no word', async () => {
  for (const query of [
    'xylophone',
    'quayside neill',
    'nspection',
    '%',
    "'",
    "' | !",
    ':*',
    '&&',
    '(((',
    '\\',
  ])
    assert.deepEqual(await find(query), [], query)
})

test('search keeps to mailbox and dates', async () => {
  const others = (await lab.mailboxes()).filter((one) => one.userPrincipalName !== mailbox)
  const other = await lab.mailboxId(others[0]?.userPrincipalName ?? '')
  assert.deepEqual(await find('quayside', { mailbox: other }), [])
  assert.equal((await find('quayside', { mailbox: id })).length, 1)
  const received = (await find('quayside'))[0]?.receivedAt ?? ''
  assert.equal((await find('quayside', { receivedAfter: received })).length, 1)
  assert.deepEqual(await find('quayside', { receivedBefore: received }), [])
})

test('pages of any size give every mail once, newest first', async () => {
  const all = await lab.items(mailbox)
  const truth = await lab.truth(mailbox)
  assert.equal(all.length, truth.messages.length)
  assert.equal(new Set(all.map((item) => item.id)).size, all.length)
  const times = all.map((item) => item.receivedAt ?? '')
  assert.deepEqual(times, [...times].sort().reverse())
  const { db } = lab.database
  for (const limit of [1, 7]) {
    const ids: string[] = []
    let cursor: string | null = null
    do {
      const page: Page<MailItemView> = await listItems(db, id, {
        limit,
        ...(cursor === null ? {} : { cursor }),
      })
      assert.ok(page.items.length <= limit)
      ids.push(...page.items.map((item) => item.id))
      cursor = page.nextCursor
    } while (cursor !== null)
    assert.deepEqual(
      ids,
      all.map((item) => item.id),
    )
  }
  await assert.rejects(
    listItems(db, id, { cursor: 'nonsense' }),
    (error) => isAppError(error) && error.code === 'CAT_BAD_CURSOR',
  )
  const boxes = await listMailboxes(db, lab.organizationId, { limit: 2 })
  assert.equal(boxes.items.length, 2)
  const rest = await listMailboxes(db, lab.organizationId, { limit: 2, cursor: boxes.nextCursor ?? '' })
  assert.equal(rest.items.length, 1)
  assert.equal(rest.nextCursor, null)
})

test('folders and mails are shown as they were at each restore point', async () => {
  const { db } = lab.database
  const before = await lab.items(mailbox)
  const inspected = before.find((item) => item.subject.startsWith('Quayside'))
  assert.ok(inspected)
  await lab.control('renameFolder', { mailbox, folder: ['Wharf'], name: 'Pier' })
  await lab.control('moveFolder', { mailbox, folder: ['Pier', 'Cranes'], to: 'inbox' })
  await lab.control('markRead', {
    mailbox,
    id: await originalId(lab, inspected.id),
    isRead: !inspected.isRead,
  })
  const gone = before.find((item) => item.subject.startsWith('O’Neill') || item.subject.startsWith("O'Neill"))
  assert.ok(gone)
  await lab.control('delete', { mailbox, id: await originalId(lab, gone.id) })
  const run = await lab.backUp()
  assert.equal(run.state, 'succeeded')

  const paths = async (at?: number) => (await listFolders(db, id, at)).map((folder) => folder.path)
  assert.ok((await paths(1)).includes('Wharf / Cranes'))
  assert.ok(!(await paths(1)).includes('Pier'))
  assert.ok((await paths()).includes('Pier'))
  assert.ok((await paths()).includes('Inbox / Cranes'))
  assert.ok(!(await paths()).some((path) => path.startsWith('Wharf')))

  assert.deepEqual(await lab.items(mailbox, 1), before, 'the first restore point is what it was')
  const now = (await lab.items(mailbox)).find((item) => item.subject.startsWith('Quayside'))
  assert.equal(now?.folderPath, 'Inbox / Cranes')
  assert.equal(now?.isRead, !inspected.isRead)
  assert.equal((await lab.items(mailbox)).length, before.length - 1)

  assert.deepEqual(subjects(await find('wharf')), [])
  assert.equal((await find('wharf', { at: 1 })).length, 2)
  assert.deepEqual(subjects(await find('pier')), [])
  assert.equal((await find('inbox cranes quayside')).length, 1)

  const folderAt = async (path: string, at?: number) =>
    (await listFolders(db, id, at)).find((folder) => folder.path === path)?.id ?? ''
  const chosen = async (folder: string, at?: number) =>
    (
      await Array.fromAsync(
        selectedItems(db, lab.organizationId, { mailbox: id, folder, ...(at === undefined ? {} : { at }) }),
      )
    ).flat().length
  assert.equal(await chosen(await folderAt('Wharf', 1), 1), 2, 'a folder with what was below it')
  assert.equal(await chosen(await folderAt('Pier')), 0)
  for (const at of [1, undefined]) {
    const sum = (await listFolders(db, id, at)).reduce((total, folder) => total + folder.items, 0)
    assert.equal(sum, (await lab.items(mailbox, at)).length)
  }
  await assert.rejects(
    listFolders(db, id, 99),
    (error) => isAppError(error) && error.code === 'CAT_RESTORE_POINT_UNKNOWN',
  )
})

test('a mail of an earlier restore point is restored as it was then', async () => {
  const life = lab.startRestores()
  const old = (await lab.items(mailbox, 1)).find((item) => item.subject.startsWith('Quayside'))
  assert.ok(old)
  const restore = await life.restore({
    selection: { mailbox: id, folder: old.folderId, at: 1 },
    folder: { kind: 'named', name: 'As it was' },
  })
  assert.equal(restore.state, 'succeeded')
  const [held] = await lab.inFolder(mailbox, 'As it was')
  assert.equal(held?.isRead, old.isRead)
})
