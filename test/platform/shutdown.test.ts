import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { RunView } from '../../src/contract/index.ts'
import { openDatabase, startEmbeddedPostgres } from '../../src/database/index.ts'
import { listen } from '../../src/server/index.ts'
import { addOrganization, operator, runEnded, startProduct } from '../product.ts'
import { createTestServer } from '../server.ts'

async function serveSlowly(t: TestContext, finishLimit?: number) {
  const gate = Promise.withResolvers<string>()
  let begin = () => {}
  const begun = () =>
    new Promise<void>((resolve) => {
      begin = resolve
    })
  const server = await createTestServer({
    ...(finishLimit === undefined ? {} : { finishLimit }),
    routes: (api) => {
      api.get('/slow', { config: { access: 'open' } }, () => {
        begin()
        return gate.promise
      })
    },
  })
  t.after(() => server.stop())
  const { port } = await listen(server.app, { host: 'localhost', port: 0, guarded: false })
  return { app: server.app, port, gate, begun }
}

test('a request under way is answered while the server closes, on both addresses, and no other is taken', async (t) => {
  const { app, port, gate, begun } = await serveSlowly(t)
  const ask = (host: string) =>
    fetch(`http://${host}:${port}/api/v1/slow`).then(
      (answer) => answer.text(),
      () => null,
    )
  const firstBegun = begun()
  const four = ask('127.0.0.1')
  await firstBegun
  const secondBegun = begun()
  const six = ask('[::1]')
  // A machine without IPv6 has no second address.
  await Promise.race([secondBegun, six])
  const closed = app.close()
  while (
    await fetch(`http://127.0.0.1:${port}/api/v1/health`).then(
      () => true,
      () => false,
    )
  ) {
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  gate.resolve('done')
  assert.equal(await four, 'done')
  assert.equal((await six) ?? 'done', 'done')
  await closed
})

test('a request that does not end is cut off at the limit', async (t) => {
  const { app, port, begun } = await serveSlowly(t, 100)
  const hasBegun = begun()
  const answer = fetch(`http://127.0.0.1:${port}/api/v1/slow`)
  await hasBegun
  await Promise.all([assert.rejects(answer), app.close()])
})

test('SIGTERM in the middle of a run ends listening, streams and PostgreSQL, hands the lease back, and the next start goes on; a second signal ends at once', async (t) => {
  const product = await startProduct({ users: 6, mails: 40, latencyMilliseconds: 100 }, async () => ({
    ownPostgres: true,
  }))
  t.after(() => product.stop())
  const organization = await addOrganization(product)
  const token = await fetch(`${product.address}/api/v1/session/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(operator),
  })
  const headers = { authorization: `Bearer ${((await token.json()) as { token: string }).token}` }
  const events = await fetch(`${product.address}/api/v1/events`, { headers })
  const streamEnded = events.text().then(
    () => true,
    () => true,
  )
  const before = product.simulator.log.read().total
  const { id } = await product.session.post<RunView>(`/organizations/${organization.id}/runs`)
  while (product.simulator.log.read().total < before + 12) {
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  assert.equal(await product.end('SIGTERM'), 0)
  assert.ok(await streamEnded)
  await assert.rejects(fetch(`${product.address}/api/v1/health`))

  const data = join(product.folder, 'data')
  assert.equal(existsSync(join(data, 'server.lock')), false)
  assert.equal(existsSync(join(data, 'postgresql', 'data-18', 'postmaster.pid')), false)
  const postgres = await startEmbeddedPostgres({ dataDirectory: data })
  const db = openDatabase(postgres.connection)
  const row = await db.selectFrom('runs').selectAll().executeTakeFirstOrThrow()
  await db.destroy()
  await postgres.stop()
  assert.equal(row.lease_owner, null)
  assert.equal(row.state, 'running')

  await product.restart()
  assert.equal((await runEnded(product, id)).state, 'succeeded')

  // Half a request, of which it has the head: the server would wait for the rest.
  const { port } = new URL(product.address)
  const half = connect(Number(port), '127.0.0.1')
  t.after(() => half.destroy())
  half.on('error', () => {})
  half.write('POST /api/v1/session HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n')
  half.write('content-length: 2\r\nexpect: 100-continue\r\n\r\n')
  const [told] = await once(half, 'data')
  assert.match(String(told), /^HTTP\/1\.1 100 /)
  assert.equal(await product.end('SIGTERM', 'SIGTERM'), 1)
})
