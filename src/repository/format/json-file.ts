/** Index, snapshot and lock files: sealed `0x02 || zstd(JSON)`; older ones are sealed JSON. Their name is their hash. */

import type { Backend, FileType } from '../backend.ts'
import { fail } from '../errors.ts'
import { openLoaded } from '../read/open-loaded.ts'
import { idOf } from './blob-id.ts'
import { compressAside, decompress } from './compression.ts'
import { type MasterKey, seal, unseal } from './crypto.ts'

const compressedMark = 2

/** Seals and saves JSON, and answers the file's name. Programs of format version 1 do not know the compressed form. */
export async function saveJsonFile(
  backend: Backend,
  key: MasterKey,
  type: FileType,
  json: Buffer,
  signal?: AbortSignal,
  formatVersion = 2,
): Promise<string> {
  const sealed = await sealJsonFile(key, json, formatVersion)
  const name = idOf(sealed)
  await backend.save(type, name, sealed, signal)
  return name
}

/** The bytes of the file; their hash is its name. */
export async function sealJsonFile(key: MasterKey, json: Buffer, formatVersion = 2): Promise<Buffer> {
  const compressed = async () => Buffer.concat([Buffer.from([compressedMark]), await compressAside(json)])
  return seal(key, formatVersion === 1 ? json : await compressed())
}

/** Loads and opens one. Errors: those of the backend, `STO_FILE_DAMAGED`, `STO_SEAL_BROKEN`, `STO_COMPRESSION_BROKEN`. */
export async function loadJsonFile(
  backend: Backend,
  key: MasterKey,
  type: FileType,
  name: string,
  signal?: AbortSignal,
): Promise<Buffer> {
  return openLoaded(
    () => backend.load(type, name, undefined, signal),
    (sealed) => openJsonFile(key, type, name, sealed),
  )
}

function openJsonFile(key: MasterKey, type: FileType, name: string, sealed: Buffer): Buffer {
  const subject = `${type}/${name}`
  if (idOf(sealed) !== name)
    throw fail('STO_FILE_DAMAGED', { type, name, reason: 'its bytes do not have the hash of its name' })
  const plain = unseal(key, sealed, subject)
  const mark = plain[0]
  if (mark === compressedMark) return decompress(plain.subarray(1), subject)
  if (mark === 0x7b || mark === 0x5b) return plain
  throw fail('STO_FILE_DAMAGED', { type, name, reason: 'it begins with an unknown mark' })
}
