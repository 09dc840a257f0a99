import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { RunView } from '../../src/contract/index.ts'
import { createTestServer, type TestServerOptions } from '../server.ts'

async function listen(t: TestContext, eventLimits: TestServerOptions['eventLimits'] = {}) {
  const server = await createTestServer({ eventLimits })
  t.after(server.stop)
  const address = await server.app.listen({ host: '127.0.0.1', port: 0 })
  const { headers } = await server.signIn()
  const open = (own: Record<string, string> = headers) =>
    fetch(`${address}/api/v1/events`, { headers: own, signal: AbortSignal.timeout(20_000) })
  return { ...server, headers, open, publish: () => server.events.publish({ topic: 'run', view: run }) }
}

const run = {
  id: '5b1f31a8-4f5b-4c6b-9b0a-0a6d5d8d7c11',
  state: 'running',
  pad: 'x'.repeat(60_000),
} as unknown as RunView

/** Reads until the text contains `part` or the stream ends. */
async function readUntil(reader: ReadableStreamDefaultReader<Uint8Array>, part: string): Promise<string> {
  let text = ''
  while (!text.includes(part)) {
    const { done, value } = await reader.read()
    if (done) break
    text += new TextDecoder().decode(value)
  }
  return text
}

test('events reach every listening page, with signs of life between', async (t) => {
  const { open, publish } = await listen(t, { heartbeat: 50 })
  const pages = await Promise.all([open(), open()])
  const readers = pages.map((page) => page.body?.getReader() ?? assert.fail('no body'))
  assert.match(pages[0]?.headers.get('content-type') ?? '', /^text\/event-stream/)
  assert.equal(pages[0]?.headers.get('cache-control'), 'no-store')
  for (const reader of readers) await readUntil(reader, ': alive')
  publish()
  for (const reader of readers) {
    const text = await readUntil(reader, '"running"')
    assert.match(text, /event: run\ndata: \{"id":/)
    await reader.cancel()
  }
})

test('a stream ends with its session', async (t) => {
  const { open, app, headers } = await listen(t, { heartbeat: 50 })
  const reader = (await open()).body?.getReader() ?? assert.fail('no body')
  await readUntil(reader, ': alive')
  await app.inject({ method: 'DELETE', url: '/api/v1/session', headers })
  assert.match(await readUntil(reader, 'never'), /event: session-ended/)
})

test('a page that does not read is cut off, and one session opens only so many streams', async (t) => {
  const { open, publish, events } = await listen(t, { bufferedBytes: 100_000, streamsPerSession: 2 })
  const first = await open()
  const second = await open()
  assert.equal((await open()).status, 429)
  for (let index = 0; index < 400; index += 1) {
    publish()
    if (index % 20 === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  await assert.rejects(async () => {
    for await (const _ of first.body ?? []) {
      // Only what was on its way comes.
    }
  })
  await second.body?.cancel().catch(() => {})
  assert.ok(events)
})

test('an operator opens only so many streams in all sessions, and so do all operators together', async (t) => {
  const { open, signIn } = await listen(t, { streamsPerOperator: 2 })
  const first = await open()
  const second = await open()
  const other = await signIn()
  assert.equal((await open(other.headers)).status, 429)
  await first.body?.cancel()
  await second.body?.cancel()
  while ((await open()).status === 429) await new Promise((resolve) => setTimeout(resolve, 20))

  const full = await listen(t, { streams: 1 })
  const only = await full.open()
  assert.equal(only.status, 200)
  assert.equal((await full.open()).status, 429)
  await only.body?.cancel()
})

test('closing the server ends its streams', async (t) => {
  const { open, app } = await listen(t)
  const reader = (await open()).body?.getReader() ?? assert.fail('no body')
  await readUntil(reader, ': listening')
  await app.close()
  await readUntil(reader, 'never').catch(() => {})
})
