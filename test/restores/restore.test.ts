import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { MailItemView } from '../../src/contract/index.ts'
import { isAppError } from '../../src/errors/index.ts'
import { openRestoreLab, type RestoreLab, type RestoreLife } from './restore-lab.ts'
import { differences, originalId } from './same-mail.ts'

let lab: RestoreLab
let life: RestoreLife
let mailbox: string
let items: MailItemView[]

/** Bytes of an attachment that needs an upload session of two pieces. */
const largeAttachment = randomBytes(5_000_000)

before(async () => {
  lab = await openRestoreLab({ users: 2, mails: 30 })
  life = lab.startRestores()
  mailbox = (await lab.mailboxes())[0]?.userPrincipalName ?? ''
  await lab.control('deliver', { mailbox, mime: largeMail().toString('base64') })
  assert.equal((await lab.backUp()).state, 'succeeded')
  items = await lab.items(mailbox)
})
after(() => lab.stop())

function largeMail(): Buffer {
  return Buffer.from(
    [
      'From: Ada <ada@contoso.example>',
      'To: Bob <bob@contoso.example>',
      'Subject: large attachments',
      'Date: Fri, 06 Mar 2026 10:00:00 +0000',
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary="outer-boundary-1"',
      '',
      '--outer-boundary-1',
      'Content-Type: text/html; charset=utf-8',
      '',
      '<p>Zwei große Anhänge</p>',
      '--outer-boundary-1',
      'Content-Type: text/plain; name="small.txt"',
      'Content-Disposition: attachment; filename="small.txt"',
      '',
      'small',
      ...['one.bin', 'two.bin'].flatMap((name) => [
        '--outer-boundary-1',
        `Content-Type: application/octet-stream; name="${name}"`,
        `Content-Disposition: attachment; filename="${name}"`,
        'Content-Transfer-Encoding: base64',
        '',
        largeAttachment.toString('base64').replaceAll(/.{76}/g, '$&\r\n'),
      ]),
      '--outer-boundary-1--',
      '',
    ].join('\r\n'),
  )
}

const inState = (id: string) => lab.tenant.mail(mailbox, id)

test('every mail of a mailbox comes back equal into a dated folder, drafts as drafts', async () => {
  const restore = await life.restore({ selection: { mailbox: await lab.mailboxId(mailbox) } })
  assert.equal(restore.state, 'succeeded')
  assert.deepEqual(restore.counts, {
    total: items.length,
    restored: items.length,
    alreadyThere: 0,
    failed: 0,
  })
  assert.match(restore.folderName, /^Restored \d{4}-\d\d-\d\d$/)
  assert.equal((await lab.inFolder(mailbox, restore.folderName)).length, items.length)
  assert.deepEqual(await differences(lab, life, restore.id, items), [])
  assert.ok(items.some((item) => item.flag !== 'notFlagged'))
  assert.ok(items.some((item) => item.categories.length > 0))
  assert.ok(items.some((item) => !item.isRead))
  assert.ok(items.some((item) => item.hasAttachments))
})

test('a repeated restore finds every mail there already', async () => {
  const again = await life.restore({ selection: { items: items.map((item) => item.id) } })
  assert.equal(again.state, 'succeeded')
  assert.equal(again.counts.alreadyThere, items.length)
  assert.equal((await lab.inFolder(mailbox, again.folderName)).length, items.length)
})

test('a restore into a named folder makes it once, whatever the case of its name', async () => {
  const [first, second] = items
  assert.ok(first && second)
  const one = await life.restore({
    selection: { items: [first.id] },
    folder: { kind: 'named', name: 'Wieder da' },
  })
  const two = await life.restore({
    selection: { items: [second.id] },
    folder: { kind: 'named', name: 'wieder DA' },
  })
  assert.deepEqual([one.state, two.state], ['succeeded', 'succeeded'])
  assert.equal((await lab.inFolder(mailbox, 'Wieder da')).length, 2)
})

test('a deleted mail comes back into its folder, one whose folder is gone into a folder of its name', async () => {
  const { id } = await lab.control<{ id: string }>('createFolder', { mailbox, name: 'Short-lived' })
  const { ids } = await lab.control<{ ids: string[] }>('deliver', { mailbox, folder: id, count: 1 })
  const inbox = await lab.control<{ ids: string[] }>('deliver', { mailbox, folder: 'inbox', count: 1 })
  await lab.backUp()
  const chosen: MailItemView[] = []
  for (const item of await lab.items(mailbox))
    if ([...ids, ...inbox.ids].includes(await originalId(lab, item.id))) chosen.push(item)
  assert.equal(chosen.length, 2)
  await lab.control('deleteFolder', { mailbox, folder: id })
  await lab.control('delete', { mailbox, ids: inbox.ids })
  const selection = { items: chosen.map((item) => item.id) }
  const restore = await life.restore({ selection, folder: { kind: 'original' } })
  assert.equal(restore.state, 'succeeded')
  const paths = []
  for (const { messageId } of await life.results(restore.id)) {
    const mail = (await lab.truth(mailbox)).messages.find((one) => one.id === messageId)
    paths.push([mail?.folder].flat().join('/'))
  }
  assert.deepEqual(paths.sort(), ['Inbox', 'Short-lived'])
})

