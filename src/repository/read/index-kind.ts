/** Where an open repository keeps its index: in memory, or on disk for repositories whose index would fill the memory. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { MasterKey } from '../format/crypto.ts'
import type { BlobIndex } from './blob-index.ts'
import { createDiskIndex } from './disk-index/disk-index.ts'
import { type OpenedIndex, openDiskIndex } from './disk-index/open-disk-index.ts'
import { createMemoryIndex } from './memory-index.ts'

/** How an open repository keeps its index; see `OpenOptions.index`. */
export type IndexKind =
  /** 56 bytes a blob in memory. */
  | { readonly kind: 'memory' }
  /**
   * About two bytes a blob in memory, 60 on disk, in a folder below `folder` for each repository. It is a cache: it may be deleted, and
   * it makes opening fast, since index files that are in it are not read again.
   */
  | {
      readonly kind: 'disk'
      readonly folder: string
      /** Blobs held in memory before they go to the disk. Default 262,144 (15 MiB). */
      readonly recent?: number
    }

/** Makes the indexes of one repository. */
export interface IndexStore {
  /** The index as it was remembered last. */
  open(signal?: AbortSignal): Promise<OpenedIndex>
  /** An empty one. */
  create(): BlobIndex
}

export function indexStore(choice: IndexKind, repository: string, key: MasterKey): IndexStore {
  if (choice.kind === 'memory') {
    return { open: async () => ({ index: createMemoryIndex(), indexes: [] }), create: createMemoryIndex }
  }
  const { folder, recent } = choice
  const place = { folder: join(folder, repository), key, ...(recent === undefined ? {} : { recent }) }
  return {
    open: (signal) => openDiskIndex(place, signal),
    create() {
      mkdirSync(place.folder, { recursive: true, mode: 0o700 })
      return createDiskIndex(place)
    },
  }
}
