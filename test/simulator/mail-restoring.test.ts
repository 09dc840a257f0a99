import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { simpleParser } from 'mailparser'
import { Agent, fetch } from 'undici'
import { immutable, type Json, type MailClient, openMail, sha256 } from './mail-client.ts'

const restored = (extra: Json = {}): Json => ({
  subject: 'Grüße 🎉',
  body: { contentType: 'html', content: '<p>Hello</p>' },
  from: { emailAddress: { name: 'Søren', address: 'soeren@example.net' } },
  toRecipients: [{ emailAddress: { name: 'Office', address: 'office@example.net' } }],
  internetMessageId: '<restored-1@example.net>',
  importance: 'high',
  categories: ['Red category'],
  flag: { flagStatus: 'flagged' },
  singleValueExtendedProperties: [
    { id: 'Integer 0x0E07', value: '1' },
    { id: 'SystemTime 0x0E06', value: '2021-03-04T10:05:00Z' },
    { id: 'SystemTime 0x0039', value: '2021-03-04T10:00:00Z' },
    { id: 'String {00020329-0000-0000-C000-000000000046} Name SourceItem', value: 'item-42' },
  ],
  ...extra,
})

describe('writing into simulated mailboxes', () => {
  let client: MailClient
  let folder: string
  let user: string
  before(async () => {
    client = await openMail({ users: 1, mails: 60 }, ['Mail-Advanced.ReadWrite.All'])
    user = `/users/${client.mailboxes[0]}`
    folder = (
      await client.json<{ id: string }>(`${user}/mailFolders`, {
        method: 'POST',
        body: { displayName: 'Restored' },
      })
    ).id
  })
  after(() => client.close())

  const create = async (body: Json) =>
    await client.json<Json & { id: string }>(`${user}/mailFolders/${folder}/messages`, {
      method: 'POST',
      headers: immutable,
      body,
    })

  test('a mail created with extended properties is no draft and keeps dates, state and named properties', async () => {
    const bytes = randomBytes(1000)
    const attachments = [
      {
        '@odata.type': '#microsoft.graph.fileAttachment',
        name: 'données.bin',
        contentType: 'application/octet-stream',
        contentBytes: bytes.toString('base64'),
      },
    ]
    const message = await create(restored({ attachments }))
    assert.equal(message['isDraft'], false)
    assert.equal(message['isRead'], true)
    assert.equal(message['receivedDateTime'], '2021-03-04T10:05:00Z')
    assert.equal(message['sentDateTime'], '2021-03-04T10:00:00Z')
    assert.equal(message['importance'], 'high')
    assert.deepEqual(message['categories'], ['Red category'])
    const filter =
      "singleValueExtendedProperties/any(ep: ep/id eq 'String {00020329-0000-0000-c000-000000000046} Name SourceItem' and ep/value eq 'item-42')"
    const found = await client.pages(
      `${user}/mailFolders/${folder}/messages?$filter=${encodeURIComponent(filter)}`,
    )
    assert.deepEqual(
      found.items.map((item) => item.id),
      [message.id],
    )
    const expanded = await client.json(
      `${user}/messages/${message.id}?$select=id&$expand=${encodeURIComponent("singleValueExtendedProperties($filter=id eq 'Integer 0x0E07' or id eq 'Integer 0x0E08')")}`,
      { headers: immutable },
    )
    const properties = expanded['singleValueExtendedProperties'] as { id: string; value: string }[]
    assert.equal(properties[0]?.value, '17')
    assert.ok(Number(properties[1]?.value) > 1000)
    const answer = await client.call(`${user}/messages/${message.id}/$value`, { headers: immutable })
    const parsed = await simpleParser(Buffer.from(await answer.arrayBuffer()))
    assert.equal(parsed.subject, 'Grüße 🎉')
    assert.equal(parsed.messageId, '<restored-1@example.net>')
    assert.equal(parsed.from?.value[0]?.address, 'soeren@example.net')
    assert.equal(parsed.date?.toISOString(), '2021-03-04T10:00:00.000Z')
    assert.equal(sha256(parsed.attachments[0]?.content ?? Buffer.alloc(0)), sha256(bytes))
    assert.equal(parsed.attachments[0]?.filename, 'données.bin')
  })

  test('without message flags a mail is a draft with today as its date, and so is one from MIME', async () => {
    const draft = await create({ subject: 'plain', receivedDateTime: '2001-01-01T00:00:00Z' })
    assert.equal(draft['isDraft'], true)
    assert.notEqual(draft['receivedDateTime'], '2001-01-01T00:00:00Z')
    const mime = Buffer.from(
      'Subject: from MIME\r\nDate: Mon, 1 Jan 2001 00:00:00 +0000\r\n\r\ntext',
    ).toString('base64')
    const answer = await client.call(`${user}/messages`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      raw: mime,
    })
    assert.equal(answer.status, 201)
    const fromMime = (await answer.json()) as Json
    assert.equal(fromMime['isDraft'], true)
    assert.equal(fromMime['subject'], 'from MIME')
  })

  test('a mail written again from its JSON and attachments reads the same, as JSON and as MIME', async () => {
    const fields = [
      'subject',
      'from',
      'toRecipients',
      'ccRecipients',
      'bccRecipients',
      'replyTo',
      'body',
      'importance',
      'categories',
      'flag',
      'internetMessageId',
    ]
    const { items } = await client.pages(`${user}/messages?$top=100&$expand=attachments`)
    assert.ok(items.length > 25)
    for (const original of items) {
      const attachments = (original['attachments'] as Json[]).map((attachment) => ({
        ...attachment,
        ...(attachment['@odata.type'] === '#microsoft.graph.itemAttachment'
          ? { item: { subject: 'inner' } }
          : {}),
      }))
      if (
        JSON.stringify(attachments).length > 4_000_000 ||
        JSON.stringify(original['body']).length > 1_000_000
      )
        continue
      const copy = await create({
        ...Object.fromEntries(
          fields.filter((name) => name in original).map((name) => [name, original[name]]),
        ),
        singleValueExtendedProperties: [
          { id: 'Integer 0x0E07', value: original['isRead'] === true ? '1' : '0' },
          { id: 'SystemTime 0x0E06', value: original['receivedDateTime'] },
          { id: 'SystemTime 0x0039', value: original['sentDateTime'] },
        ],
        attachments,
      })
      for (const name of [...fields, 'receivedDateTime', 'sentDateTime', 'isRead', 'hasAttachments'])
        assert.deepEqual(copy[name], original[name], `${name} of ${String(original['subject'])}`)
      const answer = await client.call(`${user}/messages/${copy.id}/$value`, { headers: immutable })
      const parsed = await simpleParser(Buffer.from(await answer.arrayBuffer()), { skipImageLinks: true })
      assert.equal(parsed.date?.toISOString().replace('.000Z', 'Z'), original['sentDateTime'])
      const body = original['body'] as { contentType: string; content: string }
      const lines = (text: string | false | undefined) => (text || '').replaceAll('\r\n', '\n').trim()
      assert.equal(lines(body.contentType === 'html' ? parsed.html : parsed.text), lines(body.content))
      const digests = attachments
        .filter((attachment) => 'contentBytes' in attachment)
        .map((attachment) => sha256(Buffer.from(String((attachment as Json)['contentBytes']), 'base64')))
      assert.deepEqual(
        parsed.attachments
          .filter((part) => part.contentType !== 'message/rfc822')
          .map((part) => sha256(part.content))
          .sort(),
        digests.sort(),
      )
    }
  })

  test('what a message cannot take is refused', async () => {
    const post = async (body: Json) =>
      (await client.call(`${user}/messages`, { method: 'POST', body })).status
    assert.equal(await post({ subject: 'x', nonsense: 1 }), 400)
    assert.equal(await post({ singleValueExtendedProperties: [{ id: 'nonsense', value: '1' }] }), 400)
    assert.equal(await post({ internetMessageHeaders: [{ name: 'Received', value: 'x' }] }), 400)
    assert.equal(
      await post({ subject: 'x', body: { contentType: 'text', content: 'y'.repeat(4_300_000) } }),
      413,
    )
  })

  test('state stays changeable, content of a sent mail only until the end of 2026', async () => {
    await client.control('behaviour', { sealedFrom: '9999-12-31T00:00:00Z' })
    const { id } = await create(restored())
    const patch = async (body: Json) =>
      await client.call(`${user}/messages/${id}`, { method: 'PATCH', headers: immutable, body })
    assert.equal(
      (await patch({ isRead: false, categories: [], flag: { flagStatus: 'complete' } })).status,
      200,
    )
    assert.equal((await patch({ subject: 'changed' })).status, 200)
    await client.control('behaviour', { sealedFrom: '2020-01-01T00:00:00Z' })
    assert.equal((await patch({ subject: 'changed again' })).status, 403)
    assert.equal((await patch({ isRead: true })).status, 200)
    await client.control('behaviour', { sealedFrom: '2026-12-31T00:00:00Z' })
  })

  test('a large attachment goes through an upload session that takes no token', async () => {
    const { id } = await create(restored())
    const bytes = randomBytes(5 * 1024 * 1024 + 17)
    const path = `${user}/messages/${id}/attachments`
    const small = await client.call(`${path}/createUploadSession`, {
      method: 'POST',
      headers: immutable,
      body: { AttachmentItem: { attachmentType: 'file', name: 'small', size: 1000 } },
    })
    assert.equal(small.status, 400)
    const session = await client.json<{ uploadUrl: string; nextExpectedRanges: string[] }>(
      `${path}/createUploadSession`,
      {
        method: 'POST',
        headers: immutable,
        body: { AttachmentItem: { attachmentType: 'file', name: 'large.bin', size: bytes.length } },
      },
    )
    assert.deepEqual(session.nextExpectedRanges, ['0-'])
    const dispatcher = new Agent({ connect: { ca: client.simulator.caPem } })
    const put = async (from: number, to: number, headers: Record<string, string> = {}) =>
      await fetch(session.uploadUrl, {
        method: 'PUT',
        dispatcher,
        headers: {
          'content-type': 'application/octet-stream',
          'content-range': `bytes ${from}-${to - 1}/${bytes.length}`,
          ...headers,
        },
        body: bytes.subarray(from, to),
      })
    const half = 3 * 1024 * 1024
    assert.equal((await put(0, half, { authorization: 'Bearer x' })).status, 401)
    const first = await put(0, half)
    assert.equal(first.status, 200)
    assert.deepEqual(((await first.json()) as Json)['NextExpectedRanges'], [String(half)])
    assert.equal((await put(0, half)).status, 416)
    const last = await put(half, bytes.length)
    assert.equal(last.status, 201)
    const attachment = /attachments\('([^']+)'\)/.exec(last.headers.get('location') ?? '')?.[1]
    const stored = await client.call(`${path}/${attachment}/$value`, { headers: immutable })
    assert.equal(sha256(Buffer.from(await stored.arrayBuffer())), sha256(bytes))
    await dispatcher.close()
  })

  test('deleting moves to Deleted Items first and removes from there', async () => {
    const { id } = await create(restored())
    const drop = async () =>
      (await client.call(`${user}/messages/${id}`, { method: 'DELETE', headers: immutable })).status
    assert.equal(await drop(), 204)
    const bin = await client.json(`${user}/mailFolders/deleteditems`)
    assert.equal(
      (await client.json(`${user}/messages/${id}`, { headers: immutable }))['parentFolderId'],
      bin['id'],
    )
    assert.equal(await drop(), 204)
    assert.equal(await drop(), 404)
  })
})
