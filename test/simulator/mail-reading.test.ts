import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { simpleParser } from 'mailparser'
import { immutable, type MailClient, openMail, sha256, type Truth } from './mail-client.ts'

const folderPage = { prefer: 'IdType="ImmutableId", odata.maxpagesize=7' }

/** Every message by folder-wise change tracking, the way a backup reads a mailbox. */
const enumerate = async (client: MailClient, mailbox: string) => {
  const folders = await client.pages(
    `/users/${mailbox}/mailFolders/delta?includeHiddenFolders=true`,
    folderPage,
  )
  const found = new Map<string, string>()
  for (const folder of folders.items) {
    const round = await client.pages(
      `/users/${mailbox}/mailFolders/${folder.id}/messages/delta?$select=subject,from,isRead,parentFolderId`,
      { prefer: 'IdType="ImmutableId", odata.maxpagesize=50' },
    )
    for (const message of round.items) found.set(message.id, folder.id)
  }
  return found
}

describe('reading simulated mailboxes', () => {
  let client: MailClient
  let mailbox: string
  before(async () => {
    client = await openMail({ users: 4, mails: 60, seed: 7 })
    mailbox = client.mailboxes[0] ?? ''
  })
  after(() => client.close())

  test('list, change tracking and the truth name the same messages in every mailbox', async () => {
    let total = 0
    for (const name of client.mailboxes) {
      const truth = await client.control<Truth>('list', { mailbox: name })
      const listed = await client.pages(`/users/${name}/messages?$select=id,parentFolderId&$top=100`)
      const expected = truth.messages.map((message) => `${message.id} ${message.folderId}`).sort()
      assert.deepEqual(
        listed.items.map((message) => `${message.id} ${String(message['parentFolderId'])}`).sort(),
        expected,
      )
      const tracked = await enumerate(client, name)
      assert.deepEqual([...tracked].map(([id, folder]) => `${id} ${folder}`).sort(), expected)
      total += truth.messages.length
    }
    assert.equal(total, 4 * 60)
  })

  test('MIME content is byte for byte the stored original', async () => {
    const truth = await client.control<Truth>('list', { mailbox })
    for (const message of truth.messages) {
      const answer = await client.call(`/users/${mailbox}/messages/${message.id}/$value`, {
        headers: immutable,
      })
      assert.match(answer.headers.get('content-type') ?? '', /^text\/plain/)
      assert.equal(answer.headers.get('preference-applied'), 'IdType="ImmutableId"')
      assert.equal(sha256(Buffer.from(await answer.arrayBuffer())), message.sha256)
    }
  })

  test('the JSON of a generated mail says what its MIME says', async () => {
    const truth = await client.control<Truth>('list', { mailbox })
    for (const { id, source } of truth.messages.slice(0, 40)) {
      if (source !== 'generated') continue
      const json = await client.json(
        `/users/${mailbox}/messages/${id}?$expand=attachments($select=id,name,size)`,
        { headers: immutable },
      )
      const mime = await client.control<{ base64: string }>('mime', { mailbox, id })
      const parsed = await simpleParser(Buffer.from(mime.base64, 'base64'), { skipImageLinks: true })
      assert.equal(json['subject'], parsed.subject ?? '')
      assert.equal(json['internetMessageId'], parsed.messageId)
      assert.equal(json['sentDateTime'], parsed.date?.toISOString().replace('.000Z', 'Z'))
      assert.equal((json['attachments'] as unknown[]).length, parsed.attachments.length)
      const body = json['body'] as { contentType: string; content: string }
      const decoded = body.contentType === 'html' ? parsed.html : parsed.text
      assert.equal(body.content.trim(), String(decoded).trim())
    }
  })

  test('ordinary ids change on a move, immutable ids do not, and neither kind is taken for the other', async () => {
    const page = await client.json<{ value: { id: string }[] }>(
      `/users/${mailbox}/mailFolders/inbox/messages?$top=1`,
    )
    const [ordinary] = page.value
    assert.ok(ordinary)
    const wrong = await client.call(`/users/${mailbox}/messages/${ordinary.id}`, { headers: immutable })
    assert.equal(wrong.status, 404)
    const translated = await client.json<{ value: { targetId: string }[] }>(
      `/users/${mailbox}/translateExchangeIds`,
      {
        method: 'POST',
        body: { inputIds: [ordinary.id], sourceIdType: 'restId', targetIdType: 'restImmutableEntryId' },
      },
    )
    const id = translated.value[0]?.targetId ?? ''
    const moved = await client.json(`/users/${mailbox}/messages/${id}/move`, {
      method: 'POST',
      headers: immutable,
      body: { destinationId: 'archive' },
    })
    assert.equal(moved['id'], id)
    assert.equal((await client.call(`/users/${mailbox}/messages/${ordinary.id}`)).status, 404)
    assert.equal((await client.call(`/users/${mailbox}/messages/${id}`, { headers: immutable })).status, 200)
  })

  test('filters by date, message id and extended property find what they should', async () => {
    const all = await client.pages(
      `/users/${mailbox}/messages?$select=receivedDateTime,internetMessageId&$top=500`,
    )
    const middle = String(all.items[Math.floor(all.items.length / 2)]?.['receivedDateTime'])
    const since = await client.pages(
      `/users/${mailbox}/messages?$filter=receivedDateTime ge ${middle}&$orderby=receivedDateTime desc&$top=500`,
    )
    assert.deepEqual(
      since.items.map((message) => message.id).sort(),
      all.items
        .filter((message) => String(message['receivedDateTime']) >= middle)
        .map((message) => message.id)
        .sort(),
    )
    const one = all.items.find((message) => String(message['internetMessageId']).includes('@harbourlights'))
    const quoted = encodeURIComponent(`internetMessageId eq '${String(one?.['internetMessageId'])}'`)
    const same = await client.pages(`/users/${mailbox}/messages?$filter=${quoted}`)
    assert.ok(same.items.some((message) => message.id === one?.id))
    const unread = await client.pages(
      `/users/${mailbox}/messages?$filter=${encodeURIComponent("singleValueExtendedProperties/any(ep: ep/id eq 'Integer 0x0E07' and ep/value eq '0')")}&$top=500&$select=isRead`,
    )
    assert.ok(unread.items.every((message) => message['isRead'] === false))
    const inefficient = await client.call(
      `/users/${mailbox}/messages?$filter=contains(subject,'a')&$orderby=receivedDateTime desc`,
    )
    assert.equal(inefficient.status, 400)
    assert.match(await inefficient.text(), /InefficientFilter/)
    assert.equal((await client.call(`/users/${mailbox}/messages?$select=nonsense`)).status, 400)
  })

  test('attachments come with their bytes, as files, items and after their JSON', async () => {
    const { items } = await client.pages(
      `/users/${mailbox}/messages?$select=hasAttachments&$filter=hasAttachments eq true&$top=500`,
    )
    assert.ok(items.length > 0)
    for (const message of items.slice(0, 12)) {
      const path = `/users/${mailbox}/messages/${message.id}/attachments`
      const { value } = await client.json<{
        value: { id: string; '@odata.type': string; size: number; name: string }[]
      }>(`${path}?$select=id,name,size,contentType,isInline`, { headers: immutable })
      for (const attachment of value) {
        const raw = await client.call(`${path}/${attachment.id}/$value`, { headers: immutable })
        const bytes = Buffer.from(await raw.arrayBuffer())
        assert.equal(bytes.length, attachment.size)
        if (attachment['@odata.type'] !== '#microsoft.graph.fileAttachment') continue
        const json = await client.json<{ contentBytes: string }>(`${path}/${attachment.id}`, {
          headers: immutable,
        })
        assert.ok(Buffer.from(json.contentBytes, 'base64').equals(bytes))
      }
    }
  })

  test('absent mailboxes, users, folders and permissions are refused in the words of Exchange', async () => {
    const admin = client.simulator.tenant.users.find((user) => !user.hasMailbox)
    const codeOf = async (path: string) => {
      const answer = await client.call(path)
      return `${answer.status} ${((await answer.json()) as { error: { code: string } }).error.code}`
    }
    assert.equal(
      await codeOf(`/users/${admin?.userPrincipalName}/mailFolders/inbox`),
      '404 MailboxNotEnabledForRESTAPI',
    )
    assert.equal(await codeOf('/users/nobody@harbourlights.example/messages'), '404 ErrorInvalidUser')
    assert.equal(
      await codeOf(`/users/${mailbox}/mailFolders/nowhere/messages`),
      '400 ErrorInvalidIdMalformed',
    )
    assert.equal(
      await codeOf(`/users/${mailbox}/mailFolders/AAMkA${'x'.repeat(90)}=/messages`),
      '404 ErrorItemNotFound',
    )
  })

  test('an application that may only read the basics sees no body and no MIME', async () => {
    const basic = await openMail({ users: 1, mails: 10 }, ['Mail.Read', 'Mail.ReadWrite'])
    try {
      const user = `/users/${basic.mailboxes[0]}`
      const [message] = (await basic.pages(`${user}/messages?$top=100`)).items
      assert.ok(message && !('body' in message) && 'subject' in message)
      const refused = await basic.call(`${user}/messages/${message.id}/$value`, { headers: immutable })
      assert.equal(refused.status, 403)
      assert.match(await refused.text(), /ErrorAccessDenied/)
    } finally {
      await basic.close()
    }
  })

  test('the same seed gives the same tenant, another seed another', async () => {
    const digestsOf = async (other: MailClient) =>
      (await other.control<Truth>('list', { mailbox: other.mailboxes[1] ?? '' })).messages.map(
        (message) => `${message.id} ${message.sha256}`,
      )
    const twin = await openMail({ users: 4, mails: 60, seed: 7 })
    const stranger = await openMail({ users: 4, mails: 60, seed: 8 })
    try {
      const [own, same, different] = await Promise.all([
        digestsOf(client),
        digestsOf(twin),
        digestsOf(stranger),
      ])
      assert.deepEqual(same, own)
      assert.notDeepEqual(different, own)
    } finally {
      await Promise.all([twin.close(), stranger.close()])
    }
  })
})

