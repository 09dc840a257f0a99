/** Metrics of the whole product, read as Prometheus reads them and judged by its own tool. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { isAppError } from '../../src/errors/index.ts'
import { createMetrics, listenForMetrics } from '../../src/operations/index.ts'
import { createEventBus } from '../../src/server/index.ts'
import { silentLogger } from '../../src/shared/index.ts'
import { createTestDatabase } from '../database.ts'
import { freePort } from '../free-port.ts'
import { addOrganization, backUp, operator, startProduct } from '../product.ts'
import { temporaryFolder } from './server-process.ts'

const promtool = '/usr/bin/promtool'
const token = '0123456789abcdef0123456789abcdef'

interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** The text format, version 0.0.4, taken apart strictly: a line that is none fails. */
function parse(text: string): Sample[] {
  assert.ok(text.endsWith('\n'))
  const samples: Sample[] = []
  for (const line of text.split('\n')) {
    if (line === '' || /^# (HELP|TYPE) [a-z0-9_]+ .+$/.test(line)) continue
    const match = /^([a-zA-Z_:][\w:]*)(?:\{((?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\[\\n"])*",?)*)\})? (\S+)$/.exec(
      line,
    )
    assert.ok(match, line)
    const [, name = '', labels = '', value = ''] = match
    const pairs = [...labels.matchAll(/([a-zA-Z_]\w*)="((?:[^"\\\n]|\\[\\n"])*)"/g)]
    const number = value === '+Inf' ? Number.POSITIVE_INFINITY : Number(value)
    // prom-client writes NaN as 'Nan', which Prometheus reads too (Go's ParseFloat ignores case): a mean before the
    // first measurement is one.
    assert.ok(value.toLowerCase() === 'nan' || !Number.isNaN(number), line)
    samples.push({
      name,
      labels: Object.fromEntries(pairs.map(([, key, text]) => [key, text])),
      value: number,
    })
  }
  return samples
}

test('a run shows in the metrics: outcome, items, organization, requests, and nothing secret or personal', async (t) => {
  const port = await freePort()
  const product = await startProduct({ users: 2, mails: 6 }, async (_simulator, folder) => {
    writeFileSync(join(folder, 'token'), `${token}\n`, { mode: 0o600 })
    return {
      environment: {
        BDRCLOUD_METRICS: `127.0.0.1:${port}`,
        BDRCLOUD_METRICS_TOKEN_FILE: join(folder, 'token'),
      },
    }
  })
  t.after(() => product.stop())
  const address = `http://127.0.0.1:${port}/metrics`
  const headers = { authorization: `Bearer ${token}` }
  assert.equal((await fetch(address)).status, 401)
  assert.equal((await fetch(address, { headers: { authorization: `Bearer ${token}x` } })).status, 401)
  assert.equal((await fetch(`${address}/more`, { headers })).status, 404)
  assert.equal((await fetch(address, { headers, method: 'POST' })).status, 405)

  const organization = await addOrganization(product)
  const run = await backUp(product, organization.id)
  await fetch(`${product.address}/nowhere/${operator.userName}?password=${operator.password}`)
  await fetch(`${product.address}/api/v1/nowhere`)
  // What the database holds is looked at anew after five seconds.
  await new Promise((resolve) => setTimeout(resolve, 5_100))
  const answer = await fetch(address, { headers })
  assert.match(answer.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/)
  const text = await answer.text()
  const samples = parse(text)
  const value = (name: string, labels: Record<string, string> = {}) =>
    samples.find(
      (one) =>
        one.name === name && Object.entries(labels).every(([key, expected]) => one.labels[key] === expected),
    )?.value
  assert.equal(value('bdrcloud_database_up'), 1)
  assert.equal(value('bdrcloud_runs_total', { outcome: 'succeeded' }), 1)
  assert.equal(value('bdrcloud_runs_total', { outcome: 'failed' }), 0)
  assert.equal(value('bdrcloud_run_duration_seconds_count', { outcome: 'succeeded' }), 1)
  assert.equal(value('bdrcloud_run_items_total', { outcome: 'stored' }), run.counts.itemsStored)
  assert.equal(value('bdrcloud_run_read_bytes_total'), run.counts.bytesRead)
  assert.equal(
    value('bdrcloud_organization_last_success_timestamp_seconds', { organization: organization.id }),
    Date.parse(run.finishedAt ?? '') / 1000,
  )
  assert.equal(
    value('bdrcloud_organization_stored_bytes', { organization: organization.id }),
    run.counts.bytesStored,
  )
  assert.ok(
    (value('bdrcloud_microsoft_requests_total', { cloud: 'global', service: 'graph', status: '200' }) ?? 0) >
      0,
  )
  assert.ok((value('bdrcloud_microsoft_requests_total', { service: 'login', status: '200' }) ?? 0) > 0)
  const setUp = { method: 'POST', route: '/api/v1/setup/operator', status: '201' }
  assert.equal(value('bdrcloud_http_request_duration_seconds_count', setUp), 1)
  assert.ok((value('bdrcloud_vault_free_bytes') ?? 0) > 0)
  assert.ok((value('process_resident_memory_bytes') ?? 0) > 0)
  assert.ok(value('nodejs_eventloop_lag_seconds') !== undefined)
  assert.ok(value('bdrcloud_database_pool_connections', { state: 'waiting' }) !== undefined)

  const routes = new Set(samples.map(({ labels }) => labels['route']).filter((route) => route !== undefined))
  assert.ok(routes.has('/api/v1/runs/:id'))
  for (const route of routes) assert.doesNotMatch(route, /[0-9a-f]{8}-|nowhere|\?/)
  for (const personal of ['Contoso', 'contoso', operator.userName, 'password', token, '@']) {
    assert.ok(!text.includes(personal), personal)
  }
  if (!existsSync(promtool)) return t.skip('promtool is not installed')
  const judged = spawnSync(promtool, ['check', 'metrics'], { input: text, encoding: 'utf8', timeout: 20_000 })
  // Names of Node's own metrics are prom-client's.
  const findings = `${judged.stdout}${judged.stderr}`
    .split('\n')
    .filter((line) => line.startsWith('bdrcloud'))
  assert.deepEqual(findings, [])
  assert.doesNotMatch(judged.stderr, /error while linting|parsing/)
})

test('metrics are offered beyond this machine only with a token, and a bad token file or address is told', async (t) => {
  const folder = temporaryFolder(t)
  const metrics = { text: async () => 'x 1\n', contentType: 'text/plain' }
  const parts = { metrics, logger: silentLogger, tokenFile: null }
  const file = join(folder, 'token')
  writeFileSync(file, 'short\n')
  for (const [options, code] of [
    [{ address: '0.0.0.0:0' }, 'OPS_METRICS_EXPOSED'],
    [{ address: '[::]:0' }, 'OPS_METRICS_EXPOSED'],
    [{ address: '127.0.0.1' }, 'OPS_METRICS_ADDRESS'],
    [{ address: '127.0.0.1:99999' }, 'OPS_METRICS_ADDRESS'],
    [{ address: '203.0.113.1:1', tokenFile: file }, 'OPS_METRICS_TOKEN'],
    [{ address: '127.0.0.1:0', tokenFile: join(folder, 'none') }, 'OPS_METRICS_TOKEN'],
  ] as const) {
    await assert.rejects(listenForMetrics({ ...parts, ...options }), (error) => isAppError(error, code), code)
  }
  const listener = await listenForMetrics({ ...parts, address: '127.0.0.1:0' })
  t.after(() => listener.close())
  assert.equal(await (await fetch(`http://127.0.0.1:${listener.port}/metrics`)).text(), 'x 1\n')
})

test('a database that is away is a metric, and what it told before is no longer shown', async () => {
  const { db, drop } = await createTestDatabase()
  const metrics = createMetrics({
    db,
    version: '1',
    events: createEventBus({ logger: silentLogger }),
    vaultSpace: async () => null,
    certificate: () => ({ endsAt: 1_800_000_000_500, problem: 'not taken' }),
  })
  await drop()
  const samples = parse(await metrics.text())
  assert.equal(samples.find(({ name }) => name === 'bdrcloud_database_up')?.value, 0)
  const sampleOf = (wanted: string) => samples.find(({ name }) => name === wanted)?.value
  assert.equal(sampleOf('bdrcloud_tls_certificate_expiry_timestamp_seconds'), 1_800_000_000.5)
  assert.equal(sampleOf('bdrcloud_tls_certificate_usable'), 0)
  assert.equal(
    samples.some(({ name }) => name === 'bdrcloud_active_runs'),
    false,
  )
})
