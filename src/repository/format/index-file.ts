/** index/: which blobs are in which pack. All blobs of one pack stand in one index file. */
import { fail } from '../errors.ts'
import { isId } from './blob-id.ts'
import { isRecord } from './json.ts'
import type { PackContent, PackedBlob } from './pack-header.ts'

/** restic cuts index files at this number of blobs. */
export const blobsPerIndexFile = 50_000

export function encodeIndex(packs: readonly PackContent[]): Buffer {
  const texts = packs.map(({ id, blobs }) => `{"id":"${id}","blobs":[${blobs.map(encodeBlob).join(',')}]}`)
  return Buffer.from(`{"packs":[${texts.join(',')}]}`)
}

function encodeBlob(blob: PackedBlob): string {
  const plain =
    blob.uncompressedLength === undefined ? '' : `,"uncompressed_length":${blob.uncompressedLength}`
  return `{"id":"${blob.id}","type":"${blob.type}","offset":${blob.offset},"length":${blob.length}${plain}}`
}

/** Errors: `STO_INDEX_INVALID`. */
export function decodeIndex(bytes: Buffer, name: string): PackContent[] {
  const refuse = (reason: string, cause?: unknown) => fail('STO_INDEX_INVALID', { name, reason }, cause)
  let value: unknown
  try {
    value = JSON.parse(bytes.toString('utf8'))
  } catch (cause) {
    throw refuse('it is no JSON', cause)
  }
  // Before format 2 an index could be a bare list of packs.
  const packs = isRecord(value) ? (value['packs'] ?? []) : value
  if (!Array.isArray(packs)) throw refuse('it has no list of packs')
  return packs.map((pack: unknown) => {
    if (!isRecord(pack) || !isId(pack['id'])) throw refuse('a pack in it has no id')
    const blobs = pack['blobs'] ?? []
    if (!Array.isArray(blobs)) throw refuse(`the pack ${pack['id']} has no list of blobs`)
    return { id: pack['id'], blobs: blobs.map((blob: unknown) => decodeBlob(blob, refuse)) }
  })
}

const knownFields: readonly ReadonlySet<string>[] = [
  new Set(['supersedes', 'packs']),
  new Set(['id', 'blobs']),
  new Set(['id', 'type', 'offset', 'length', 'uncompressed_length']),
]

/** Names of the fields anywhere in an index file that restic does not know, each once. Throws what parsing throws. */
export function unknownIndexFields(bytes: Buffer): string[] {
  const unknown = new Set<string>()
  const look = (value: unknown, depth: number): void => {
    const known = knownFields[depth]
    if (!known || !isRecord(value)) return
    for (const [field, inner] of Object.entries(value)) {
      if (!known.has(field)) unknown.add(field)
      else if (Array.isArray(inner)) for (const item of inner) look(item, depth + 1)
    }
  }
  look(JSON.parse(bytes.toString('utf8')), 0)
  return [...unknown]
}

function decodeBlob(blob: unknown, refuse: (reason: string) => Error): PackedBlob {
  if (!isRecord(blob)) throw refuse('a blob in it is no object')
  const { id, type, offset, length, uncompressed_length: plain } = blob
  if (!isId(id) || (type !== 'data' && type !== 'tree') || !isLength(offset) || !isLength(length)) {
    throw refuse('a blob in it lacks id, type, offset or length')
  }
  if (plain === undefined || plain === 0) return { id, type, offset, length }
  if (!isLength(plain)) throw refuse(`the blob ${id} has an impossible length`)
  return { id, type, offset, length, uncompressedLength: plain }
}

function isLength(value: unknown): value is number {
  // Go reads no `-0` where no sign belongs.
  return Number.isSafeInteger(value) && !Object.is(value, -0) && Number(value) >= 0 && Number(value) < 2 ** 32
}
