/**
 * Where every blob is, in memory: about 56 bytes a blob. Typed arrays in segments and a table with open addressing, because a
 * Map of texts takes three times that. A blob may be in several packs; all places are kept, so that a damaged one has a second.
 */

import type { PackContent, PackedBlob } from '../format/pack-header.ts'
import type { BlobType } from '../repository.ts'

export interface BlobLocation extends PackedBlob {
  readonly pack: string
}

export interface BlobIndex {
  add(pack: PackContent): void
  has(type: BlobType, id: string): boolean
  /** All places of a blob, the first added first. */
  find(type: BlobType, id: string): BlobLocation[]
  /** Places counted, second copies included. */
  readonly size: number
  /** The number of a blob's first place, or -1. Numbers stand for blobs where a set of ids would take too much memory. */
  entryOf(type: BlobType, id: string): number
  /** The place with this number, from 0 up to `size`. */
  entry(number: number): BlobLocation
  /** The position in `packs` of the pack that this place is in. */
  packNumber(number: number): number
  /** Ids of all packs, the first added first. */
  readonly packs: readonly string[]
}

const segmentSize = 4096
const treeFlag = 0x8000_0000

interface Segment {
  readonly ids: Buffer
  /** Per entry: pack number (bit 31: tree), offset, length, plain length (0: not compressed). */
  readonly places: Uint32Array
}

export function createBlobIndex(): BlobIndex {
  const segments: Segment[] = []
  const packs: string[] = []
  const packNumbers = new Map<string, number>()
  let count = 0
  let table = new Int32Array(1024)
  const wanted = Buffer.alloc(32)

  const segmentOf = (entry: number): Segment => {
    const segment = segments[Math.floor(entry / segmentSize)]
    if (!segment) throw new RangeError('entry outside of the blob index')
    return segment
  }
  const insert = (entry: number) => {
    const mask = table.length - 1
    let slot = segmentOf(entry).ids.readUInt32LE((entry % segmentSize) * 32) & mask
    while (table[slot] !== 0) slot = (slot + 1) & mask
    table[slot] = entry + 1
  }
  const grow = () => {
    table = new Int32Array(table.length * 2)
    for (let entry = 0; entry < count; entry++) insert(entry)
  }
  const place = (entry: number): readonly [number, number, number, number] => {
    const at = (entry % segmentSize) * 4
    const { places } = segmentOf(entry)
    return [places[at] ?? 0, places[at + 1] ?? 0, places[at + 2] ?? 0, places[at + 3] ?? 0]
  }
  /** Entries of a blob in the order of the table; `visit` answers true to stop. */
  const search = (type: BlobType, id: string, visit: (entry: number) => boolean): boolean => {
    if (wanted.write(id, 'hex') !== 32) return false
    const mask = table.length - 1
    for (let slot = wanted.readUInt32LE(0) & mask; table[slot] !== 0; slot = (slot + 1) & mask) {
      const entry = (table[slot] ?? 0) - 1
      const at = (entry % segmentSize) * 32
      if (wanted.compare(segmentOf(entry).ids, at, at + 32) !== 0) continue
      if (place(entry)[0] >= treeFlag !== (type === 'tree')) continue
      if (visit(entry)) return true
    }
    return false
  }
  const location = (entry: number, id: string, type: BlobType): BlobLocation => {
    const [packNumber, offset, length, plain] = place(entry)
    const pack = packs[packNumber % treeFlag] ?? ''
    return { pack, id, type, offset, length, ...(plain === 0 ? {} : { uncompressedLength: plain }) }
  }
  return {
    add(pack) {
      let packNumber = packNumbers.get(pack.id)
      if (packNumber === undefined) {
        packNumber = packs.push(pack.id) - 1
        packNumbers.set(pack.id, packNumber)
      }
      for (const blob of pack.blobs) {
        const known = search(blob.type, blob.id, (entry) => {
          const [number, offset] = place(entry)
          return number % treeFlag === packNumber && offset === blob.offset
        })
        if (known) continue
        if (count % segmentSize === 0) {
          segments.push({ ids: Buffer.alloc(segmentSize * 32), places: new Uint32Array(segmentSize * 4) })
        }
        if (count * 3 > table.length * 2) grow()
        const { ids, places } = segmentOf(count)
        ids.write(blob.id, (count % segmentSize) * 32, 'hex')
        const numbered = packNumber + (blob.type === 'tree' ? treeFlag : 0)
        places.set(
          [numbered, blob.offset, blob.length, blob.uncompressedLength ?? 0],
          (count % segmentSize) * 4,
        )
        insert(count)
        count++
      }
    },
    has: (type, id) => search(type, id, () => true),
    find(type, id) {
      const found: BlobLocation[] = []
      search(type, id, (entry) => {
        found.push(location(entry, id, type))
        return false
      })
      return found
    },
    get size() {
      return count
    },
    packs,
    entryOf(type, id) {
      let found = -1
      search(type, id, (entry) => {
        found = entry
        return true
      })
      return found
    },
    packNumber: (number) => place(number)[0] % treeFlag,
    entry(number) {
      const at = (number % segmentSize) * 32
      const id = segmentOf(number).ids.toString('hex', at, at + 32)
      return location(number, id, place(number)[0] >= treeFlag ? 'tree' : 'data')
    },
  }
}
