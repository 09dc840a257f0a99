import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { fromBufferPromise, openPromise } from 'yauzl'
import type { MailItemView } from '../../src/contract/index.ts'
import { isAppError } from '../../src/errors/index.ts'
import { createDownloadService } from '../../src/jobs/index.ts'
import { systemClock } from '../../src/shared/index.ts'
import { openRestoreLab, type RestoreLab } from './restore-lab.ts'
import { emlOf, originalId, sha256 } from './same-mail.ts'

const operatorId = '00000000-0000-4000-8000-00000000000a'

let lab: RestoreLab
let mailbox: string
let folder: string
/** Microsoft's ids of the items. */
const originals = new Map<string, string>()

before(async () => {
  lab = await openRestoreLab({ users: 2, mails: 40 })
  mailbox = (await lab.mailboxes())[0]?.userPrincipalName ?? ''
  // Names that would be hostile to a disk, and mails of equal name and time.
  await lab.control('createFolder', { mailbox, name: '../..' })
  await lab.control('createFolder', { mailbox, name: 'a/b\\c:*?', parent: ['../..'] })
  const mime = Buffer.from(
    'From: a@b.example\r\nSubject: ../../etc/passwd\r\nDate: Fri, 06 Mar 2026 10:00:00 +0000\r\n\r\nsame\r\n',
  ).toString('base64')
  for (let copy = 0; copy < 3; copy++)
    await lab.control('deliver', { mailbox, folder: ['../..', 'a/b\\c:*?'], mime })
  assert.equal((await lab.backUp()).state, 'succeeded')
  for (const item of await lab.items(mailbox)) originals.set(item.id, await originalId(lab, item.id))
  folder = await mkdtemp(join(tmpdir(), 'bdrcloud-zip-'))
})
after(async () => {
  await rm(folder, { recursive: true, force: true })
  await lab.stop()
})

test('each mail is downloaded as the bytes that Graph gave', async () => {
  const truth = await lab.truth(mailbox)
  for (const item of await lab.items(mailbox)) {
    const mail = truth.messages.find(({ id }) => id === originals.get(item.id))
    assert.equal(sha256(await emlOf(lab, item.id)), mail?.sha256)
  }
})

async function zipOf(items: readonly MailItemView[]): Promise<Map<string, string>> {
  const view = await lab.downloads.createExport(lab.organizationId, operatorId, {
    items: items.map((item) => item.id),
  })
  assert.equal(view.items, items.length)
  const { name, content } = await lab.downloads.openExport(view.id, operatorId)
  assert.match(name, /^mails-\d{4}-\d\d-\d\d\.zip$/)
  const file = join(folder, `${view.id}.zip`)
  await pipeline(content, createWriteStream(file))
  const found = new Map<string, string>()
  const zip = await openPromise(file)
  for await (const entry of zip.eachEntry()) {
    assert.ok(!found.has(entry.fileName.toLowerCase()), entry.fileName)
    const bytes = await buffer(await zip.openReadStreamPromise(entry))
    assert.equal(bytes.length, entry.uncompressedSize)
    found.set(entry.fileName.toLowerCase(), sha256(bytes))
  }
  return found
}

