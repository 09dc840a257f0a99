/** Which places hold a blob that has an earlier place: most blobs have one place only, so only the others are remembered. */
import { idBytes, treeFlag } from '../blob-index.ts'
import type { Segment } from './segment.ts'
import { mergedKeys } from './segment-writer.ts'

export interface Duplicates {
  /** The number of the first place of the blob that is at this place. */
  firstOf(number: number): number
}

/** Reads all keys once. `placeAt` answers the bytes of a place. Memory: eight bytes for each place that is not the first. */
export function createDuplicates(
  segments: readonly Segment[],
  placeAt: (number: number) => Buffer,
): Duplicates {
  let found = new Uint32Array(1024)
  let count = 0
  const remember = (place: number, first: number) => {
    if (2 * count === found.length) {
      const larger = new Uint32Array(found.length * 2)
      larger.set(found)
      found = larger
    }
    // As one number of 64 bits the place leads, so that sorting those sorts by place.
    found[2 * count] = first
    found[2 * count + 1] = place
    count++
  }
  /** Places whose ids begin alike; nearly always one, or copies of one blob. */
  const look = (alike: readonly number[]) => {
    const firsts = new Map<string, number>()
    for (const number of alike.toSorted((a, b) => a - b)) {
      const place = placeAt(number)
      const isTree = place.readUInt32LE(idBytes) >= treeFlag
      const key = `${isTree}${place.toString('latin1', 0, idBytes)}`
      const first = firsts.get(key)
      if (first === undefined) firsts.set(key, number)
      else remember(number, first)
    }
  }
  const keys = mergedKeys(segments)
  let alike: number[] = []
  let [high, low] = [-1, -1]
  while (keys.next()) {
    if (keys.high !== high || keys.low !== low) {
      if (alike.length > 1) look(alike)
      alike = []
      high = keys.high
      low = keys.low
    }
    alike.push(keys.number)
  }
  if (alike.length > 1) look(alike)
  new BigUint64Array(found.buffer, 0, count).sort()
  return {
    firstOf(number) {
      let [from, to] = [0, count]
      while (from < to) {
        const middle = (from + to) >>> 1
        if ((found[2 * middle + 1] ?? 0) < number) from = middle + 1
        else to = middle
      }
      return from < count && found[2 * from + 1] === number ? (found[2 * from] ?? number) : number
    },
  }
}
