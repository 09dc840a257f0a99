/**
 * The index on disk, about two bytes a blob in memory: what was added lately is in memory; when that is much, it becomes a file that never
 * changes, and files of like size are joined. All of it can be made anew from the repository, so nothing here is synced: what a crash
 * leaves is found out by its hash and thrown away.
 * Looking something up reads the disk at once (two small reads for what is there, nearly always none for what is not).
 */
import { basename } from 'node:path'
import type { PackContent } from '../../format/pack-header.ts'
import type { BlobType } from '../../repository.ts'
import { type BlobIndex, type BlobLocation, createPackNumbers, idBytes, treeFlag } from '../blob-index.ts'
import { createMemoryIndex } from '../memory-index.ts'
import { createDuplicates, type Duplicates } from './duplicates.ts'
import { type DiskIndexPlace, inFolder, writeManifest } from './manifest.ts'
import { closeSegment, placeBytes, placesOf, readAt, type Segment } from './segment.ts'
import { discard, joinSegments, writePlaces } from './segment-writer.ts'

/** Blobs that are in memory before they go to the disk, 15 MiB. */
export const defaultRecent = 262_144
/** So many files of like size become one. */
const joinedAtOnce = 4
/** Places read in one go when they are asked for in order. */
const placesPerRead = 1024

/** Where an index that was opened before stands. */
export interface DiskState {
  readonly segments: readonly Segment[]
  readonly packs: readonly string[]
}

