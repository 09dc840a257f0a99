/** The bench of the server in small: nothing of how fast it is, but that it stays well and keeps its bounds. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { root } from '../../../scripts/run.ts'
import { scratchFolder } from '../../repository/support.ts'

interface Row {
  readonly what: string
  readonly requests: number
  readonly statuses: Readonly<Record<string, number>>
  readonly errors: number
}

interface Load {
  readonly load: string
  readonly rows: readonly Row[]
  readonly ordinaryUse: Readonly<Record<string, number>>
  readonly afterMiB: number
}

test('browsing, event streams and wrong sign-ins leave the server well, and who works meanwhile gets answers', async (context) => {
  const folder = await scratchFolder(context)
  const parameters = [
    '--sign-ins',
    '80',
    '--streams',
    '60',
    '--rate',
    '20',
    '--seconds',
    '10',
    '--items',
    '3000',
  ]
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join(root, 'bench/main.ts'), 'server', '--json', '--folder', folder, ...parameters],
    { timeout: 600_000 },
  )
  const { items, loads } = JSON.parse(stdout) as { items: number; loads: Load[] }
  assert.ok(items >= 3000)
  assert.deepEqual(
    loads.map(({ load }) => load),
    ['20 requests/s of browsing', '60 event streams', '80 wrong sign-ins'],
  )
  const [browsing, streams, signIns] = loads
  for (const row of browsing?.rows ?? []) {
    assert.deepEqual(Object.keys(row.statuses), ['200'], row.what)
    assert.equal(row.errors, 0, row.what)
  }
  assert.deepEqual(streams?.rows[0]?.statuses, { 200: 60 })
  assert.deepEqual(streams?.rows[1]?.statuses, { 200: 60 * 20 }, 'every event reaches every page')
  assert.equal(streams?.rows[2]?.requests, 60, 'every stream is alive after the heartbeat')
  // Wrong, held back, or refused while too many wait; never let in, never an error of the server.
  for (const status of Object.keys(signIns?.rows[0]?.statuses ?? {}))
    assert.ok(['401', '429', '503'].includes(status), status)
  assert.equal(signIns?.rows[0]?.requests, 80)
  for (const { load, ordinaryUse, afterMiB } of loads) {
    assert.equal(ordinaryUse['healthFailed'], 0, load)
    assert.equal(ordinaryUse['pagesFailed'], 0, load)
    assert.equal(ordinaryUse['signInsFailed'], 0, load)
    assert.ok(afterMiB < 1024, `${load}: ${afterMiB} MiB`)
  }
})
