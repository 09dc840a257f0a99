import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { createAlertLab, day, hour, minute, somethingWrong, startWebhookPeer, webhook } from './alert-lab.ts'

test('a webhook gets what happened as JSON, with a signature over time and body by the key that was told once', async (t) => {
  const lab = await createAlertLab(t)
  const peer = await startWebhookPeer(t)
  const { channel, signingKey } = await lab.alerts.channels.create(webhook(peer.address))
  assert.ok(signingKey)
  await lab.alerts.book.raise(somethingWrong({ title: 'Mails are gone' }))
  await lab.alerts.tick()

  const [got, ...others] = peer.received
  assert.equal(others.length, 0)
  const { t: seconds, v1 } = Object.fromEntries(
    (got?.headers['x-bdrcloud-signature'] ?? '').split(',').map((part) => part.split('=')),
  ) as Record<string, string>
  assert.equal(Number(seconds), Math.floor(lab.clock.now() / 1000))
  assert.equal(v1, createHmac('sha256', signingKey).update(`${seconds}.${got?.body}`).digest('hex'))
  const body = JSON.parse(got?.body ?? '')
  assert.equal(body.id, got?.headers['x-bdrcloud-delivery'])
  assert.equal(body.purpose, 'alerts')
  assert.equal(body.text, 'Critical: Mails are gone')
  assert.match(body.lines[0].link, /^https:\/\/backup\.example\/alerts\/[0-9a-f-]{36}$/)

  await lab.alerts.tick()
  assert.equal(peer.received.length, 1, 'once')
  assert.ok((await lab.alerts.channels.list())[0]?.lastSentAt)
  assert.doesNotMatch(JSON.stringify(channel), /secret-part/, 'the address is a secret but for its host')
})

test('Teams gets an Adaptive Card and Slack gets blocks, in which names of a tenant become no links', async (t) => {
  const lab = await createAlertLab(t)
  const teams = await startWebhookPeer(t)
  const slack = await startWebhookPeer(t)
  await lab.alerts.channels.create(webhook(teams.address, {}, 'teams'))
  await lab.alerts.channels.create(webhook(slack.address, {}, 'slack'))
  const title = 'Look [here](https://evil.example) <https://evil.example|now> <!channel>'
  await lab.alerts.book.raise(somethingWrong({ title }))
  await lab.alerts.tick()

  const card = JSON.parse(teams.received[0]?.body ?? '')
  assert.equal(card.type, 'message')
  const [attachment] = card.attachments
  assert.equal(attachment.contentType, 'application/vnd.microsoft.card.adaptive')
  assert.equal(attachment.content.type, 'AdaptiveCard')
  assert.equal(attachment.content.actions[0].url, 'https://backup.example/alerts')
  assert.ok(attachment.content.body.every(({ text }: { text: string }) => !/(?<!\\)[[\]<>]/.test(text)))
  const blocks = JSON.parse(slack.received[0]?.body ?? '')
  assert.doesNotMatch(blocks.text, /[<>]/)
  assert.ok(
    blocks.blocks.every(
      (one: { text?: { type: string }; elements?: { type: string }[] }) =>
        (one.text ?? one.elements?.[0])?.type === 'plain_text',
    ),
  )
})

test('what a webhook refuses is tried again ever more seldom, under the same id, and given up after a day', async (t) => {
  const lab = await createAlertLab(t)
  const peer = await startWebhookPeer(t)
  await lab.alerts.channels.create(webhook(peer.address))
  peer.answer = () => 503
  await lab.alerts.book.raise(somethingWrong())
  const times: number[] = []
  const start = lab.clock.now()
  while (lab.clock.now() - start <= 26 * hour) {
    const before = peer.received.length
    await lab.alerts.tick()
    const passed = (lab.clock.now() - start) / minute
    if (peer.received.length > before) times.push(passed)
    lab.clock.move(passed < 64 ? minute : hour)
  }
  assert.deepEqual(times.slice(0, 7), [0, 1, 3, 7, 15, 31, 63])
  assert.equal(new Set(peer.received.map(({ headers }) => headers['x-bdrcloud-delivery'])).size, 1)
  const states = await lab.database.db.selectFrom('alert_messages').select(['state', 'error']).execute()
  assert.equal(states[0]?.state, 'given-up')
  assert.equal(states[0]?.error?.code, 'ALT_WEBHOOK_REFUSED')

  const failing = (await lab.alerts.book.list({ kind: 'channel-failing' })).items
  assert.equal(failing[0]?.title, 'Alerts do not arrive at On call')
  peer.answer = () => 200
  await lab.alerts.book.raise(somethingWrong())
  await lab.alerts.tick()
  await lab.alerts.tick()
  assert.equal((await lab.alerts.book.list({ kind: 'channel-failing', state: 'open' })).items.length, 0)
})

