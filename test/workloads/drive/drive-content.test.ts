/** Drives of the simulated tenant, read by the product: everything that is there, and each byte of it. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { AppError } from '../../../src/errors/index.ts'
import { createAppTokenProvider, type GraphClient, isResyncRequired } from '../../../src/microsoft/index.ts'
import { initRepository, memoryBackend, openRepository } from '../../../src/repository/index.ts'
import { systemClock } from '../../../src/shared/index.ts'
import {
  type DriveChange,
  type DriveFile,
  type DriveFolder,
  enumerateDrive,
  fetchFile,
} from '../../../src/workloads/index.ts'
import { startTenant } from '../../microsoft/support.ts'
import type { TrueItem } from '../../simulator/drive-client.ts'
import { sha256 } from '../../simulator/mail-client.ts'

let tenant: Awaited<ReturnType<typeof startTenant>>
let graph: GraphClient
let drive: string
const backend = memoryBackend()
await initRepository(backend, { password: 'p', scrypt: { N: 16, r: 1, p: 1 } })
const repository = await openRepository(backend, { password: 'p', host: 'test' })
const writer = repository.writer()
const { signal } = new AbortController()

before(async () => {
  tenant = await startTenant({ users: 1, files: 40, sites: 0, seed: 11 })
  graph = tenant.graphFor(
    createAppTokenProvider({
      network: tenant.network,
      cloud: tenant.cloud,
      tenantId: tenant.tenantId,
      clientId: tenant.app.clientId,
      credential: { kind: 'password', secret: tenant.app.clientSecret },
      clock: systemClock,
    }),
    tenant.app.clientId,
  )
  const { drives } = (await tenant.control('drives/drives', {})) as { drives: { id: string }[] }
  drive = drives[0]?.id ?? ''
})
after(async () => {
  await tenant?.stop()
  await repository.close()
})

const control = (verb: string, body: object = {}) => tenant.control(`drives/${verb}`, { drive, ...body })
const truth = async () => (await control('list'))['items'] as TrueItem[]
const behave = (habits: object) => tenant.control('drives/behaviour', habits)

type Known = Map<string, DriveFolder | DriveFile>
const take = (known: Known, changes: readonly DriveChange[]) => {
  for (const change of changes) {
    if (change.gone) known.delete(change.externalId)
    else if (change.item) known.set(change.item.externalId, change.item)
  }
}
async function round(known: Known, position: string | null): Promise<string> {
  let last = position
  for await (const page of enumerateDrive(graph, drive, position, signal)) {
    take(known, page.changes)
    last = page.position
  }
  return last ?? ''
}
const pathsOf = (known: Known) => {
  const pathOf = (item: DriveFolder | DriveFile): string => {
    const parent = item.parentExternalId === null ? undefined : known.get(item.parentExternalId)
    return parent === undefined ? '' : `${pathOf(parent)}/${item.name}`
  }
  return [...known.values()].map(pathOf).filter(Boolean).sort()
}
const truePaths = async () => (await truth()).map(({ path }) => `/${path.join('/')}`).sort()
const fileNamed = async (name: string): Promise<DriveFile> => {
  const known: Known = new Map()
  await round(known, null)
  const found = [...known.values()].find((item) => item.name === name)
  assert.ok(found?.kind === 'file', name)
  return found
}
const add = (name: string, content: object) => control('add', { path: [name], ...content })
const code = (expected: string) => (error: unknown) => error instanceof AppError && error.code === expected

test('rounds name what is there, with every habit of the service', async () => {
  const known: Known = new Map()
  let position = await round(known, null)
  assert.deepEqual(pathsOf(known), await truePaths())
  await behave({ emptyPages: true, duplicates: true, shuffle: true, replay: true })
  await control('rename', { path: ['Rechnungen'], name: 'Invoices' })
  await control('move', { path: ['写真'], to: ['a', 'b'] })
  await control('delete', { path: ['Projects'] })
  await add('new.txt', { text: 'new' })
  position = await round(known, position)
  await behave({ emptyPages: false, duplicates: false, shuffle: false, replay: false })
  assert.deepEqual(pathsOf(known), await truePaths())
  for (const resync of [
    'resyncChangesApplyDifferences',
    'resyncChangesUploadDifferences',
    'resyncRequired',
  ]) {
    await behave({ resync })
    await control('expireDelta')
    await assert.rejects(round(new Map(), position), isResyncRequired)
    const again: Known = new Map()
    position = await round(again, null)
    assert.deepEqual(pathsOf(again), await truePaths())
  }
})

test('every file comes into the repository byte for byte, its hash compared', async () => {
  const known: Known = new Map()
  await round(known, null)
  const expected = new Map((await truth()).map((item) => [item.id, item]))
  const outcomes = new Map<string, number>()
  for (const item of known.values()) {
    if (item.kind !== 'file') continue
    if (item.malware) {
      await assert.rejects(fetchFile(graph, writer, drive, item, signal), code('WRK_FILE_INFECTED'))
      continue
    }
    const { stored, hash } = await fetchFile(graph, writer, drive, item, signal)
    assert.equal(stored.sha256, expected.get(item.externalId)?.sha256, item.name)
    outcomes.set(hash, (outcomes.get(hash) ?? 0) + 1)
  }
  assert.equal(outcomes.get('absent'), 1)
  assert.ok((outcomes.get('verified') ?? 0) > 20)
})

test('a download that breaks again and again goes on where it broke, also where ranges are ignored', async () => {
  await add('breaks.bin', { size: 3_000_000 })
  const file = await fileNamed('breaks.bin')
  const { sha256: expected } = (await truth()).find(({ id }) => id === file.externalId) ?? {}
  for (const ignoreRange of [false, true]) {
    await behave({ breakAfterBytes: ignoreRange ? 2_000_000 : 400_000, breaks: 4, ignoreRange })
    const { stored, hash } = await fetchFile(graph, writer, drive, file, signal)
    assert.deepEqual([stored.sha256, hash], [expected, 'verified'])
    const { breaks } = (await behave({})) as { breaks: number }
    assert.equal(breaks, 0, 'it did break')
    await behave({ breakAfterBytes: 0, breaks: 0, ignoreRange: false })
  }
})

test('an address that has ended is asked for again', async () => {
  await add('late.bin', { size: 1000 })
  const file = await fileNamed('late.bin')
  tenant.simulator.tenant.clock.advance(3700)
  const { hash } = await fetchFile(graph, writer, drive, file, signal)
  assert.equal(hash, 'verified')
  const { hash: without } = await fetchFile(graph, writer, drive, { ...file, downloadUrl: null }, signal)
  assert.equal(without, 'verified')
})

test('a file that changes while it is read is not stored as a mixture', async () => {
  await add('changes.bin', { size: 2_000_000 })
  const file = await fileNamed('changes.bin')
  await behave({ breakAfterBytes: 500_000, breaks: 1 })
  const reading = fetchFile(graph, writer, drive, file, signal)
  await control('change', { path: ['changes.bin'], size: 2_000_000 })
  await assert.rejects(reading, code('WRK_FILE_CHANGED'))
  await behave({ breakAfterBytes: 0, breaks: 0 })
})

test('a hash that does not fit is said, and the file is kept as it came, twice the same', async () => {
  await add('wrong.docx', { size: 5000 })
  await control('corrupt', { path: ['wrong.docx'], kind: 'wrong-hash' })
  const file = await fileNamed('wrong.docx')
  const { stored, hash } = await fetchFile(graph, writer, drive, file, signal)
  assert.equal(hash, 'differs')
  const { sha256: expected } = (await truth()).find(({ id }) => id === file.externalId) ?? {}
  assert.equal(stored.sha256, expected)
})

test('what is listed with another length is stored whole, by the length that comes with it, though the line breaks', async () => {
  await add('odd.heic', { size: 1_000_000 })
  for (const quirk of ['listed-larger', 'listed-smaller', 'listed-empty'])
    for (const [other, expected] of [
      ['', 'verified'],
      ['no-hash', 'absent'],
      ['wrong-hash', 'differs'],
    ] as const) {
      await control('corrupt', { path: ['odd.heic'], kinds: [quirk, other] })
      const file = await fileNamed('odd.heic')
      assert.notEqual(file.size, 1_000_000)
      await behave({ breakAfterBytes: 300_000, breaks: 2 })
      const { stored, hash } = await fetchFile(graph, writer, drive, file, signal)
      const { breaks } = (await behave({ breakAfterBytes: 0 })) as { breaks: number }
      const { sha256 } = (await truth()).find(({ id }) => id === file.externalId) ?? {}
      assert.deepEqual([stored.size, stored.sha256, hash, breaks], [1_000_000, sha256, expected, 0], quirk)
    }
  await behave({ breaks: 0 })
})

test('a file that was changed since it was listed is not taken for one with another length, nor when it changes midway', async () => {
  await add('moving.bin', { size: 900_000 })
  const file = await fileNamed('moving.bin')
  await control('change', { path: ['moving.bin'], size: 700_000 })
  await assert.rejects(fetchFile(graph, writer, drive, file, signal), code('WRK_FILE_CHANGED'))
  await control('corrupt', { path: ['moving.bin'], kinds: ['listed-larger', 'no-hash'] })
  const odd = await fileNamed('moving.bin')
  await behave({ breakAfterBytes: 300_000, breaks: 1 })
  const reading = fetchFile(graph, writer, drive, odd, signal)
  await control('change', { path: ['moving.bin'], size: 800_000 })
  await assert.rejects(reading, code('WRK_FILE_CHANGED'))
  await behave({ breakAfterBytes: 0, breaks: 0 })
})

test('an empty file is a file', async () => {
  await add('empty.txt', { text: '' })
  const { stored, hash } = await fetchFile(graph, writer, drive, await fileNamed('empty.txt'), signal)
  assert.deepEqual([stored.size, stored.sha256, hash], [0, sha256(Buffer.alloc(0)), 'verified'])
})

test('the limits of SharePoint are kept: nothing is refused for asking too much', async () => {
  const { throttled, violations, undecorated } = (await tenant.control('drives/statistics', {})) as Record<
    string,
    number
  >
  assert.deepEqual([throttled, violations, undecorated], [0, 0, 0])
})
