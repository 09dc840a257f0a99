/**
 * The validator's view of index files and of the packs they name, without reading a pack. All index files are read first, since the blobs
 * of one pack may stand in several. Memory: the index, four bytes a blob, and a name for each stored pack.
 */
import { setImmediate } from 'node:timers/promises'
import { sealOverhead } from '../format/crypto.ts'
import { decodeIndex, encodeIndex, unknownIndexFields } from '../format/index-file.ts'
import { loadJsonFile } from '../format/json-file.ts'
import { type PackContent, packedEntrySize } from '../format/pack-header.ts'
import type { BlobIndex, BlobLocation } from '../read/blob-index.ts'
import type { BlobSource } from '../read/load-blob.ts'
import type { Finding } from '../repository.ts'
import { finding, findingOf } from './finding.ts'
import type { PackEntries } from './pack-entries.ts'

const packsPerTurn = 200

/** Reads all index files into `index`; what cannot be read is found, and the rest is read all the same. */
export async function* readIndexFiles(
  source: BlobSource,
  index: BlobIndex,
  strict: boolean,
  signal: AbortSignal,
): AsyncGenerator<Finding, void> {
  const listed = new Set<string>()
  for await (const { name } of source.backend.list('index', signal)) {
    let packs: PackContent[]
    try {
      const bytes = await loadJsonFile(source.backend, source.key, 'index', name, signal)
      packs = decodeIndex(bytes, name)
      if (strict) yield* indexForm(bytes, packs, name)
    } catch (error) {
      signal.throwIfAborted()
      yield findingOf(error, `index/${name}`)
      continue
    }
    for (const pack of packs) {
      const before = index.size
      index.add(pack)
      const added = index.size - before
      if (listed.has(pack.id) && added > 0) {
        yield finding('warning', `data/${pack.id}`, 'STO_PACK_SPLIT', { pack: pack.id })
      } else if (listed.has(pack.id) || added < pack.blobs.length) {
        yield finding('warning', `data/${pack.id}`, 'STO_PACK_INDEXED_TWICE', { pack: pack.id })
      }
      listed.add(pack.id)
    }
    await index.settle(signal)
  }
}

function* indexForm(bytes: Buffer, packs: readonly PackContent[], name: string): Iterable<Finding> {
  // Go's encoder ends it with a newline, others do not; old releases said first which index files it replaces.
  const text = bytes.toString('latin1').replace(/\n$/, '')
  if (text.replace(/^\{"supersedes":\["[^\]]*"\],/, '{') === encodeIndex(packs).toString('latin1')) return
  const unknown = unknownIndexFields(bytes)
  const details = { type: 'index', name }
  for (const field of unknown) {
    yield finding('warning', `index/${name}`, 'STO_FILE_UNKNOWN_FIELD', { ...details, field })
  }
  if (unknown.length === 0) yield finding('warning', `index/${name}`, 'STO_FILE_ENCODING', details)
}

/** Compares what the index says with the packs that are stored. */
export async function* checkIndexedPacks(
  index: BlobIndex,
  entries: PackEntries,
  stored: ReadonlyMap<string, number>,
  formatVersion: number,
  signal: AbortSignal,
): AsyncGenerator<Finding, void> {
  for (const [number, id] of index.packs.entries()) {
    yield* checkPackList(index, entries.of(number), id, stored.get(id), formatVersion)
    if (number % packsPerTurn === 0) {
      await setImmediate()
      signal.throwIfAborted()
    }
  }
  const indexed = new Set(index.packs)
  for (const pack of stored.keys()) {
    if (!indexed.has(pack)) yield finding('warning', `data/${pack}`, 'STO_PACK_NOT_INDEXED', { pack })
  }
}

function* checkPackList(
  index: BlobIndex,
  places: readonly number[],
  pack: string,
  size: number | undefined,
  formatVersion: number,
): Iterable<Finding> {
  const subject = `data/${pack}`
  const blobs = places.map((place) => ({ place, blob: index.entry(place) }))
  blobs.sort((a, b) => a.blob.offset - b.blob.offset)
  if (size === undefined) yield finding('error', subject, 'STO_FILE_MISSING', { type: 'data', name: pack })
  else {
    const reason = layoutFault(
      blobs.map(({ blob }) => blob),
      size,
    )
    if (reason) yield finding('error', subject, 'STO_PACK_INVALID', { pack, reason })
  }
  if (formatVersion > 1) {
    const trees = blobs.filter(({ blob }) => blob.type === 'tree')
    if (trees.length > 0 && trees.length < blobs.length) {
      yield finding('warning', subject, 'STO_PACK_MIXED', { pack })
    }
    if (trees.some(({ blob }) => blob.uncompressedLength === undefined && blob.length > sealOverhead)) {
      yield finding('warning', subject, 'STO_TREE_UNCOMPRESSED', { pack })
    }
  }
  for (const { place, blob } of blobs) {
    const { type, id } = blob
    if (index.firstPlace(place) !== place) {
      yield finding('warning', `${type} ${id}`, 'STO_BLOB_STORED_TWICE', { type, blob: id })
    }
  }
}

/** Why a pack of this many bytes cannot hold these blobs (by ascending offset), or undefined. */
function layoutFault(blobs: readonly BlobLocation[], size: number): string | undefined {
  let end = 0
  let header = sealOverhead + 4
  for (const { id, offset, length, uncompressedLength } of blobs) {
    if (offset !== end) return `its blobs do not lie end to end in the index, at ${id}`
    end = offset + length
    header += packedEntrySize(uncompressedLength !== undefined)
  }
  return end + header === size ? undefined : `it has ${size} bytes instead of ${end + header}`
}
