/** The places of the index sorted by pack: four bytes a blob, instead of lists. */
import type { BlobIndex } from '../read/blob-index.ts'

export interface PackEntries {
  /** Numbers of all places in the pack of this number. */
  of(packNumber: number): number[]
}

export function packEntries(index: BlobIndex): PackEntries {
  const starts = new Uint32Array(index.packs.length + 1)
  for (let entry = 0; entry < index.size; entry++) {
    const next = index.packNumber(entry) + 1
    starts[next] = (starts[next] ?? 0) + 1
  }
  for (let pack = 0; pack < index.packs.length; pack++)
    starts[pack + 1] = (starts[pack + 1] ?? 0) + (starts[pack] ?? 0)
  const filled = starts.slice()
  const order = new Uint32Array(index.size)
  for (let entry = 0; entry < index.size; entry++) {
    const pack = index.packNumber(entry)
    const at = filled[pack] ?? 0
    order[at] = entry
    filled[pack] = at + 1
  }
  return { of: (pack) => [...order.subarray(starts[pack] ?? 0, starts[pack + 1] ?? 0)] }
}
