/** A server that dies while it tells of an alert, before any of its writes: what it was to tell arrives, and at most twice under one id. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mortality } from '../mortality.ts'
import { createAlertLab, minute, somethingWrong, startWebhookPeer, webhook } from './alert-lab.ts'

test('killed at any write between finding, sending and marking, an alert arrives once or twice and never not', async (t) => {
  const lab = await createAlertLab(t)
  const peer = await startWebhookPeer(t)
  await lab.alerts.channels.create(webhook(peer.address))
  const times: number[] = []
  for (let moment = 1; ; moment += 1) {
    peer.received.length = 0
    await lab.alerts.book.raise(somethingWrong({ title: `Number ${moment}` }))
    const life = mortality()
    const dying = lab.another(life.database(lab.database.db))
    life.dieAt(moment)
    await dying.tick()
    // Nothing that it does has an effect any more; the claim that it left ends by itself.
    lab.clock.move(5 * minute)
    await lab.alerts.tick()
    const got = peer.received.filter(({ body }) => body.includes(`Number ${moment}`))
    assert.ok(got.length === 1 || got.length === 2, `${got.length} at moment ${moment}`)
    assert.equal(new Set(got.map(({ headers }) => headers['x-bdrcloud-delivery'])).size, 1)
    times.push(got.length)
    await lab.alerts.tick()
    assert.equal(peer.received.length, got.length, 'marked')
    if (!life.dead) break
  }
  // It died often, also after sending and before marking.
  assert.ok(times.length > 8, `${times.length} moments`)
  assert.ok(times.includes(2), times.join(' '))
  assert.equal(times.at(-1), 1)
})
