/** The search for secrets can fail: it finds what is planted, in every form and in every place that it looks at, of a product in small. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import pg from 'pg'
import type { Page } from 'playwright-core'
import { connectionOptions, startEmbeddedPostgres } from '../../src/database/index.ts'
import { launchBrowser, noBrowser } from '../browser.ts'
import { atEnd, temporaryFolder } from '../platform/server-process.ts'
import { canReadMemory, searchEverywhere } from './everywhere.ts'
import { createSearch, formsOf } from './needles.ts'
import { part } from './places.ts'

const planted = { name: 'planted', value: Buffer.from('pl?nted~secret/wïth "all"+kinds&of%signs') }
const text = planted.value.toString('utf8')
const search = createSearch([planted])

test('a secret is found in every form, wherever it stands in a text', () => {
  const forms = formsOf(planted)
  assert.deepEqual(
    [...new Set(forms.map(({ form }) => form))].toSorted(),
    [
      'HEXADECIMAL',
      'JSON',
      'JSON twice',
      'base64',
      'base64url',
      'form',
      'hexadecimal',
      'percent-encoded',
      'plain',
    ].toSorted(),
  )
  for (const { form, bytes } of forms) {
    for (const before of ['', 'x', 'xyz']) {
      const found = search.in(Buffer.concat([Buffer.from(before), bytes, Buffer.from(before)]))
      assert.ok(
        found.some((one) => one.form === form),
        form,
      )
    }
  }
  const within = Buffer.concat([Buffer.from('a{"password":"'), planted.value, Buffer.from('"}')])
  for (const cut of [0, 1, 2])
    for (const encoding of ['base64', 'base64url'] as const)
      assert.notDeepEqual(search.in(Buffer.from(within.subarray(cut).toString(encoding))), [], encoding)
  assert.deepEqual(search.in(Buffer.from('pl?nted~secret/with "all"+kinds&of%signs')), [])
})

test('a secret is found in every place', async (t) => {
  const folder = temporaryFolder(t)
  const vault = join(folder, 'data', 'vault')
  mkdirSync(vault, { recursive: true })
  const key = join(folder, 'data', 'secrets.key')
  writeFileSync(key, text)
  const postgres = await startEmbeddedPostgres({
    dataDirectory: join(folder, 'data'),
    settings: { fsync: 'off', shared_buffers: '4MB', max_connections: '10' },
  })
  const { socketDirectory } = postgres.connection
  const client = new pg.Client(connectionOptions(postgres.connection))
  atEnd(t, async () => {
    await client.end()
    await postgres.stop()
  })
  const places = {
    folder,
    without: [key],
    postgres: { folder: join(folder, 'data'), socketDirectory },
    trail: async () => Buffer.from(trail),
    page: await blankPage(t),
  }
  let trail = '{"action":"signIn"}\n'
  await client.connect()
  await client.query('create table settings (name text, value jsonb)')
  assert.deepEqual(await searchEverywhere(places, search), [], 'nothing is planted yet')

  writeFileSync(join(folder, 'server.log'), `${JSON.stringify({ msg: text })}\n`)
  // Across the border between what is read at once and the next.
  writeFileSync(join(vault, 'planted'), Buffer.concat([Buffer.alloc(part - 10), planted.value]))
  await client.query(`insert into settings values ('planted', to_jsonb($1::text))`, [
    planted.value.toString('base64'),
  ])
  await client.query('checkpoint')
  trail += `${JSON.stringify({ action: 'signIn', detail: text })}\n`
  await places.page?.evaluate(`localStorage.setItem('planted', ${JSON.stringify(text)})`)
  const program = "process.stdout.write('runs'); setTimeout(() => {}, 300000)"
  const child = spawn(process.execPath, ['-e', program, text], { stdio: ['ignore', 'pipe', 'ignore'] })
  t.after(() => child.kill())
  await once(child.stdout, 'data')

  const leaks = await searchEverywhere(places, search)
  const expected = [
    /, JSON: in .*server\.log$/,
    /, plain: in .*vault\/planted$/,
    /, base64: in a row of settings$/,
    /, base64: in .*postgresql\/data-\d+\/base\//,
    /, base64: in .*postgresql\/data-\d+\/pg_wal\//,
    /, plain: in the command line of node$/,
    /, JSON: in the exported audit trail$/,
    ...(noBrowser ? [] : [/: in the browser$/]),
    ...(canReadMemory ? [/, base64: in the memory of PostgreSQL$/] : []),
  ]
  for (const place of expected)
    assert.ok(
      leaks.some((leak) => place.test(leak)),
      `${place} in ${leaks.join('\n')}`,
    )
  assert.ok(!leaks.some((leak) => leak.includes('secrets.key')))
})

/** A page with a storage of its own, in a browser that asks nobody. */
async function blankPage(t: TestContext): Promise<Page | undefined> {
  if (noBrowser) return undefined
  const browser = await launchBrowser()
  t.after(() => browser.close())
  const page = await browser.newPage()
  await page.route('**/*', (route) => route.fulfill({ contentType: 'text/html', body: '<title>x</title>' }))
  await page.goto('http://localhost:9/')
  return page
}