test('many mails come as one archive, byte for byte, under names that are safe and unique', async () => {
  const items = await lab.items(mailbox)
  const entries = await zipOf(items)
  assert.equal(entries.size, items.length)
  const expected = await Promise.all(items.map(async (item) => sha256(await emlOf(lab, item.id))))
  assert.deepEqual([...entries.values()].sort(), expected.sort())
  for (const name of entries.keys()) {
    assert.ok(name.startsWith(`${mailbox.toLowerCase()}/`), name)
    for (const part of name.split('/')) {
      assert.ok(part !== '' && part !== '.' && part !== '..', name)
      assert.match(part, /^[^\p{Cc}\p{Cf}<>:"\\|?*]+$/u)
    }
  }
})

test('an archive is made as it is read: a reader that waits holds it up, one that leaves ends it', async () => {
  const items = await lab.items(mailbox)
  const view = await lab.downloads.createExport(lab.organizationId, operatorId, {
    items: items.map((item) => item.id),
  })
  const { content } = await lab.downloads.openExport(view.id, operatorId)
  const [first] = (await once(content, 'data')) as [Buffer]
  content.pause()
  await new Promise((resolve) => setTimeout(resolve, 300))
  const total = items.reduce((sum, item) => sum + item.size, 0)
  assert.ok(content.readableLength + first.length < Math.max(400_000, total / 2))
  content.destroy()
  await once(content, 'close')
})

test('an archive of many mails of one name asks the database for many at once, and stops with its reader', async () => {
  const { db } = lab.database
  const many = 1_500
  const [other] = (await lab.mailboxes()).filter((one) => one.userPrincipalName !== mailbox)
  const [original] = await lab.items(other?.userPrincipalName ?? '')
  assert.ok(original)
  await sql`
    insert into items (resource_id, folder_id, external_id, valid_from, bucket, file_name, size, sha256, content, change_key,
      fingerprint, subject, from_name, from_address, received_at, sent_at, is_read, is_draft, flag, importance,
      has_attachments, categories, internet_message_id, people, metadata, search_text)
    select resource_id, folder_id, external_id || number, valid_from, bucket, file_name, size, sha256, content, change_key,
      fingerprint, subject, from_name, from_address, received_at, sent_at, is_read, is_draft, flag, importance,
      has_attachments, categories, internet_message_id, people, metadata, search_text
    from items, generate_series(1, ${many}) number where id = ${original.id}`.execute(db)
  let queries = 0
  const counted = db.withPlugin({
    transformQuery({ node }) {
      queries += 1
      return node
    },
    transformResult: async ({ result }) => result,
  })
  let loads = 0
  let signal: AbortSignal | undefined
  const downloads = createDownloadService({
    db: counted,
    repositories: {
      async open(id) {
        const repository = await lab.service.repositories.open(id)
        const loadBlob: typeof repository.loadBlob = (blob, type, given) => {
          loads += 1
          signal = given
          return repository.loadBlob(blob, type, given)
        }
        return { ...repository, loadBlob }
      },
    },
    clock: systemClock,
  })
  const selection = { mailbox: original.mailboxId, folder: original.folderId }
  const view = await downloads.createExport(lab.organizationId, operatorId, selection)
  assert.ok(view.items > many)
  queries = 0
  const { content } = await downloads.openExport(view.id, operatorId)
  const zip = await fromBufferPromise(await buffer(content))
  const names = new Set<string>()
  for await (const entry of zip.eachEntry()) names.add(entry.fileName)
  assert.equal(names.size, view.items)
  assert.ok(queries < many / 10, `${queries} queries`)
  assert.ok(loads >= view.items)

  loads = 0
  const second = await downloads.openExport(view.id, operatorId)
  await once(second.content, 'data')
  second.content.destroy()
  await once(second.content, 'close')
  assert.equal(signal?.aborted, true)
  await new Promise((resolve) => setTimeout(resolve, 300))
  assert.ok(loads < many / 2, `${loads} blobs`)
})

test('a download belongs to the operator who asked for it', async () => {
  const [item] = await lab.items(mailbox)
  const view = await lab.downloads.createExport(lab.organizationId, operatorId, { items: [item?.id ?? ''] })
  await assert.rejects(
    lab.downloads.openExport(view.id, lab.organizationId),
    (error) => isAppError(error) && error.code === 'JOB_EXPORT_UNKNOWN',
  )
})

test('attachments are downloaded with the bytes that Graph has, and with safe names', async () => {
  let compared = 0
  for (const item of await lab.items(mailbox)) {
    const detail = await lab.downloads.detail(item.id)
    assert.equal(detail.item.subject, item.subject)
    const original = (await lab.tenant.mail(mailbox, originals.get(item.id) ?? ''))['attachments'] as {
      name: string
      sha256: string
    }[]
    const mine = []
    for (const { index, name, size } of detail.attachments) {
      const attachment = await lab.downloads.attachment(item.id, index)
      const bytes = await buffer(attachment.content)
      assert.deepEqual([attachment.size, bytes.length], [size, size])
      assert.doesNotMatch(attachment.name, /[\p{Cc}\p{Cf}/\\:]/u)
      mine.push({ name, sha256: sha256(bytes) })
    }
    mine.sort((a, b) => (a.name + a.sha256 < b.name + b.sha256 ? -1 : 1))
    assert.deepEqual(mine, original, item.subject)
    compared += mine.length
    await assert.rejects(
      lab.downloads.attachment(item.id, detail.attachments.length),
      (error) => isAppError(error) && error.code === 'JOB_ATTACHMENT_UNKNOWN',
    )
  }
  assert.ok(compared >= 5, `${compared} attachments`)
})
