/** Where every blob is. A blob may be in several packs; all places are kept, so that a damaged one has a second. */
import type { PackContent, PackedBlob } from '../format/pack-header.ts'
import type { BlobType } from '../repository.ts'

export interface BlobLocation extends PackedBlob {
  readonly pack: string
}

/**
 * Places are numbered in the order in which they were added, and keep their numbers: they stand for blobs where a set of ids would
 * take too much memory.
 */
export interface BlobIndex {
  /** Adds the places of a pack; those that are known are passed over. */
  add(pack: PackContent): void
  has(type: BlobType, id: string): boolean
  /** All places of a blob, the first added first. */
  find(type: BlobType, id: string): BlobLocation[]
  /** Places counted, second copies included. */
  readonly size: number
  /** The number of a blob's first place, or -1. */
  entryOf(type: BlobType, id: string): number
  /** The place with this number, from 0 up to `size`. */
  entry(number: number): BlobLocation
  /** The number of the first place of the blob that is at this place. */
  firstPlace(number: number): number
  /** The position in `packs` of the pack that this place is in. */
  packNumber(number: number): number
  /** Ids of all packs, the first added first. */
  readonly packs: readonly string[]
  /** Brings what was added lately into its final form; called now and then between additions. */
  settle(signal?: AbortSignal): Promise<void>
  /** Keeps it for the next opening, where it can be kept. `indexes`: names of the index files whose blobs are in it. */
  remember(indexes: Iterable<string>, signal?: AbortSignal): Promise<void>
  /** Frees what it holds; it must not be used any more. */
  close(): void
}

/** Bit of a stored pack number that marks trees. */
export const treeFlag = 0x8000_0000

/** Bytes of an id. */
export const idBytes = 32

/** Gives each pack its number, the first added first. */
export function createPackNumbers(known: readonly string[] = []) {
  const ids = [...known]
  const numbers = new Map(ids.map((id, number) => [id, number]))
  return {
    ids,
    numberOf(id: string): { readonly number: number; readonly isNew: boolean } {
      const known = numbers.get(id)
      if (known !== undefined) return { number: known, isNew: false }
      const number = ids.push(id) - 1
      numbers.set(id, number)
      return { number, isNew: true }
    },
  }
}