test('a restored mail without its large attachments gets those that are missing, and no others', async () => {
  const large = items.find((item) => item.subject === 'large attachments')
  assert.ok(large)
  const folder = { kind: 'named', name: 'Cut off' } as const
  // The second upload session is never answered well: the mail stays with its first large attachment.
  await lab.faults([
    { match: { method: 'POST', path: 'createUploadSession' }, nth: 2, respond: { status: 403, body: {} } },
  ])
  const failed = await life.restore({ selection: { items: [large.id] }, folder })
  await lab.faults([])
  assert.equal(failed.state, 'failed')
  const [cut] = await lab.inFolder(mailbox, 'Cut off')
  assert.equal((await inState(cut?.id ?? ''))['attachments']?.constructor, Array)
  const again = await life.restore({ selection: { items: [large.id] }, folder })
  assert.equal(again.state, 'succeeded')
  assert.equal((await lab.inFolder(mailbox, 'Cut off')).length, 1)
  assert.deepEqual(await differences(lab, life, again.id, [large]), [])
})

test('answers that are lost on the way make neither doubles nor gaps', async () => {
  const chosen = [...items.slice(0, 6), ...items.filter((item) => item.subject === 'large attachments')]
  const folder = { kind: 'named', name: 'Lost answers' } as const
  await lab.faults([
    { match: { method: 'POST', path: '/mailFolders(\\?|$)' }, nth: 1, loseAnswer: true },
    { match: { method: 'POST', path: '/messages$' }, nth: 2, loseAnswer: true },
    { match: { method: 'POST', path: '/messages$' }, nth: 4, reset: true },
    { match: { method: 'PUT', path: 'outlookUploads' }, nth: 1, loseAnswer: true },
    { match: { method: 'PUT', path: 'outlookUploads' }, nth: 4, loseAnswer: true },
  ])
  const restore = await life.restore({ selection: { items: chosen.map((item) => item.id) }, folder })
  await lab.faults([])
  assert.equal(restore.state, 'succeeded', JSON.stringify(await life.results(restore.id)))
  assert.equal((await lab.inFolder(mailbox, 'Lost answers')).length, new Set(chosen).size)
  assert.deepEqual(await differences(lab, life, restore.id, chosen), [])
})

test('throttling delays a restore and does not fail it', async () => {
  await lab.control('throttle', { mailbox, seconds: 2 })
  const chosen = items.slice(0, 4)
  const restore = await life.restore({
    selection: { items: chosen.map((item) => item.id) },
    folder: { kind: 'named', name: 'Throttled' },
  })
  assert.equal(restore.state, 'succeeded')
  assert.equal((await lab.inFolder(mailbox, 'Throttled')).length, 4)
})

test('a cancelled restore ends at once and keeps what it restored', async () => {
  await lab.control('delay', { mailbox, milliseconds: 200 })
  const { id } = await life.restores.start(lab.organizationId, lab.organizationId, {
    selection: { items: items.map((item) => item.id) },
    folder: { kind: 'named', name: 'Cancelled' },
  })
  while ((await life.restores.get(id)).counts.restored < 2) await new Promise((done) => setTimeout(done, 20))
  const view = await life.restores.cancel(id)
  await lab.control('delay', { mailbox, milliseconds: 0 })
  assert.equal(view.state, 'cancelled')
  assert.ok(view.counts.restored >= 2 && view.counts.restored < items.length)
  const left = (await life.results(id)).filter((result) => result.state === 'waiting')
  assert.ok(left.length > 0)
})

test('an organization without the right to restore is told so', async () => {
  const { db } = lab.database
  const first = items[0]?.id ?? ''
  await db.updateTable('organizations').set({ restore_rights: false }).execute()
  await assert.rejects(
    life.restore({ selection: { items: [first] } }),
    (error) => isAppError(error) && error.code === 'JOB_RESTORE_NOT_ALLOWED',
  )
  await db.updateTable('organizations').set({ restore_rights: true }).execute()
})

test('a selection of nothing, of unknown mails and of another mailbox is refused', async () => {
  const refusedWith = (code: string) => (error: unknown) => isAppError(error) && error.code === code
  const id = await lab.mailboxId(mailbox)
  await assert.rejects(
    life.restore({ selection: { mailbox: id, search: 'nobody-has-this-word' } }),
    refusedWith('JOB_RESTORE_EMPTY'),
  )
  const unknown = '00000000-0000-4000-8000-000000000000'
  await assert.rejects(life.restore({ selection: { items: [unknown] } }), refusedWith('CAT_ITEM_UNKNOWN'))
  await assert.rejects(life.restore({ selection: { mailbox: unknown } }), refusedWith('CAT_MAILBOX_UNKNOWN'))
})
