/**
 * What the index on disk consists of: its files with their hashes, the packs, and which index files of the repository are in it. Sealed with
 * the repository's key, so that nobody else can make us believe in blobs.
 */
import { randomBytes } from 'node:crypto'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fail } from '../../errors.ts'
import { isId } from '../../format/blob-id.ts'
import { type MasterKey, seal, unseal } from '../../format/crypto.ts'
import { isRecord } from '../../format/json.ts'

export interface DiskIndexPlace {
  /** Made when it is missing; only this user may look into it, since it holds the ids of all content. */
  readonly folder: string
  readonly key: MasterKey
  /** Blobs held in memory before they go to the disk. */
  readonly recent?: number
}

export interface Manifest {
  readonly packs: readonly string[]
  /** Names of the index files whose blobs are in it. */
  readonly indexes: readonly string[]
  readonly segments: readonly { readonly file: string; readonly count: number; readonly hash: string }[]
}

const manifestName = 'manifest'
/** Changes with the form of the files. */
const version = 1

/** The manifest, or undefined when there is none that can be used: then the index is made anew. */
export async function readManifest({ folder, key }: DiskIndexPlace): Promise<Manifest | undefined> {
  try {
    const sealed = await readFile(join(folder, manifestName))
    const value: unknown = JSON.parse(unseal(key, sealed, manifestName).toString('utf8'))
    return isManifest(value) ? value : undefined
  } catch {
    // Missing, cut off, of another repository.
    return undefined
  }
}

/** Replaces the manifest, and removes the files that only the old one named. */
export async function writeManifest(place: DiskIndexPlace, manifest: Manifest): Promise<void> {
  const { folder, key } = place
  const before = await readManifest(place)
  const temporary = join(folder, `${randomBytes(8).toString('hex')}.tmp`)
  const sealed = seal(key, Buffer.from(JSON.stringify({ version, ...manifest })))
  await writeFile(temporary, sealed, { mode: 0o600 })
  await rename(temporary, join(folder, manifestName))
  const current = new Set(manifest.segments.map(({ file }) => file))
  for (const { file } of before?.segments ?? []) {
    // Whoever else has one open goes on with it; where open files cannot be removed, they stay for the next time.
    if (!current.has(file)) await rm(join(folder, file), { force: true }).catch(() => undefined)
  }
}

/** Work on the folder; what the operating system refuses is told with the folder's name. Errors: `STO_INDEX_FOLDER_FAILED`. */
export async function inFolder<T>({ folder }: DiskIndexPlace, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    const code =
      cause instanceof Error && 'syscall' in cause && 'code' in cause ? String(cause.code) : undefined
    throw code === undefined ? cause : fail('STO_INDEX_FOLDER_FAILED', { folder, reason: code }, cause)
  }
}

function isManifest(value: unknown): value is Manifest {
  if (!isRecord(value) || value['version'] !== version) return false
  const { packs, indexes, segments } = value
  const isSegment = (one: unknown) =>
    isRecord(one) && /^[0-9a-f]{16}\.segment$/.test(String(one['file'])) && Number.isSafeInteger(one['count'])
  const lists = [packs, indexes, segments].every(Array.isArray)
  return (
    lists &&
    (packs as unknown[]).every(isId) &&
    (indexes as unknown[]).every(isId) &&
    (segments as unknown[]).every(isSegment)
  )
}
