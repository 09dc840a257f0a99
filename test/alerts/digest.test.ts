import assert from 'node:assert/strict'
import { test } from 'node:test'
import { localTime } from '../../src/alerts/channels/zone.ts'
import { knownOrganization } from '../security/known-organization.ts'
import {
  type AlertLab,
  createAlertLab,
  hour,
  minute,
  somethingWrong,
  startWebhookPeer,
  type WebhookPeer,
  webhook,
} from './alert-lab.ts'

const timeZone = 'Europe/Berlin'

/** Ticks every half hour; when, on the clocks of the zone, a message came. */
async function live(lab: AlertLab, peer: WebhookPeer, hours: number): Promise<string[]> {
  const came: string[] = []
  for (let passed = 0; passed < hours * hour; passed += 30 * minute) {
    const before = peer.received.length
    await lab.alerts.tick()
    for (let number = before; number < peer.received.length; number += 1) {
      const { day, time } = localTime(lab.clock.now(), timeZone)
      came.push(`${day} ${time}`)
    }
    lab.clock.move(30 * minute)
  }
  return came
}

test('a digest comes once a day at its time, also when all is well, and on the days when clocks are moved', async (t) => {
  // In 2026 Berlin's clocks go from 02:00 to 03:00 on 29 March, and from 03:00 back to 02:00 on 25 October.
  for (const [start, expected] of [
    ['2026-03-27T12:00:00Z', ['2026-03-28 02:30', '2026-03-29 03:00', '2026-03-30 02:30']],
    ['2026-10-23T12:00:00Z', ['2026-10-24 02:30', '2026-10-25 02:30', '2026-10-26 02:30']],
  ] as const) {
    const lab = await createAlertLab(t, Date.parse(start))
    const peer = await startWebhookPeer(t)
    await knownOrganization(lab.database.db)
    await lab.alerts.channels.create(
      webhook(peer.address, { digestAt: '02:30', timeZone, kinds: ['mass-change'] }),
    )
    assert.deepEqual(await live(lab, peer, 72), expected)
    const body = JSON.parse(peer.received[0]?.body ?? '')
    assert.equal(body.purpose, 'digest')
    assert.equal(body.runs[0].organization, 'Contoso')
  }
})

test('a digest says that all is well, or what is open; a server that slept makes it up, and a channel made later that day waits', async (t) => {
  const lab = await createAlertLab(t, Date.parse('2026-06-01T10:00:00Z'))
  const peer = await startWebhookPeer(t)
  await lab.alerts.channels.create(
    webhook(peer.address, { digestAt: '07:00', timeZone, kinds: ['restore-failed'] }),
  )
  await lab.alerts.tick()
  assert.equal(peer.received.length, 0)
  lab.clock.move(30 * hour)
  await Promise.all([lab.alerts.tick(), lab.another().tick()])
  assert.deepEqual(
    peer.received.map(({ body }) => JSON.parse(body).text),
    ['Daily summary: all is well'],
  )
  await lab.alerts.book.raise(somethingWrong())
  await live(lab, peer, 24)
  assert.equal(peer.received.length, 2)
  assert.equal(JSON.parse(peer.received[1]?.body ?? '').text, 'Daily summary: 1 open alert')
})

test('in quiet hours only critical alerts come; the others come in one message when they end', async (t) => {
  const lab = await createAlertLab(t, Date.parse('2026-06-01T19:30:00Z'))
  const peer = await startWebhookPeer(t)
  const quietHours = { from: '22:00', to: '06:00' }
  await lab.alerts.channels.create(webhook(peer.address, { quietHours, timeZone }))
  await lab.alerts.book.raise(somethingWrong({ kind: 'drift-found', title: 'In the evening' }))
  assert.deepEqual(await live(lab, peer, 1), ['2026-06-01 21:30'])
  await lab.alerts.book.raise(somethingWrong({ kind: 'drift-found', title: 'At night' }))
  await lab.alerts.book.raise(somethingWrong({ kind: 'drift-found', title: 'Later at night' }))
  await lab.alerts.book.raise(somethingWrong({ title: 'At once' }))
  assert.deepEqual(await live(lab, peer, 10), ['2026-06-01 22:30', '2026-06-02 06:00'])
  const titles = peer.received.map(({ body }) =>
    (JSON.parse(body).lines as { title: string }[]).map(({ title }) => title),
  )
  assert.deepEqual(titles, [['In the evening'], ['At once'], ['At night', 'Later at night']])
})
