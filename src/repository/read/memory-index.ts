/**
 * The index in memory, 54 to 56 bytes a blob: typed arrays in segments and a table with open addressing, because a Map of texts takes
 * three times that.
 */
import type { BlobType } from '../repository.ts'
import { release } from '../threads/release.ts'
import { type BlobIndex, type BlobLocation, createPackNumbers, idBytes, treeFlag } from './blob-index.ts'

const segmentSize = 16_384
const firstTable = 1024
/** The table grows by half when it is three quarters full, so it takes 5.3 to 8 bytes a blob. */
const mostFull = 0.75
const growth = 1.5
/** What a number in the table has room for; at 56 bytes each that is 7 GiB. */
const markShift = 27
const mostEntries = 2 ** markShift

interface Segment {
  readonly ids: Buffer
  /** Per entry: pack number (with `treeFlag`), offset, length, plain length (0: not compressed). */
  readonly places: Uint32Array
}

export function createMemoryIndex(): BlobIndex {
  const packs = createPackNumbers()
  const segments: Segment[] = []
  let count = 0
  /**
   * Numbers of places, one more than they are, below five bits of the id; 0 is free. Ids are spread evenly, so their beginning says where
   * to look, and the five bits spare most looks at the ids of others.
   */
  let table = new Uint32Array(firstTable)
  const wanted = Buffer.alloc(idBytes)

  const segmentOf = (entry: number): Segment => {
    const segment = segments[Math.floor(entry / segmentSize)]
    if (!segment) throw new RangeError('entry outside of the blob index')
    return segment
  }
  const slotOf = (ids: Buffer, at: number) => Math.floor((ids.readUInt32BE(at) * table.length) / 2 ** 32)
  const markOf = (ids: Buffer, at: number) => (ids[at + 4] ?? 0) >>> 3
  const insert = (entry: number) => {
    const { ids } = segmentOf(entry)
    const at = (entry % segmentSize) * idBytes
    let slot = slotOf(ids, at)
    while (table[slot] !== 0) slot = slot + 1 === table.length ? 0 : slot + 1
    table[slot] = markOf(ids, at) * mostEntries + entry + 1
  }
  const grow = () => {
    const length = Math.ceil(table.length * growth)
    // The old table goes before the new one comes: two of them would be the peak of all memory.
    release(table)
    table = new Uint32Array(length)
    for (let entry = 0; entry < count; entry++) insert(entry)
  }
  const place = (entry: number): readonly [number, number, number, number] => {
    const at = (entry % segmentSize) * 4
    const { places } = segmentOf(entry)
    return [places[at] ?? 0, places[at + 1] ?? 0, places[at + 2] ?? 0, places[at + 3] ?? 0]
  }
  /** Places of the blob with the id `wanted` in the order of their numbers; `visit` answers true to stop. */
  const search = (isTree: boolean, visit: (entry: number) => boolean): boolean => {
    const mark = markOf(wanted, 0)
    let slot = slotOf(wanted, 0)
    for (let found = table[slot] ?? 0; found !== 0; found = table[slot] ?? 0) {
      if (found >>> markShift === mark) {
        const entry = (found % mostEntries) - 1
        const at = (entry % segmentSize) * idBytes
        const { ids, places } = segmentOf(entry)
        const same = wanted.compare(ids, at, at + idBytes) === 0
        if (same && (places[(entry % segmentSize) * 4] ?? 0) >= treeFlag === isTree && visit(entry))
          return true
      }
      slot = slot + 1 === table.length ? 0 : slot + 1
    }
    return false
  }
  const first = (isTree: boolean): number => {
    let found = -1
    search(isTree, (entry) => {
      found = entry
      return true
    })
    return found
  }
  const entryOf = (type: BlobType, id: string): number =>
    wanted.write(id, 'hex') === idBytes ? first(type === 'tree') : -1
  const location = (entry: number): BlobLocation => {
    const [numbered, offset, length, plain] = place(entry)
    const at = (entry % segmentSize) * idBytes
    const id = segmentOf(entry).ids.toString('hex', at, at + idBytes)
    const type = numbered >= treeFlag ? 'tree' : 'data'
    const pack = packs.ids[numbered % treeFlag] ?? ''
    return { pack, id, type, offset, length, ...(plain === 0 ? {} : { uncompressedLength: plain }) }
  }
  return {
    add(pack) {
      const { number: packNumber } = packs.numberOf(pack.id)
      for (const blob of pack.blobs) {
        const isTree = blob.type === 'tree'
        wanted.write(blob.id, 'hex')
        const known = search(isTree, (entry) => {
          const [number, offset] = place(entry)
          return number % treeFlag === packNumber && offset === blob.offset
        })
        if (known) continue
        if (count % segmentSize === 0) {
          segments.push({
            ids: Buffer.alloc(segmentSize * idBytes),
            places: new Uint32Array(segmentSize * 4),
          })
        }
        if (count >= table.length * mostFull) grow()
        if (count + 1 === mostEntries) throw new RangeError('more blobs than an index in memory can hold')
        const { ids, places } = segmentOf(count)
        wanted.copy(ids, (count % segmentSize) * idBytes)
        const at = (count % segmentSize) * 4
        places[at] = packNumber + (isTree ? treeFlag : 0)
        places[at + 1] = blob.offset
        places[at + 2] = blob.length
        places[at + 3] = blob.uncompressedLength ?? 0
        insert(count)
        count++
      }
    },
    has: (type, id) => entryOf(type, id) >= 0,
    find(type, id) {
      const found: BlobLocation[] = []
      if (wanted.write(id, 'hex') !== idBytes) return found
      search(type === 'tree', (entry) => {
        found.push(location(entry))
        return false
      })
      return found
    },
    get size() {
      return count
    },
    packs: packs.ids,
    entryOf,
    entry: location,
    firstPlace(number) {
      const at = (number % segmentSize) * idBytes
      segmentOf(number).ids.copy(wanted, 0, at, at + idBytes)
      return first(place(number)[0] >= treeFlag)
    },
    packNumber: (number) => place(number)[0] % treeFlag,
    async settle() {},
    async remember() {},
    close() {},
  }
}
