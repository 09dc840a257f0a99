/** Gathers packs and writes index files of at most 50,000 blobs; all blobs of one pack stand in one file. */
import type { Backend } from '../backend.ts'
import type { MasterKey } from '../format/crypto.ts'
import { blobsPerIndexFile, encodeIndex } from '../format/index-file.ts'
import { saveJsonFile } from '../format/json-file.ts'
import type { PackContent } from '../format/pack-header.ts'

export interface IndexSaver {
  add(pack: PackContent): void
  /** Writes the files that are full; answers whether there was one. */
  saveFull(): Promise<boolean>
  /** Writes the rest and answers the names of all files written. */
  finish(): Promise<string[]>
}

export function createIndexSaver(
  repository: { readonly backend: Backend; readonly key: MasterKey; readonly version: number },
  signal?: AbortSignal,
): IndexSaver {
  const names: string[] = []
  let packs: PackContent[] = []
  let blobs = 0
  const save = async () => {
    const chosen: PackContent[] = []
    let count = 0
    for (const pack of packs) {
      if (chosen.length > 0 && count + pack.blobs.length > blobsPerIndexFile) break
      chosen.push(pack)
      count += pack.blobs.length
    }
    packs = packs.slice(chosen.length)
    blobs -= count
    const { backend, key, version } = repository
    names.push(await saveJsonFile(backend, key, 'index', encodeIndex(chosen), signal, version))
  }
  return {
    add(pack) {
      packs.push(pack)
      blobs += pack.blobs.length
    },
    async saveFull() {
      const full = blobs >= blobsPerIndexFile
      while (blobs >= blobsPerIndexFile) await save()
      return full
    },
    async finish() {
      while (packs.length > 0) await save()
      return names
    },
  }
}
