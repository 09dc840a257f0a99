/**
 * Decides what a prune does with each pack; touches nothing. The rules are restic's: packs without a needed blob go; tree packs and
 * mixed packs with anything unneeded or uncompressed are written anew, and so are small packs when there are ten of them, and the
 * most wasteful data packs until no more is wasted than allowed. Of blobs stored more than once, one copy counts as needed.
 * Source: restic internal/repository/prune.go.
 */
import { fail } from '../errors.ts'
import { sealOverhead } from '../format/crypto.ts'
import { packedEntrySize } from '../format/pack-header.ts'
import type { BlobIndex } from '../read/blob-index.ts'

export interface PruneLimits {
  /** How many unneeded bytes may stay, given the needed ones. */
  readonly maxUnused: (usedBytes: number) => number
  /** Packs below this many bytes count as small. */
  readonly smallPack: number
  /** Whether trees that are not compressed are to be compressed. */
  readonly compressTrees: boolean
}

export interface PrunePlan {
  /** In no index: leftovers of interrupted runs. */
  readonly unindexed: readonly string[]
  /** Numbers of packs in the index. */
  readonly repack: readonly number[]
  readonly remove: readonly number[]
  /** Packs in the index that are not stored, and not needed. */
  readonly missing: readonly number[]
  /** 1 for the first place of each blob that has to be copied out of the packs that are repacked. */
  readonly copy: Uint8Array
  readonly statistics: PruneStatistics
}

export interface PruneStatistics {
  readonly blobs: { readonly used: number; readonly unused: number; readonly duplicate: number }
  /** Sealed bytes of these blobs, and of packs that are in no index. */
  readonly bytes: {
    readonly used: number
    readonly unused: number
    readonly duplicate: number
    readonly unindexed: number
    /** What is freed by removing and repacking (before what recompression saves). */
    readonly freed: number
    readonly repacked: number
    /** What stays although nobody needs it. */
    readonly remaining: number
  }
  readonly packs: {
    readonly kept: number
    readonly repacked: number
    readonly removed: number
    readonly unindexed: number
  }
}

interface Pack {
  readonly number: number
  usedBlobs: number
  unusedBlobs: number
  duplicateBlobs: number
  usedSize: number
  unusedSize: number
  header: number
  type: 'data' | 'tree' | 'mixed' | undefined
  uncompressed: boolean
}

const fewSmallPacks = 10

/** `used` has a 1 at the first place of each needed blob; `stored` the bytes of each stored pack. Errors: `STO_PRUNE_REFUSED`. */
export function planPrune(
  index: BlobIndex,
  used: Uint8Array,
  stored: ReadonlyMap<string, number>,
  limits: PruneLimits,
): PrunePlan {
  const packs = index.packs.map((_, number) => newPack(number))
  const totals = countBlobs(index, used, packs)
  const indexed = new Set(index.packs)
  const unindexed = [...stored.keys()].filter((id) => !indexed.has(id))
  const missing: number[] = []
  const remove: number[] = []
  const small: Pack[] = []
  const candidates: Pack[] = []
  for (const pack of packs) {
    const id = index.packs[pack.number] ?? ''
    const size = stored.get(id)
    if (size === undefined) {
      if (pack.usedBlobs > 0)
        throw fail('STO_PRUNE_REFUSED', { reason: `the pack ${id} is needed, but missing` })
      missing.push(pack.number)
    } else if (pack.usedBlobs === 0) remove.push(pack.number)
    else if (sizeOf(pack) + pack.header !== size) {
      const reason = `the pack ${id} has ${size} bytes, but ${sizeOf(pack) + pack.header} by the index`
      throw fail('STO_PRUNE_REFUSED', { reason })
    } else if (pack.unusedBlobs > 0 || pack.type === 'mixed' || mustCompress(pack, limits))
      candidates.push(pack)
    else if (size < limits.smallPack) small.push(pack)
  }
  if (small.length >= fewSmallPacks) candidates.push(...small)
  const repack = chooseRepacks(
    candidates,
    limits,
    totals.used,
    sum(packs, 'unusedSize') - sizes(packs, remove) - sizes(packs, missing),
  )
  const copy = blobsToCopy(index, used, new Set([...repack, ...remove, ...missing]), repack.length > 0)
  const freed =
    sizes(packs, remove) + repack.reduce((total, number) => total + (packs[number]?.unusedSize ?? 0), 0)
  return {
    unindexed,
    repack,
    remove,
    missing,
    copy,
    statistics: {
      blobs: { used: totals.usedBlobs, unused: totals.unusedBlobs, duplicate: totals.duplicateBlobs },
      bytes: {
        used: totals.used,
        unused: totals.unused,
        duplicate: totals.duplicate,
        unindexed: unindexed.reduce((total, id) => total + (stored.get(id) ?? 0), 0),
        freed,
        repacked: repack.reduce((total, number) => total + sizes(packs, [number]), 0),
        remaining: sum(packs, 'unusedSize') - freed - sizes(packs, missing),
      },
      packs: {
        kept: packs.length - repack.length - remove.length - missing.length,
        repacked: repack.length,
        removed: remove.length,
        unindexed: unindexed.length,
      },
    },
  }
}

