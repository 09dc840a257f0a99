/** Writes files that no writer of ours would write: damage on purpose, for the tests of the validator and of readers. */
import { randomBytes } from 'node:crypto'
import { internalsOf } from '../../src/repository/create-repository.ts'
import { idOf } from '../../src/repository/format/blob-id.ts'
import { compress } from '../../src/repository/format/compression.ts'
import { seal } from '../../src/repository/format/crypto.ts'
import { encodeIndex } from '../../src/repository/format/index-file.ts'
import { saveJsonFile } from '../../src/repository/format/json-file.ts'
import {
  encodePackHeader,
  type PackContent,
  type PackedBlob,
} from '../../src/repository/format/pack-header.ts'
import type { BlobType, FileType, Repository } from '../../src/repository/index.ts'

export interface PlantedBlob {
  readonly type: BlobType
  readonly plain: Buffer
  /** Default: the hash of `plain`. */
  readonly id?: string
  /** What is sealed instead of restic's compression of `plain`. */
  readonly stored?: Buffer
  /** Default true. */
  readonly compressed?: boolean
  /** Default: random. */
  readonly iv?: Buffer
}

export interface PackOptions {
  /** What the header says instead. */
  readonly header?: (blobs: readonly PackedBlob[]) => readonly PackedBlob[]
  /** Contents of the index files that are written, one each; default: one that is right. */
  readonly indexes?: (pack: PackContent) => readonly (readonly PackContent[])[]
}

/** Writes a pack and its index files, and answers what is in it. */
export async function plantPack(
  repository: Repository,
  blobs: readonly PlantedBlob[],
  options: PackOptions = {},
): Promise<PackContent> {
  const { backend, key } = internalsOf(repository)
  const parts: Buffer[] = []
  const packed: PackedBlob[] = []
  let offset = 0
  for (const { type, plain, id = idOf(plain), stored, compressed = true, iv } of blobs) {
    const sealed = seal(key, stored ?? (compressed ? compress(plain) : plain), iv ? () => iv : randomBytes)
    const { length } = sealed
    packed.push({ id, type, offset, length, ...(compressed ? { uncompressedLength: plain.length } : {}) })
    parts.push(sealed)
    offset += length
  }
  const header = seal(key, encodePackHeader(options.header?.(packed) ?? packed))
  const length = Buffer.alloc(4)
  length.writeUInt32LE(header.length)
  const bytes = Buffer.concat([...parts, header, length])
  const pack = { id: idOf(bytes), blobs: packed }
  await backend.save('data', pack.id, bytes)
  for (const packs of options.indexes?.(pack) ?? [[pack]]) {
    await plantJson(repository, 'index', encodeIndex(packs).toString())
  }
  await repository.refreshIndex()
  return pack
}

/** Seals any text as the JSON of a file, and answers its name. */
export function plantJson(repository: Repository, type: FileType, json: string): Promise<string> {
  const { backend, key } = internalsOf(repository)
  return saveJsonFile(backend, key, type, Buffer.from(json))
}

/** Stores a tree blob as it is, past all checks of the writer, and a snapshot of it. */
export async function plantTree(repository: Repository, bytes: Buffer): Promise<string> {
  await plantPack(repository, [{ type: 'tree', plain: bytes }])
  return repository.writer().saveSnapshot({ tree: idOf(bytes) })
}

/** Puts other bytes under the name of a file. */
export async function replaceFile(
  repository: Repository,
  type: FileType,
  name: string,
  change: (bytes: Buffer) => Buffer,
): Promise<void> {
  const { backend } = internalsOf(repository)
  const bytes = change(await backend.load(type, name))
  await backend.remove(type, name)
  await backend.save(type, name, bytes)
}

/** Flips one bit of a file. */
export function flipBit(repository: Repository, type: FileType, name: string, place: number): Promise<void> {
  return replaceFile(repository, type, name, (bytes) => {
    const at = place < 0 ? bytes.length + place : place % bytes.length
    bytes[at] = (bytes[at] ?? 0) ^ 4
    return bytes
  })
}
