/**
 * Opens the index on disk where the last process left it. Any process may write files of its own and then its manifest: the last one
 * counts, and files that no manifest names are removed after a day.
 */
import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { BlobIndex } from '../blob-index.ts'
import { createDiskIndex } from './disk-index.ts'
import { type DiskIndexPlace, inFolder, readManifest } from './manifest.ts'
import { closeSegment, openSegment, type Segment } from './segment.ts'

const day = 24 * 60 * 60_000

export interface OpenedIndex {
  readonly index: BlobIndex
  /** Names of the index files whose blobs are in it. */
  readonly indexes: readonly string[]
}

/**
 * Opens what is there; an empty index when that is nothing, or not to the last bit what was written. Errors:
 * `STO_INDEX_FOLDER_FAILED`.
 */
export async function openDiskIndex(place: DiskIndexPlace, signal?: AbortSignal): Promise<OpenedIndex> {
  const { folder } = place
  return inFolder(place, async () => {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const manifest = await readManifest(place)
    const named = manifest?.segments ?? []
    await removeLeftovers(folder, new Set(named.map(({ file }) => file)))
    const segments: Segment[] = []
    for (const { file, count, hash } of named) {
      const segment = await openSegment(join(folder, file), { count, hash }, signal)
      if (segment) segments.push(segment)
      else break
    }
    if (manifest && segments.length === named.length)
      return { index: createDiskIndex(place, { segments, packs: manifest.packs }), indexes: manifest.indexes }
    segments.forEach(closeSegment)
    return { index: createDiskIndex(place), indexes: [] }
  })
}

/** Files of processes that ended before they wrote a manifest; young ones may be of one that is at work. */
async function removeLeftovers(folder: string, named: ReadonlySet<string>): Promise<void> {
  for (const name of await readdir(folder)) {
    if (named.has(name) || !/^[0-9a-f]{16}\.(?:segment|tmp)$/.test(name)) continue
    const path = join(folder, name)
    const changed = (await stat(path).catch(() => undefined))?.mtimeMs
    if (changed !== undefined && Date.now() - changed > day) await rm(path, { force: true })
  }
}
