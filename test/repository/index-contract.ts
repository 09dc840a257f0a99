/** What every kind of index must do, compared with a plain list of places. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { idOf } from '../../src/repository/format/blob-id.ts'
import type { PackContent } from '../../src/repository/format/pack-header.ts'
import type { BlobIndex } from '../../src/repository/read/blob-index.ts'

export const idNumber = (number: number) => idOf(Buffer.from(`blob ${number}`))
export const packNumbered = (number: number) => idOf(Buffer.from(`pack ${number}`))

/** Packs with few different ids, so that blobs and packs come more than once; some ids begin alike. */
export const packsOfFewBlobs = fc.array(
  fc.record({
    pack: fc.nat(6),
    blobs: fc.array(
      fc.record({
        blob: fc.nat(40),
        twin: fc.boolean(),
        type: fc.constantFrom('data' as const, 'tree' as const),
        length: fc.integer({ min: 32, max: 2 ** 32 - 1 }),
        plain: fc.nat(2 ** 32 - 1),
      }),
      { maxLength: 12 },
    ),
  }),
  { maxLength: 14 },
)

type MadeUpPacks = typeof packsOfFewBlobs extends fc.Arbitrary<infer T> ? T : never

export function packContents(packs: MadeUpPacks): PackContent[] {
  return packs.map(({ pack, blobs }) => ({
    id: packNumbered(pack),
    blobs: blobs.map(({ blob, twin, type, length, plain }, position) => ({
      // A twin shares the first 64 bits with another id and differs later.
      id: twin ? `${idNumber(blob).slice(0, 20)}${'7'.repeat(44)}` : idNumber(blob),
      type,
      offset: position * 1000,
      length,
      ...(plain === 0 ? {} : { uncompressedLength: plain }),
    })),
  }))
}

/** The places an index must have after these packs were added, in their order. */
export function expectedPlaces(packs: readonly PackContent[]) {
  const places: (PackContent['blobs'][number] & { readonly pack: string })[] = []
  for (const { id: pack, blobs } of packs) {
    for (const blob of blobs) {
      const known = places.some(
        (one) =>
          one.pack === pack && one.id === blob.id && one.type === blob.type && one.offset === blob.offset,
      )
      if (!known) places.push({ ...blob, pack })
    }
  }
  return places
}

export function assertIndexHolds(index: BlobIndex, packs: readonly PackContent[]): void {
  const places = expectedPlaces(packs)
  assert.equal(index.size, places.length)
  assert.deepEqual(index.packs, [...new Set(packs.map(({ id }) => id))])
  const number = places.keys().toArray()
  // In order and against it: an index may read ahead.
  for (const entry of [...number, ...number.toReversed()]) {
    const { pack, id, type } = places[entry] ?? assert.fail()
    assert.deepEqual(index.entry(entry), places[entry])
    assert.equal(index.packs[index.packNumber(entry)], pack)
    const first = places.findIndex((one) => one.id === id && one.type === type)
    assert.equal(index.firstPlace(entry), first)
    assert.equal(index.entryOf(type, id), first)
    assert.equal(index.has(type, id), true)
    assert.deepEqual(
      index.find(type, id),
      places.filter((one) => one.id === id && one.type === type),
    )
  }
  for (const type of ['data', 'tree'] as const) {
    for (let blob = 0; blob <= 45; blob++) {
      const id = idNumber(blob)
      const known = places.some((one) => one.id === id && one.type === type)
      assert.equal(index.has(type, id), known)
      if (!known) assert.deepEqual([index.entryOf(type, id), index.find(type, id)], [-1, []])
    }
    assert.equal(index.has(type, 'no id'), false)
  }
}
