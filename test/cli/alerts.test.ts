/** Alerts and their channels with the command line alone, on the real server. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { root } from '../../scripts/run.ts'
import type { AlertSettings, AlertView, SavedChannel } from '../../src/contract/index.ts'
import { plainRules } from '../alerts/alert-lab.ts'
import { operator, type Product, startProduct } from '../product.ts'

let product: Product
const bodies: string[] = []
const peer = createServer((request, response) => {
  request.on('data', (part: Buffer) => bodies.push(part.toString('utf8')))
  request.on('end', () => response.end('ok'))
})
before(async () => {
  await new Promise<void>((resolve) => peer.listen(0, '127.0.0.1', resolve))
  product = await startProduct({ users: 1, mails: 1 }, async () => ({
    environment: { BDRCLOUD_ALLOWED_NETWORKS: '127.0.0.1' },
  }))
  await run(['login', '--server', product.address, '--user', operator.userName])
})
after(async () => {
  peer.closeAllConnections()
  peer.close()
  await product.stop()
})

function start(args: readonly string[]) {
  return new Promise<{ code: number | null; out: string; err: string }>((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, 'src/cli/main.ts'), ...args], {
      env: {
        ...process.env,
        BDRCLOUD_CREDENTIALS: join(product.folder, 'credentials.json'),
        BDRCLOUD_PASSWORD: operator.password,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 60_000,
    })
    let [out, err] = ['', '']
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString()
    })
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk.toString()
    })
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, out, err }))
  })
}

async function run(args: readonly string[]): Promise<string> {
  const { code, out, err } = await start(args)
  assert.equal(code, 0, err)
  return out
}
const json = async <T>(args: readonly string[]): Promise<T> => JSON.parse(await run([...args, '--json'])) as T

async function until<T>(found: () => Promise<T | undefined>): Promise<T> {
  for (let tries = 0; tries < 120; tries += 1) {
    const value = await found()
    if (value !== undefined) return value
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
  throw new Error('it did not happen within a minute')
}

test('a channel is made from a file, tested, told of an alert that is then acknowledged, and removed', async () => {
  const file = join(product.folder, 'channel.json')
  writeFileSync(
    file,
    JSON.stringify({ name: 'On call', enabled: true, rules: plainRules, target: { kind: 'webhook' } }),
  )
  const address = join(product.folder, 'address')
  writeFileSync(address, `http://127.0.0.1:${(peer.address() as AddressInfo).port}/secret-part\n`)
  const saved = await json<SavedChannel>([
    'settings',
    'alerts',
    'channel',
    'save',
    file,
    '--secret-file',
    address,
  ])
  assert.ok(saved.signingKey)
  await run(['settings', 'alerts', 'channel', 'test', saved.channel.id])
  assert.match(bodies[0] ?? '', /"purpose":"test"/)

  // The disk has less free space than nobody has.
  await run(['settings', 'alerts', 'set', '--low-space-gigabytes', '1000000'])
  const shown = await json<AlertSettings>(['settings', 'alerts', 'show'])
  assert.equal(shown.thresholds.lowSpaceGigabytes, 1_000_000)
  assert.doesNotMatch(JSON.stringify(shown), /secret-part/)
  assert.match(await run(['settings', 'alerts', 'show']), /On call +webhook +127\.0\.0\.1/)

  // The vault is looked at when the server starts.
  await product.kill()
  await product.restart()
  const alerts = await until(async () => {
    const found = await json<AlertView[]>(['alert', 'list', '--kind', 'vault-space-low'])
    return found.length > 0 ? found : undefined
  })
  const id = alerts[0]?.id ?? ''
  await until(async () => (bodies.some((body) => body.includes('vault-space-low')) ? true : undefined))
  assert.match(await run(['alert', 'show', id]), /What to do +Enlarge the disk/)
  await run(['alert', 'acknowledge', id, '--reason', 'A new disk is on its way'])
  assert.deepEqual(await json<AlertView[]>(['alert', 'list']), [])
  const seen = await json<AlertView[]>(['alert', 'list', '--state', 'acknowledged'])
  assert.equal(seen[0]?.acknowledgement?.reason, 'A new disk is on its way')
  const again = await start(['alert', 'acknowledge', id, '--reason', 'Once more'])
  assert.equal(again.code, 2)
  assert.match(again.err, /ended already, or was acknowledged/)

  await run(['settings', 'alerts', 'channel', 'remove', saved.channel.id, '--yes'])
  assert.deepEqual((await json<AlertSettings>(['settings', 'alerts', 'show'])).channels, [])
})
