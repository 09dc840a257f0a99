/** Reads the sorted keys of a segment one after the other. */
import { keyBytes, placeBytes, readAt, type Segment } from './segment.ts'

/** A cursor instead of objects: millions of keys pass through it. */
export interface KeyReader {
  /** First and second 32 bits of the id. */
  readonly high: number
  readonly low: number
  /** Number of the place. */
  readonly number: number
  /** Goes to the next key; answers false at the end. */
  next(): boolean
}

const keysPerRead = 8192

/** `base` is added to the numbers. */
export function createKeyReader({ descriptor, count }: Segment, base: number): KeyReader {
  const block = new Uint32Array((keysPerRead * keyBytes) / 4)
  const memory = Buffer.from(block.buffer)
  let read = 0
  let at = 0
  let end = 0
  const reader = {
    high: 0,
    low: 0,
    number: 0,
    next() {
      if (at === end) {
        const keys = Math.min(keysPerRead, count - read)
        if (keys === 0) return false
        readAt(descriptor, memory.subarray(0, keys * keyBytes), count * placeBytes + read * keyBytes)
        read += keys
        at = 0
        end = (keys * keyBytes) / 4
      }
      reader.high = block[at] ?? 0
      reader.low = block[at + 1] ?? 0
      reader.number = (block[at + 2] ?? 0) + base
      at += 3
      return true
    },
  }
  return reader
}
