import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type DriveClient, type DriveItem, openDrives } from './drive-client.ts'

describe('change tracking of simulated drives', () => {
  let client: DriveClient
  let drive: string
  before(async () => {
    client = await openDrives({ users: 2, files: 40, seed: 3 })
    drive = client.drive
  })
  after(() => client.close())

  /** Paths by id, as somebody keeps them who reads only change tracking; order must not matter. */
  const keep = (known: Map<string, DriveItem>, items: readonly DriveItem[]) => {
    for (const item of items) {
      if (item.deleted) known.delete(item.id)
      else known.set(item.id, item)
    }
    return known
  }
  const paths = (known: ReadonlyMap<string, DriveItem>): string[] => {
    const pathOf = (item: DriveItem): string => {
      const parent = known.get(item.parentReference.id ?? '')
      return parent === undefined ? '' : `${pathOf(parent)}/${item.name}`
    }
    return [...known.values()].map(pathOf).filter(Boolean).sort()
  }
  const truePaths = async () => (await client.truth(drive)).map(({ path }) => `/${path.join('/')}`).sort()

  test('a first round names everything, whatever the order, repeats and empty pages', async () => {
    const plain = await client.delta(drive)
    assert.ok(plain.pages > 5)
    assert.deepEqual(paths(keep(new Map(), plain.items)), await truePaths())
    await client.controlDrives('behaviour', {
      emptyPages: true,
      duplicates: true,
      shuffle: true,
      replay: true,
    })
    const odd = await client.delta(drive)
    await client.controlDrives('behaviour', {
      emptyPages: false,
      duplicates: false,
      shuffle: false,
      replay: false,
    })
    assert.ok(odd.pages > plain.pages && odd.items.length > plain.items.length)
    assert.deepEqual(paths(keep(new Map(), odd.items)), await truePaths())
  })

  test('a round tells what was made, changed, renamed, moved and deleted, with the folders above', async () => {
    const first = await client.delta(drive)
    const known = keep(new Map(), first.items)
    await client.controlDrives('add', { drive, path: ['Projects', 'new', 'plan.txt'], text: 'one' })
    await client.controlDrives('rename', { drive, path: ['Rechnungen'], name: 'Invoices' })
    await client.controlDrives('move', { drive, path: ['写真'], to: ['a', 'b'] })
    await client.controlDrives('delete', { drive, path: ['Projects', '2024 – closed'] })
    const second = await client.round(first.deltaLink)
    assert.ok(second.items.some(({ deleted, folder }) => deleted && folder))
    assert.ok(
      second.items.some(({ name, parentReference }) => name === 'root' && parentReference.id === undefined),
      'the folders above are sent again',
    )
    assert.deepEqual(paths(keep(known, second.items)), await truePaths())
    const changed = second.items.find(({ name }) => name === 'plan.txt')
    assert.ok(changed)
    await client.controlDrives('change', { drive, id: changed.id, text: 'two' })
    await client.controlDrives('share', { drive, path: ['Invoices'] })
    const third = await client.round(second.deltaLink)
    const again = third.items.find(({ id }) => id === changed.id)
    assert.notEqual(again?.cTag, changed.cTag, 'the tag of the content has changed')
    const shared = third.items.find(({ name }) => name === 'Invoices')
    assert.equal(shared?.cTag, known.get(shared?.id ?? '')?.cTag, 'sharing changes no content')
    assert.deepEqual((await client.round(third.deltaLink)).items, [])
  })

  test('from now on: a round without a beginning', async () => {
    const { items, deltaLink } = await client.round(`/drives/${drive}/root/delta?token=latest`)
    assert.deepEqual(items, [])
    const { id } = await client.controlDrives<{ id: string }>('add', { drive, path: ['later.txt'], size: 10 })
    const later = await client.round(deltaLink)
    assert.deepEqual(
      later.items.filter(({ name }) => name !== 'root').map((item) => item.id),
      [id],
    )
  })

  for (const resync of [
    'resyncChangesApplyDifferences',
    'resyncChangesUploadDifferences',
    'resyncRequired',
  ]) {
    test(`an expired token is answered with ${resync} and where to begin again`, async () => {
      const { deltaLink } = await client.round(`/drives/${drive}/root/delta?token=latest`)
      await client.controlDrives('behaviour', { resync })
      await client.controlDrives('expireDelta', { drive })
      const answer = await client.call(deltaLink)
      assert.equal(answer.status, 410)
      const { error } = (await answer.json()) as { error: { code: string; innerError: { code?: string } } }
      assert.equal(error.innerError.code ?? error.code, resync)
      const fresh = await client.round(answer.headers.get('location') ?? '')
      assert.deepEqual(paths(keep(new Map(), fresh.items)), await truePaths())
    })
  }

  test('copies that nobody holds are listed once each, page by page, beside the file that they are of', async () => {
    const before = await client.delta(drive)
    const original = before.items.find(({ deleted, folder, root }) => !deleted && !folder && !root)
    assert.ok(original)
    await client.controlDrives('copies', { drive, id: original.id, count: 10 })
    const ids = Array.from({ length: 10 }, (_, number) => `${original.id}-copy${number}`)
    const all = await client.delta(drive)
    const copies = all.items.filter(({ id }) => ids.includes(id))
    assert.deepEqual(
      copies.map(({ id, parentReference }) => [id, parentReference.id]),
      ids.map((id) => [id, original.parentReference.id]),
    )
    const known = [...keep(new Map(), before.items).keys()]
    assert.deepEqual([...keep(new Map(), all.items).keys()].sort(), [...known, ...ids].sort())
    assert.deepEqual((await client.round(all.deltaLink)).items, [])
  })
})
