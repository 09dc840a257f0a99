/** Which packs a check reads: all, one part of several, some percent, or some bytes; written as restic's `--read-data-subset`. */
import { fail } from '../errors.ts'
import type { RandomSource } from '../format/crypto.ts'

/** `n/t` (the n-th of t parts, the same packs each time), `p%`, or bytes with an optional unit K, M, G or T. */
export type DataSubset = string

interface StoredPack {
  readonly id: string
  /** Bytes. */
  readonly size: number
}

/** Errors: `STO_SUBSET_INVALID`. */
export function choosePacks(
  packs: readonly StoredPack[],
  subset: DataSubset,
  random: RandomSource,
): StoredPack[] {
  const invalid = () => fail('STO_SUBSET_INVALID', { subset })
  const part = /^(\d{1,3})\/(\d{1,3})$/.exec(subset)
  if (part) {
    const [number, total] = [Number(part[1]), Number(part[2])]
    if (number < 1 || number > total || total > 256) throw invalid()
    return packs.filter(({ id }) => Number.parseInt(id.slice(0, 2), 16) % total === number - 1)
  }
  const percent = /^(\d{1,3}(?:\.\d+)?)%$/.exec(subset)
  if (percent) {
    const share = Number(percent[1])
    if (share <= 0 || share > 100) throw invalid()
    const count = Math.max(1, Math.floor((packs.length * share) / 100))
    return shuffled(packs, random).slice(0, count)
  }
  const size = /^(\d{1,15})([KMGT]?)$/i.exec(subset)
  if (!size) throw invalid()
  const bytes = Number(size[1]) * 1024 ** ' KMGT'.indexOf((size[2] ?? '').toUpperCase() || ' ')
  if (bytes === 0) throw invalid()
  const chosen: StoredPack[] = []
  let total = 0
  for (const pack of shuffled(packs, random)) {
    if (chosen.length > 0 && total + pack.size > bytes) break
    chosen.push(pack)
    total += pack.size
  }
  return chosen
}

function shuffled<T>(items: readonly T[], random: RandomSource): T[] {
  return items
    .map((item) => ({ item, order: random(6).readUIntBE(0, 6) }))
    .sort((a, b) => a.order - b.order)
    .map(({ item }) => item)
}