/** Fills the packs' counters. Each needed blob counts as used in exactly one place. */
function countBlobs(index: BlobIndex, used: Uint8Array, packs: readonly Pack[]) {
  const totals = { used: 0, usedBlobs: 0, unused: 0, unusedBlobs: 0, duplicate: 0, duplicateBlobs: 0 }
  /** Copies of each needed blob, at its first place; 255 stands for more. Later: copies left to choose from, 0 when chosen. */
  const copies = new Uint8Array(used.length)
  const first = new Uint32Array(used.length)
  for (let entry = 0; entry < index.size; entry++) {
    const at = index.firstPlace(entry)
    first[entry] = at
    if (used[at] === 1) copies[at] = Math.min(255, (copies[at] ?? 0) + 1)
  }
  const duplicates: number[] = []
  for (let entry = 0; entry < index.size; entry++) {
    const pack = packs[index.packNumber(entry)]
    if (!pack) continue
    const { type, length, uncompressedLength } = index.entry(entry)
    pack.type = pack.type === undefined || pack.type === type ? type : 'mixed'
    pack.uncompressed ||= uncompressedLength === undefined
    pack.header += packedEntrySize(uncompressedLength !== undefined)
    const count = copies[first[entry] ?? 0] ?? 0
    if (count === 1) {
      pack.usedBlobs++
      pack.usedSize += length
      totals.usedBlobs++
      totals.used += length
      continue
    }
    pack.unusedBlobs++
    pack.unusedSize += length
    if (count > 1) {
      pack.duplicateBlobs++
      duplicates.push(entry)
    } else {
      totals.unusedBlobs++
      totals.unused += length
    }
  }
  // A copy in a pack that is needed anyway is best; a pack of nothing but copies was left by an interrupted prune and is good, too.
  const wanted = (entry: number) => packs[index.packNumber(entry)]
  const choose = (entry: number) => {
    const pack = wanted(entry)
    if (!pack) return
    const { length } = index.entry(entry)
    pack.usedBlobs++
    pack.usedSize += length
    pack.unusedBlobs--
    pack.unusedSize -= length
    totals.usedBlobs++
    totals.used += length
    copies[first[entry] ?? 0] = 0
  }
  const isOpen = (entry: number) => (copies[first[entry] ?? 0] ?? 0) > 1
  for (const entry of duplicates) {
    const pack = wanted(entry)
    const good = pack && (pack.usedBlobs > 0 || pack.duplicateBlobs === pack.unusedBlobs)
    if (isOpen(entry) && good) choose(entry)
  }
  for (const entry of duplicates) if (isOpen(entry)) choose(entry)
  totals.duplicateBlobs = sum(packs, 'unusedBlobs') - totals.unusedBlobs
  totals.duplicate = sum(packs, 'unusedSize') - totals.unused
  return totals
}

function chooseRepacks(
  candidates: readonly Pack[],
  limits: PruneLimits,
  usedBytes: number,
  unusedBytes: number,
): number[] {
  const allowed = limits.maxUnused(usedBytes)
  const isSmall = (pack: Pack) => sizeOf(pack) + pack.header < limits.smallPack
  const rank = (pack: Pack) => (pack.type !== 'data' ? 0 : isSmall(pack) ? 1 : 2)
  const ordered = candidates.toSorted(
    (a, b) => rank(a) - rank(b) || b.unusedSize / sizeOf(b) - a.unusedSize / sizeOf(a),
  )
  const chosen: number[] = []
  let remaining = unusedBytes
  for (const pack of ordered) {
    const tolerable = pack.type === 'data' && !isSmall(pack) && remaining <= allowed
    if (tolerable) continue
    chosen.push(pack.number)
    remaining -= pack.unusedSize
  }
  return chosen
}

/** What must be copied: needed blobs without a place in a pack that stays. */
function blobsToCopy(
  index: BlobIndex,
  used: Uint8Array,
  leaving: ReadonlySet<number>,
  repacking: boolean,
): Uint8Array {
  if (!repacking) return new Uint8Array(0)
  const copy = Uint8Array.from(used)
  for (let entry = 0; entry < index.size; entry++) {
    if (leaving.has(index.packNumber(entry))) continue
    copy[index.firstPlace(entry)] = 0
  }
  return copy
}

function mustCompress(pack: Pack, limits: PruneLimits): boolean {
  return limits.compressTrees && pack.type === 'tree' && pack.uncompressed
}

function newPack(number: number): Pack {
  return {
    number,
    usedBlobs: 0,
    unusedBlobs: 0,
    duplicateBlobs: 0,
    usedSize: 0,
    unusedSize: 0,
    header: sealOverhead + 4,
    type: undefined,
    uncompressed: false,
  }
}

function sizeOf(pack: Pack): number {
  return pack.usedSize + pack.unusedSize
}

function sizes(packs: readonly Pack[], numbers: readonly number[]): number {
  return numbers.reduce((total, number) => {
    const pack = packs[number]
    return pack ? total + sizeOf(pack) : total
  }, 0)
}

function sum(packs: readonly Pack[], field: 'unusedSize' | 'unusedBlobs'): number {
  return packs.reduce((total, pack) => total + pack[field], 0)
}
