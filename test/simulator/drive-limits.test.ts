import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type DriveClient, openDrives } from './drive-client.ts'
import type { Json } from './mail-client.ts'

const withDrives = async (
  work: (client: DriveClient) => Promise<void>,
  rolesTakenAway: readonly string[] = [],
): Promise<void> => {
  const client = await openDrives({ users: 14, files: 5, sites: 2, seed: 9 }, rolesTakenAway)
  try {
    await work(client)
  } finally {
    await client.close()
  }
}
const codeOf = async (answer: { json(): Promise<unknown> }) =>
  ((await answer.json()) as { error: { code: string } }).error.code

test('resource units are counted as Microsoft counts them, told from 80 % on, and refused beyond', async () => {
  await withDrives(async ({ call, controlDrives, drive }) => {
    await controlDrives('resetStatistics')
    await controlDrives('limit', { unitsPerMinute: 20 })
    const first = await call(`/drives/${drive}/root/delta`)
    assert.equal(first.headers.get('ratelimit-limit'), null)
    await call(`/drives/${drive}/items/root`)
    await call(`/drives/${drive}/items/root/permissions`)
    await call(`/drives/${drive}/items/root/permissions`)
    const near = await call(`/drives/${drive}/items/root/children`, {
      headers: { 'user-agent': 'ISV|Example|Backup/1.0' },
    })
    assert.deepEqual(await controlDrives('statistics').then((s) => s['resourceUnits']), 2 + 1 + 5 + 5 + 2)
    assert.equal(near.headers.get('ratelimit-limit'), null)
    const told = await call(`/drives/${drive}/items/root/children`)
    assert.deepEqual(
      ['limit', 'remaining'].map((name) => told.headers.get(`ratelimit-${name}`)),
      ['20', '3'],
    )
    const beyond = await call(`/drives/${drive}/items/root/permissions`)
    assert.equal(beyond.status, 429)
    assert.ok(Number(beyond.headers.get('retry-after')) > 0)
    assert.equal(await codeOf(beyond), 'activityLimitReached')
    await new Promise((resolve) => setTimeout(resolve, 200))
    await call(`/drives/${drive}/items/root`)
    const statistics = await controlDrives<{ violations: number; throttled: number; undecorated: number }>(
      'statistics',
    )
    assert.deepEqual(
      [statistics.throttled, statistics.violations, statistics.undecorated],
      [2, 1, 7],
      'the one that did not wait is noticed',
    )
  })
})

test('what is absent, locked or not allowed is said in the words of SharePoint', async () => {
  await withDrives(async ({ call, json, controlDrives, simulator }) => {
    const room = simulator.tenant.users.find(({ mailboxKind }) => mailboxKind === 'room')
    const none = await call(`/users/${room?.id}/drive`)
    assert.equal(none.status, 404)
    assert.match(await none.text(), /mysite not found/)
    const { value: sites } = await json<{ value: { id: string }[] }>('/sites/getAllSites')
    assert.equal(sites.length, 2)
    const site = sites[0]?.id ?? ''
    const { value: libraries } = await json<{ value: { id: string; driveType: string }[] }>(
      `/sites/${site}/drives`,
    )
    assert.deepEqual(
      libraries.map(({ driveType }) => driveType),
      ['documentLibrary', 'documentLibrary'],
    )
    await controlDrives('lock', { site, kind: 'resourceLocked' })
    const locked = await call(`/drives/${libraries[0]?.id}/root/delta`)
    assert.equal(locked.status, 423)
    assert.equal(await codeOf(locked), 'resourceLocked')
    await controlDrives('lock', { site, kind: 'none' })
    assert.equal((await call(`/drives/${libraries[0]?.id}/root/delta`)).status, 200)
    assert.equal(await codeOf(await call('/drives/b!nothing')), 'itemNotFound')
  })
})

test('without the permission nothing is read, without the one to write nothing is changed', async () => {
  const write = ['Files.ReadWrite.All', 'Sites.ReadWrite.All', 'Sites.FullControl.All']
  await withDrives(async ({ call, drive }) => {
    assert.equal((await call(`/drives/${drive}/root/delta`)).status, 200)
    const refused = await call(`/drives/${drive}/root:/x.txt:/content`, { method: 'PUT', body: {} as Json })
    assert.equal(refused.status, 403)
    assert.equal(await codeOf(refused), 'accessDenied')
  }, write)
  await withDrives(
    async ({ call, drive }) => {
      assert.equal((await call(`/drives/${drive}/root/delta`)).status, 403)
    },
    [...write, 'Files.Read.All', 'Sites.Read.All'],
  )
})