/** An index with its files in `place.folder`, which exists; they are removed when it is closed unless it was remembered. */
export function createDiskIndex(
  place: DiskIndexPlace,
  state: DiskState = { segments: [], packs: [] },
): BlobIndex {
  const { folder, recent: mostRecent = defaultRecent } = place
  const packs = createPackNumbers(state.packs)
  let segments = [...state.segments]
  const kept = new WeakSet(segments)
  let recent = createMemoryIndex()
  let duplicates: Duplicates | undefined
  /** Places that were read last, and which. */
  const block = Buffer.alloc(placesPerRead * placeBytes)
  let [blockFrom, blockTo, last] = [0, 0, -1]
  const single = Buffer.alloc(placeBytes)

  const onDisk = () => segments.reduce((sum, { count }) => sum + count, 0)
  let stored = onDisk()

  const segmentOf = (number: number): readonly [segment: Segment, within: number] => {
    let within = number
    for (const segment of segments) {
      if (within < segment.count) return [segment, within]
      within -= segment.count
    }
    throw new RangeError('entry outside of the blob index')
  }
  /** The bytes of a place on disk, valid until the next call. */
  const placeAt = (number: number): Buffer => {
    if (number >= blockFrom && number < blockTo) {
      const at = (number - blockFrom) * placeBytes
      return block.subarray(at, at + placeBytes)
    }
    const inOrder = number === last + 1
    last = number
    const [{ descriptor, count }, within] = segmentOf(number)
    if (!inOrder) {
      readAt(descriptor, single, within * placeBytes)
      return single
    }
    const places = Math.min(placesPerRead, count - within)
    readAt(descriptor, block.subarray(0, places * placeBytes), within * placeBytes)
    ;[blockFrom, blockTo, last] = [number, number + places, number + places - 1]
    return block.subarray(0, placeBytes)
  }
  const packOf = (place: Buffer) => place.readUInt32LE(idBytes)
  const location = (place: Buffer): BlobLocation => {
    const numbered = packOf(place)
    const plain = place.readUInt32LE(idBytes + 12)
    return {
      pack: packs.ids[numbered % treeFlag] ?? '',
      id: place.toString('hex', 0, idBytes),
      type: numbered >= treeFlag ? 'tree' : 'data',
      offset: place.readUInt32LE(idBytes + 4),
      length: place.readUInt32LE(idBytes + 8),
      ...(plain === 0 ? {} : { uncompressedLength: plain }),
    }
  }
  /** Numbers of the places on disk of a blob, in their order. */
  function* placesOnDisk(type: BlobType, id: string): Iterable<number> {
    const wanted = Buffer.from(id, 'hex')
    if (wanted.length !== idBytes) return
    const [high, low] = [wanted.readUInt32BE(0), wanted.readUInt32BE(4)]
    let base = 0
    for (const segment of segments) {
      for (const within of placesOf(segment, high, low)) {
        readAt(segment.descriptor, single, within * placeBytes)
        const sameType = packOf(single) >= treeFlag === (type === 'tree')
        if (sameType && wanted.compare(single, 0, idBytes) === 0) yield base + within
      }
      base += segment.count
    }
  }
  const firstOnDisk = (type: BlobType, id: string): number => {
    for (const number of placesOnDisk(type, id)) return number
    return -1
  }
  const entryOf = (type: BlobType, id: string): number => {
    const number = firstOnDisk(type, id)
    if (number >= 0) return number
    const within = recent.entryOf(type, id)
    return within < 0 ? -1 : stored + within
  }

  const giveUp = (segment: Segment) => (kept.has(segment) ? closeSegment(segment) : discard(segment))
  const replace = (from: number, to: number, ...by: Segment[]) => {
    segments = [...segments.slice(0, from), ...by, ...segments.slice(to)]
    ;[blockFrom, blockTo, last] = [0, 0, -1]
    duplicates = undefined
  }
  const flush = async (signal?: AbortSignal): Promise<void> => {
    if (recent.size === 0) return
    const places = Buffer.alloc(recent.size * placeBytes)
    for (let number = 0; number < recent.size; number++) {
      const at = number * placeBytes
      const { id, type, pack, offset, length, uncompressedLength = 0 } = recent.entry(number)
      places.write(id, at, 'hex')
      places.writeUInt32LE(packs.numberOf(pack).number + (type === 'tree' ? treeFlag : 0), at + idBytes)
      places.writeUInt32LE(offset, at + idBytes + 4)
      places.writeUInt32LE(length, at + idBytes + 8)
      places.writeUInt32LE(uncompressedLength, at + idBytes + 12)
    }
    const segment = await writePlaces(folder, places, signal)
    replace(segments.length, segments.length, segment)
    recent = createMemoryIndex()
    stored = onDisk()
  }
  /** 0 for files of about `mostRecent` places and smaller ones, 1 for four times as many, and so on. */
  const sizeClass = ({ count }: Segment) =>
    Math.max(0, Math.round(Math.log(count / mostRecent) / Math.log(joinedAtOnce)))
  const joinAlike = async (signal?: AbortSignal): Promise<void> => {
    for (;;) {
      // Files of the newest one's size or smaller, back to the first that is larger.
      const last = segments.at(-1)
      const before = segments.findLastIndex((one) => last && sizeClass(one) > sizeClass(last))
      const tail = segments.slice(before + 1)
      if (tail.length < joinedAtOnce) return
      const joined = await joinSegments(folder, tail, signal)
      replace(segments.length - tail.length, segments.length, joined)
      tail.forEach(giveUp)
    }
  }

  let settling: Promise<void> = Promise.resolve()
  const inOrder = (work: () => Promise<void>): Promise<void> => {
    const result = settling.then(() => inFolder(place, work))
    settling = result.catch(() => undefined)
    return result
  }
  return {
    add(pack: PackContent) {
      const { isNew } = packs.numberOf(pack.id)
      duplicates = undefined
      if (isNew || stored === 0) return recent.add(pack)
      const isKnown = (type: BlobType, id: string, offset: number) => {
        for (const number of placesOnDisk(type, id)) {
          const known = location(placeAt(number))
          if (known.pack === pack.id && known.offset === offset) return true
        }
        return false
      }
      recent.add({
        id: pack.id,
        blobs: pack.blobs.filter(({ type, id, offset }) => !isKnown(type, id, offset)),
      })
    },
    has: (type, id) => recent.has(type, id) || firstOnDisk(type, id) >= 0,
    find: (type, id) => [
      ...[...placesOnDisk(type, id)].map((number) => location(placeAt(number))),
      ...recent.find(type, id),
    ],
    get size() {
      return stored + recent.size
    },
    packs: packs.ids,
    entryOf,
    entry: (number) => (number < stored ? location(placeAt(number)) : recent.entry(number - stored)),
    firstPlace(number) {
      if (number >= stored) {
        const { type, id } = recent.entry(number - stored)
        return entryOf(type, id)
      }
      duplicates ??= createDuplicates(segments, placeAt)
      return duplicates.firstOf(number)
    },
    packNumber(number) {
      if (number < stored) return packOf(placeAt(number)) % treeFlag
      return packs.numberOf(recent.packs[recent.packNumber(number - stored)] ?? '').number
    },
    settle: (signal) =>
      recent.size < mostRecent
        ? Promise.resolve()
        : inOrder(async () => {
            await flush(signal)
            await joinAlike(signal)
          }),
    remember: (indexes, signal) =>
      inOrder(async () => {
        await flush(signal)
        await joinAlike(signal)
        const files = segments.map(({ file, count, hash }) => ({ file: basename(file), count, hash }))
        await writeManifest(place, { packs: packs.ids, indexes: [...indexes], segments: files })
        for (const segment of segments) kept.add(segment)
      }),
    close() {
      segments.forEach(giveUp)
      segments = []
    },
  }
}
