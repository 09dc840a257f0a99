import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { simpleParser } from 'mailparser'
import { type GraphMessage, immutable, type MailClient, openMail, sha256, type Truth } from './mail-client.ts'

describe('changes in simulated mailboxes', () => {
  let client: MailClient
  let mailbox: string
  before(async () => {
    client = await openMail({ users: 2, mails: 40, seed: 3 })
    mailbox = client.mailboxes[0] ?? ''
  })
  after(() => client.close())

  const start = async (folder: string) =>
    (await client.pages(`/users/${mailbox}/mailFolders/${folder}/messages/delta?$select=isRead,subject`))
      .deltaLink ?? ''
  const since = async (link: string) => await client.pages(link)
  const removed = (items: readonly GraphMessage[]) =>
    items.filter((item) => item['@removed'] !== undefined).map((item) => item.id)

  test('a round tells reading, arrival, departure and deletion, and the next round nothing', async () => {
    const [inbox, archive] = [await start('inbox'), await start('archive')]
    const read = await client.control<{ ids: string[] }>('markRead', {
      mailbox,
      folder: 'inbox',
      isRead: true,
      count: 1,
    })
    const delivered = await client.control<{ ids: string[] }>('deliver', { mailbox, count: 2 })
    const truth = await client.control<Truth>('list', { mailbox })
    const others = truth.messages.filter(
      (message) => message.folder.join() === 'Inbox' && ![...read.ids, ...delivered.ids].includes(message.id),
    )
    const [moving, dying] = others
    assert.ok(moving && dying)
    await client.control('move', { mailbox, id: moving.id, to: 'archive' })
    await client.control('delete', { mailbox, id: dying.id })
    const round = await since(inbox)
    assert.deepEqual(removed(round.items).sort(), [moving.id, dying.id].sort())
    const present = round.items.filter((item) => item['@removed'] === undefined)
    assert.deepEqual(present.map((item) => item.id).sort(), [...read.ids, ...delivered.ids].sort())
    assert.equal(present.find((item) => item.id === read.ids[0])?.['isRead'], true)
    assert.deepEqual(
      (await since(archive)).items.map((item) => item.id),
      [moving.id],
    )
    assert.deepEqual((await since(round.deltaLink ?? '')).items, [])
  })

  test('what changes in the middle of a first round is told in it', async () => {
    const first = await client.json<{ value: GraphMessage[]; '@odata.nextLink': string }>(
      `/users/${mailbox}/mailFolders/inbox/messages/delta?$select=isRead`,
      { headers: { prefer: 'IdType="ImmutableId", odata.maxpagesize=3' } },
    )
    const [seen] = first.value
    assert.ok(seen)
    await client.control('delete', { mailbox, id: seen.id })
    const rest = await client.pages(first['@odata.nextLink'])
    assert.deepEqual(removed(rest.items), [seen.id])
  })

  test('empty pages, repeated entries and other orders change nothing in what a client learns', async () => {
    const path = `/users/${mailbox}/mailFolders/inbox/messages/delta?$select=subject`
    const small = { prefer: 'IdType="ImmutableId", odata.maxpagesize=4' }
    const plain = await client.pages(path, small)
    await client.control('behaviour', { emptyPages: true, duplicates: true, shuffle: true })
    const odd = await client.pages(path, small)
    await client.control('behaviour', { emptyPages: false, duplicates: false, shuffle: false })
    assert.ok(odd.pages > plain.pages)
    assert.ok(odd.items.length > plain.items.length)
    assert.deepEqual(
      [...new Set(odd.items.map((item) => item.id))].sort(),
      plain.items.map((item) => item.id).sort(),
    )
  })

  test('an expired state is refused with 410, a foreign one and options beside one with 400', async () => {
    const link = await start('inbox')
    assert.equal((await client.call(`${link}&$select=subject`, { headers: immutable })).status, 400)
    assert.equal(
      (await client.call(link.replace('/inbox/', '/archive/'), { headers: immutable })).status,
      400,
    )
    await client.control('expireDelta', { mailbox })
    const answer = await client.call(link, { headers: immutable })
    assert.equal(answer.status, 410)
    assert.match(await answer.text(), /SyncStateNotFound/)
    assert.ok((await start('inbox')) !== '')
  })

  test('folders are tracked flat, with renames, moves and deletions', async () => {
    const path = `/users/${mailbox}/mailFolders/delta`
    const all = await client.pages(path)
    assert.ok(all.pages > 1)
    const root = await client.json(`/users/${mailbox}/mailFolders/msgfolderroot`)
    assert.ok(all.items.every((folder) => folder.id !== root['id']))
    const created = await client.control<{ id: string }>('createFolder', { mailbox, name: 'Neu / new' })
    await client.control('renameFolder', { mailbox, folder: ['Projects'], name: 'Projekte' })
    await client.control('deleteFolder', { mailbox, folder: ['Projekte', '2024'] })
    const round = await client.pages(all.deltaLink ?? '')
    assert.equal(removed(round.items).length, 2)
    assert.deepEqual(
      round.items
        .filter((item) => item['@removed'] === undefined)
        .map((item) => String(item['displayName']))
        .sort(),
      ['Neu / new', 'Projekte'],
    )
    const twice = await client.call(`/users/${mailbox}/mailFolders`, {
      method: 'POST',
      body: { displayName: 'neu / NEW' },
    })
    assert.equal(twice.status, 409)
    assert.match(await twice.text(), /ErrorFolderExists/)
    const child = await client.json(`/users/${mailbox}/mailFolders/${created.id}/childFolders`, {
      method: 'POST',
      body: { displayName: 'inner' },
    })
    assert.equal(child['parentFolderId'], created.id)
  })

  test('a folder deleted meanwhile and a corrupt item fail as Exchange lets them fail', async () => {
    const { id } = await client.control<{ id: string }>('createFolder', { mailbox, name: 'short-lived' })
    const link = await start(id)
    await client.control('deleteFolder', { mailbox, folder: id })
    const gone = await client.call(link)
    assert.equal(gone.status, 404)
    assert.match(await gone.text(), /ErrorSyncFolderNotFound/)
    const corrupt = await client.control<{ ids: string[] }>('corrupt', { mailbox, folder: 'inbox', count: 1 })
    const answer = await client.call(`/users/${mailbox}/messages/${corrupt.ids[0]}/$value`, {
      headers: immutable,
    })
    assert.equal(answer.status, 500)
    assert.match(await answer.text(), /ErrorCorruptData/)
    await client.control('corrupt', { mailbox, ids: corrupt.ids, kind: 'page' })
    const cut = await client.call(`/users/${mailbox}/mailFolders/inbox/messages?$top=1000`)
    assert.equal(cut.status, 200)
    const text = await cut.text()
    assert.throws(() => JSON.parse(text))
    await client.control('corrupt', { mailbox, ids: corrupt.ids, kind: 'none' })
  })

  test('unstable MIME differs on each download and decodes to the same content', async () => {
    await client.control('behaviour', { mimeUnstable: true })
    const truth = await client.control<Truth>('list', { mailbox })
    let different = 0
    for (const { id, sha256: original } of truth.messages) {
      const path = `/users/${mailbox}/messages/${id}/$value`
      const bytes = Buffer.from(await (await client.call(path, { headers: immutable })).arrayBuffer())
      if (sha256(bytes) !== original) different++
      const stored = await client.control<{ base64: string }>('mime', { mailbox, id })
      const [one, other] = await Promise.all([
        simpleParser(bytes),
        simpleParser(Buffer.from(stored.base64, 'base64')),
      ])
      const facts = (mail: typeof one) => ({
        subject: mail.subject,
        from: mail.from?.text,
        date: mail.date?.toISOString(),
        text: mail.text,
        html: mail.html,
        attachments: mail.attachments.map((part) => [
          part.filename,
          part.contentType,
          part.cid,
          sha256(part.content),
        ]),
        headers: mail.headerLines.map((header) => header.key).sort(),
      })
      assert.deepEqual(facts(one), facts(other))
    }
    assert.ok(
      different > truth.messages.length * 0.8,
      `only ${different} of ${truth.messages.length} were rewritten`,
    )
    await client.control('behaviour', { mimeUnstable: false })
  })

  test('copies that nobody holds are listed once each, page by page, with the mails that are there', async () => {
    const path = `/users/${mailbox}/mailFolders/inbox/messages/delta?$select=subject`
    const small = { prefer: 'IdType="ImmutableId", odata.maxpagesize=4' }
    const before = await client.pages(path, small)
    const [original] = before.items
    assert.ok(original)
    await client.control('copies', { mailbox, id: original.id, count: 10 })
    const ids = Array.from({ length: 10 }, (_, number) => `${original.id}-copy${number}`)
    const news = await client.pages(before.deltaLink ?? '', small)
    assert.deepEqual(
      news.items.map(({ id, subject }) => [id, subject]),
      ids.map((id) => [id, original['subject']]),
    )
    const all = await client.pages(path, small)
    assert.deepEqual(
      all.items.map(({ id }) => id).sort(),
      [...before.items.map(({ id }) => id), ...ids].sort(),
    )
    assert.deepEqual((await client.pages(all.deltaLink ?? '')).items, [])
  })
})
