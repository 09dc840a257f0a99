/** The validator's view of index files and packs. */
import { setImmediate } from 'node:timers/promises'
import { isAppError } from '../../errors/index.ts'
import { idOf } from '../format/blob-id.ts'
import { sealOverhead, unseal } from '../format/crypto.ts'
import { decodeIndex } from '../format/index-file.ts'
import { loadJsonFile } from '../format/json-file.ts'
import {
  decodePackHeader,
  encodePackHeader,
  type PackContent,
  type PackedBlob,
} from '../format/pack-header.ts'
import type { BlobIndex } from '../read/blob-index.ts'
import type { BlobSource } from '../read/load-blob.ts'
import { openBlob } from '../read/open-blob.ts'
import type { Finding } from '../repository.ts'
import { finding, findingOf } from './finding.ts'

/**
 * Reads all index files into `index`, and compares them with the packs that are stored. Answers, at the end, the names of the
 * index files that can be read.
 */
export async function* checkIndexes(
  source: BlobSource,
  index: BlobIndex,
  formatVersion: number,
  signal?: AbortSignal,
): AsyncGenerator<Finding, string[]> {
  const stored = new Map<string, number>()
  for await (const { name, size } of source.backend.list('data', signal)) stored.set(name, size)
  const indexed = new Set<string>()
  const good: string[] = []
  for await (const { name } of source.backend.list('index', signal)) {
    let packs: PackContent[]
    try {
      packs = decodeIndex(await loadJsonFile(source.backend, source.key, 'index', name, signal), name)
    } catch (error) {
      yield findingOf(error, `index/${name}`)
      continue
    }
    good.push(name)
    for (const pack of packs) {
      const subject = `data/${pack.id}`
      if (indexed.has(pack.id)) yield finding('warning', subject, 'STO_PACK_INDEXED_TWICE', { pack: pack.id })
      else yield* checkListedPack(pack, stored.get(pack.id), index, formatVersion)
      indexed.add(pack.id)
      index.add(pack)
    }
  }
  for (const pack of stored.keys()) {
    if (!indexed.has(pack)) yield finding('warning', `data/${pack}`, 'STO_PACK_NOT_INDEXED', { pack })
  }
  return good
}

function* checkListedPack(
  pack: PackContent,
  size: number | undefined,
  index: BlobIndex,
  formatVersion: number,
): Iterable<Finding> {
  const subject = `data/${pack.id}`
  if (size === undefined) yield finding('error', subject, 'STO_FILE_MISSING', { type: 'data', name: pack.id })
  else if (size !== packLength(pack.blobs)) {
    const reason = `it has ${size} bytes instead of ${packLength(pack.blobs)}`
    yield finding('error', subject, 'STO_PACK_INVALID', { pack: pack.id, reason })
  }
  if (formatVersion > 1 && new Set(pack.blobs.map(({ type }) => type)).size > 1) {
    yield finding('warning', subject, 'STO_PACK_MIXED', { pack: pack.id })
  }
  const inPack = new Set<string>()
  for (const { type, id } of pack.blobs) {
    if (index.has(type, id) || inPack.has(type + id)) {
      yield finding('warning', `${type} ${id}`, 'STO_BLOB_STORED_TWICE', { type, blob: id })
    }
    inPack.add(type + id)
  }
}

function packLength(blobs: readonly PackedBlob[]): number {
  const sealed = blobs.reduce((sum, { length }) => sum + length, 0)
  return sealed + encodePackHeader(blobs).length + sealOverhead + 4
}

/** Reads every pack that the given index files name: hash, header against index, and every blob. */
export async function* checkPackContents(
  source: BlobSource,
  indexNames: readonly string[],
  signal?: AbortSignal,
): AsyncIterable<Finding> {
  const seen = new Set<string>()
  for (const name of indexNames) {
    for (const pack of decodeIndex(
      await loadJsonFile(source.backend, source.key, 'index', name, signal),
      name,
    )) {
      if (seen.has(pack.id)) continue
      seen.add(pack.id)
      yield* checkPack(source, pack, signal)
    }
  }
}

/** Reads a pack whole: its hash, its header against the index, every blob. */
export async function* checkPack(
  source: BlobSource,
  pack: PackContent,
  signal?: AbortSignal,
): AsyncIterable<Finding> {
  const subject = `data/${pack.id}`
  let bytes: Buffer
  try {
    bytes = await source.backend.load('data', pack.id, undefined, signal)
  } catch (error) {
    // A pack that is missing was reported when the index was read.
    if (!isAppError(error, 'STO_FILE_MISSING')) yield findingOf(error, subject)
    return
  }
  if (idOf(bytes) !== pack.id) yield finding('error', subject, 'STO_PACK_HASH_MISMATCH', { pack: pack.id })
  const reason = headerFault(source, pack, bytes)
  if (reason) yield finding('error', subject, 'STO_HEADER_INDEX_MISMATCH', { pack: pack.id, reason })
  let work = 0
  for (const blob of pack.blobs) {
    try {
      openBlob(source.key, pack.id, blob, bytes.subarray(blob.offset, blob.offset + blob.length))
    } catch (error) {
      yield findingOf(error, `${blob.type} ${blob.id}`)
    }
    work += blob.uncompressedLength ?? blob.length
    if (work > 1 << 20) {
      work = 0
      await setImmediate()
      signal?.throwIfAborted()
    }
  }
}

function headerFault(source: BlobSource, pack: PackContent, bytes: Buffer): string | undefined {
  if (bytes.length < 4) return 'the pack has no header'
  const end = bytes.length - 4
  const length = bytes.readUInt32LE(end)
  if (length > end) return 'the length of the header is impossible'
  try {
    const header = unseal(source.key, bytes.subarray(end - length, end), `the header of the pack ${pack.id}`)
    const text = (blobs: readonly PackedBlob[]) =>
      blobs
        .map(
          ({ id, type, offset, length: size, uncompressedLength }) =>
            `${offset} ${size} ${uncompressedLength} ${type} ${id}`,
        )
        .sort()
        .join()
    return text(decodePackHeader(header, pack.id)) === text(pack.blobs) ? undefined : 'they list other blobs'
  } catch (error) {
    return findingOf(error, pack.id).message
  }
}
