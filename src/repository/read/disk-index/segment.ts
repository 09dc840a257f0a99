/**
 * One file of the index on disk, never changed after it was written: places in the order of their numbers, then keys in ascending
 * order that say which place an id is at. In memory are a filter and the first key of every page of keys.
 */

import { createHash } from 'node:crypto'
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { idBytes } from '../blob-index.ts'
import { createKeyFilter, type KeyFilter } from './key-filter.ts'

/** A place: id (32 bytes), pack number (with the flag of trees), offset, length, plain length (0: not compressed). */
export const placeBytes = idBytes + 16
/** A key: the first 64 bits of an id in two numbers, and the number of the place within the file. */
export const keyBytes = 12
const keysPerPage = 341
const pageBytes = keysPerPage * keyBytes
/** Bytes read in one go when a file is read through. */
export const readBytes = keyBytes * placeBytes * 1024

export interface Segment {
  readonly file: string
  readonly descriptor: number
  /** Places, and as many keys. */
  readonly count: number
  /** SHA-256 of the file. */
  readonly hash: string
  readonly filter: KeyFilter
  /** First 32 bits of the first key of each page. */
  readonly pages: Uint32Array
}

/** Builds what a segment keeps in memory, from its keys in their order. */
export function createKeyDirectory(count: number) {
  const filter = createKeyFilter(count)
  const pages = new Uint32Array(Math.ceil(count / keysPerPage))
  let seen = 0
  return {
    filter,
    pages,
    add(high: number, low: number) {
      if (seen % keysPerPage === 0) pages[seen / keysPerPage] = high
      filter.add(high, low)
      seen++
    },
  }
}

/** Opens a file that was written before. Answers undefined when it is not, to the last bit, what was written. */
export async function openSegment(
  file: string,
  expected: { readonly count: number; readonly hash: string },
  signal?: AbortSignal,
): Promise<Segment | undefined> {
  const { count, hash } = expected
  let descriptor: number
  try {
    descriptor = openSync(file, 'r')
  } catch {
    return undefined
  }
  const directory = createKeyDirectory(count)
  try {
    const keysAt = count * placeBytes
    const size = keysAt + count * keyBytes
    if (fstatSync(descriptor).size !== size) throw new RangeError('the file has another size')
    const hasher = createHash('sha256')
    const buffer = Buffer.alloc(readBytes)
    for (let at = 0; at < size; ) {
      const end = at < keysAt ? keysAt : size
      const bytes = buffer.subarray(0, Math.min(buffer.length, end - at))
      readAt(descriptor, bytes, at)
      hasher.update(bytes)
      if (at >= keysAt) addKeys(directory, bytes)
      at += bytes.length
      await setImmediate()
      signal?.throwIfAborted()
    }
    if (hasher.digest('hex') !== hash) throw new RangeError('the file has another hash')
    return { file, descriptor, count, hash, filter: directory.filter, pages: directory.pages }
  } catch {
    closeSync(descriptor)
    signal?.throwIfAborted()
    return undefined
  }
}

export function closeSegment({ descriptor }: Segment): void {
  closeSync(descriptor)
}

function addKeys(directory: ReturnType<typeof createKeyDirectory>, bytes: Buffer): void {
  const keys = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4)
  for (let at = 0; at < keys.length; at += 3) directory.add(keys[at] ?? 0, keys[at + 1] ?? 0)
}

/** Reads exactly these bytes. */
export function readAt(descriptor: number, bytes: Uint8Array, position: number): void {
  for (let filled = 0; filled < bytes.length; ) {
    const count = readSync(descriptor, bytes, filled, bytes.length - filled, position + filled)
    if (count === 0) throw new RangeError('the file of the index is too short')
    filled += count
  }
}

const page = new Uint32Array(pageBytes / 4)
const pageMemory = Buffer.from(page.buffer)

/** Numbers of the places (within the segment) whose ids begin with these 64 bits, in ascending order. */
export function placesOf(segment: Segment, high: number, low: number): number[] {
  const { descriptor, count, filter, pages } = segment
  const found: number[] = []
  if (!filter.mayHave(high, low)) return found
  // Equal beginnings may start in the page before the first one that begins with them.
  let number = Math.max(0, firstAtLeast(pages, high) - 1)
  for (; number < pages.length; number++) {
    const keys = Math.min(keysPerPage, count - number * keysPerPage)
    readAt(descriptor, pageMemory.subarray(0, keys * keyBytes), count * placeBytes + number * pageBytes)
    for (let key = lowerBound(keys, high); key < keys; key++) {
      const [keyHigh = 0, keyLow = 0, place = 0] = page.subarray(3 * key, 3 * key + 3)
      if (keyHigh > high || (keyHigh === high && keyLow > low)) return found
      if (keyHigh === high && keyLow === low) found.push(place)
    }
  }
  return found
}

/** The first page whose first key is not below `high`. */
function firstAtLeast(pages: Uint32Array, high: number): number {
  let [from, to] = [0, pages.length]
  while (from < to) {
    const middle = (from + to) >>> 1
    if ((pages[middle] ?? 0) < high) from = middle + 1
    else to = middle
  }
  return from
}

/** The first key of the page in memory that is not below `high`. */
function lowerBound(keys: number, high: number): number {
  let [from, to] = [0, keys]
  while (from < to) {
    const middle = (from + to) >>> 1
    if ((page[3 * middle] ?? 0) < high) from = middle + 1
    else to = middle
  }
  return from
}