const checkCorpus = async (directory: string, options: { users: number; mails: number }) => {
  const client = await openMail({ ...options, corpus: directory })
  try {
    const wanted = new Map(
      readdirSync(join(directory, 'mail')).map((name) => [
        name,
        sha256(readFileSync(join(directory, 'mail', name))),
      ]),
    )
    const seen = new Map<string, string>()
    for (const mailbox of client.mailboxes) {
      const listed = await client.pages(`/users/${mailbox}/messages?$top=1000`)
      const ids = new Set(listed.items.map((message) => message.id))
      for (const message of listed.items) {
        assert.match(String(message['receivedDateTime']), /^\d{4}-\d\d-\d\dT/)
        assert.ok(Date.parse(String(message['sentDateTime'])) < Date.UTC(2026, 10, 1))
        assert.ok(JSON.stringify(message).isWellFormed())
      }
      for (const message of (await client.control<Truth>('list', { mailbox })).messages) {
        if (message.corpus === undefined || message.corpus.startsWith('own/')) continue
        assert.ok(ids.has(message.id))
        assert.ok(!seen.has(message.corpus), `${message.corpus} lies in two mailboxes`)
        const answer = await client.call(`/users/${mailbox}/messages/${message.id}/$value`, {
          headers: immutable,
        })
        seen.set(message.corpus, sha256(Buffer.from(await answer.arrayBuffer())))
      }
    }
    const lines = (digests: ReadonlyMap<string, string>) =>
      [...digests].map(([name, digest]) => `${name} ${digest}`).sort()
    assert.deepEqual(lines(seen), lines(wanted))
  } finally {
    await client.close()
  }
}

test('each file of a corpus is in one mailbox, byte for byte, whatever its form and the other numbers', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'corpus-'))
  try {
    mkdirSync(join(directory, 'mail'))
    const files = {
      'empty.eml': '',
      'no ending': 'x',
      'null.bin': Buffer.from([0, 255, 254, 10, 13]),
      'bare.txt': 'a: b\n\nc',
      '.hidden': 'Subject: h\r\n\r\n',
    }
    for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, 'mail', name), content)
    await checkCorpus(directory, { users: 1, mails: 0 })
    await checkCorpus(directory, { users: 3, mails: 5 })
  } finally {
    rmSync(directory, { recursive: true })
  }
})

const sharedCorpus = fileURLToPath(new URL('../../../shared/corpus', import.meta.url))
test(
  'every real mail of the shared corpus survives listing and download',
  { skip: existsSync(join(sharedCorpus, 'mail')) ? false : 'no corpus beside the checkout' },
  () => checkCorpus(sharedCorpus, { users: 3, mails: 10 }),
)