test('a message that a killed server sent but did not mark is sent again under the same id; two servers send it once', async (t) => {
  const lab = await createAlertLab(t)
  const peer = await startWebhookPeer(t)
  await lab.alerts.channels.create(webhook(peer.address))
  await lab.alerts.book.raise(somethingWrong())
  await Promise.all([lab.alerts.tick(), lab.another().tick()])
  assert.equal(peer.received.length, 1)

  // As the row is when the server dies between sending and marking: claimed, not marked.
  const { db } = lab.database
  const lease = new Date(lab.clock.now() + 3 * minute)
  await db
    .updateTable('alert_messages')
    .set({ state: 'waiting', ended_at: null, attempts: 1, lease_until: lease })
    .execute()
  await lab.another().tick()
  assert.equal(peer.received.length, 1, 'whoever claimed it may be at it still')
  lab.clock.move(4 * minute)
  await lab.another().tick()
  assert.equal(peer.received.length, 2)
  assert.equal(
    peer.received[0]?.headers['x-bdrcloud-delivery'],
    peer.received[1]?.headers['x-bdrcloud-delivery'],
  )
})

test("'Send test' says at once how it went, follows no redirect and reaches no internal address that is not allowed", async (t) => {
  const lab = await createAlertLab(t)
  const peer = await startWebhookPeer(t)
  const { channel } = await lab.alerts.channels.create(webhook(peer.address))
  assert.deepEqual(await lab.alerts.channels.test(channel.id), { problem: null })
  assert.equal(JSON.parse(peer.received[0]?.body ?? '').purpose, 'test')
  peer.answer = () => 302
  assert.equal((await lab.alerts.channels.test(channel.id)).problem?.code, 'ALT_WEBHOOK_REFUSED')
  assert.ok(peer.received.every(({ path }) => path === '/hook/secret-part'))
  for (const address of [
    'http://169.254.169.254/latest/meta-data/',
    'https://[::1]/',
    'http://127.0.0.2/',
    'https://10.0.0.1/x',
  ]) {
    const inside = await lab.alerts.channels.create(webhook(address))
    assert.equal(
      (await lab.alerts.channels.test(inside.channel.id)).problem?.code,
      'NET_ADDRESS_REFUSED',
      address,
    )
  }
  assert.doesNotMatch(lab.logged.join('\n'), /secret-part/)
})

test('a storm becomes a few messages: what comes within minutes is one, so many an hour and no more, the rest is counted', async (t) => {
  const lab = await createAlertLab(t)
  const peer = await startWebhookPeer(t)
  await lab.alerts.channels.create(webhook(peer.address, { groupMinutes: 5, messagesPerHour: 2 }))
  for (let number = 0; number < 57; number += 1) {
    await lab.alerts.book.raise(
      somethingWrong({ kind: number === 40 ? 'mass-change' : 'drift-found', title: `Number ${number}` }),
    )
  }
  await lab.alerts.tick()
  assert.equal(peer.received.length, 0, 'more may come')
  lab.clock.move(5 * minute)
  await lab.alerts.tick()
  assert.equal(peer.received.length, 1)
  const body = JSON.parse(peer.received[0]?.body ?? '')
  assert.equal(body.lines.length, 20)
  assert.equal(body.more, 37)
  assert.equal(body.lines[0].title, 'Number 40', 'the gravest first')
  assert.equal(body.text, '57 alerts, 1 of them critical')

  for (let number = 0; number < 180; number += 1) {
    if (number < 110) await lab.alerts.book.raise(somethingWrong({ kind: 'drift-found' }))
    lab.clock.move(minute)
    await lab.alerts.tick()
  }
  const messages: number = peer.received.length
  assert.ok(messages <= 1 + 2 * 3, `${messages} messages in three hours`)
  const told = peer.received.slice(1).reduce((sum, { body: text }) => {
    const { lines, more } = JSON.parse(text) as { lines: unknown[]; more: number }
    return sum + lines.length + more
  }, 0)
  assert.equal(told, 110, 'nothing is lost')
})

test('rules choose by severity, kind and organization; a disabled channel is told nothing, later neither', async (t) => {
  const lab = await createAlertLab(t)
  const peer = await startWebhookPeer(t)
  const at = (name: string) => peer.address.replace('secret-part', name)
  await lab.alerts.channels.create(webhook(at('critical'), { severity: 'critical' }))
  await lab.alerts.channels.create(webhook(at('drift'), { kinds: ['drift-found'] }))
  await lab.alerts.channels.create(
    webhook(at('elsewhere'), { organizationIds: ['6a6f1e0e-0c5f-4d0e-9d0a-0f2f1f1f1f1f'] }),
  )
  const off = await lab.alerts.channels.create({ ...webhook(at('off')), enabled: false })
  await lab.alerts.book.raise(somethingWrong())
  await lab.alerts.book.raise(somethingWrong({ kind: 'drift-found' }))
  await lab.alerts.tick()
  await lab.alerts.channels.save(off.channel.id, webhook(at('off')))
  lab.clock.move(day)
  await lab.alerts.tick()
  const paths = peer.received.map(({ path }) => path.replace('/hook/', '')).sort()
  assert.deepEqual(paths, ['critical', 'drift'])
})
