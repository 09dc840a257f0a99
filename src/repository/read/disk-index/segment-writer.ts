/** Writes the files of the index on disk: what was added lately, and several files joined to one. */
import { createHash, randomBytes } from 'node:crypto'
import { closeSync, openSync, unlinkSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { createKeyReader, type KeyReader } from './key-reader.ts'
import { createKeyDirectory, keyBytes, placeBytes, readAt, readBytes, type Segment } from './segment.ts'

/** Numbers per key: two of the id, one of the place. */
const keyNumbers = keyBytes / 4

/** Writes places (`places` is called for each block) and sorted keys into a new file and answers it, open for reading. */
async function writeSegment(
  folder: string,
  count: number,
  places: Iterable<Uint8Array>,
  keys: KeyReader,
  signal?: AbortSignal,
): Promise<Segment> {
  const file = join(folder, `${randomBytes(8).toString('hex')}.segment`)
  const descriptor = openSync(file, 'wx+', 0o600)
  const hasher = createHash('sha256')
  const directory = createKeyDirectory(count)
  const write = async (bytes: Uint8Array) => {
    for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done)
    hasher.update(bytes)
    await setImmediate()
    signal?.throwIfAborted()
  }
  try {
    for (const block of places) await write(block)
    const block = new Uint32Array(readBytes / 4)
    let filled = 0
    const flush = async () => {
      await write(new Uint8Array(block.buffer, 0, filled * 4))
      filled = 0
    }
    for (; keys.next(); ) {
      block[filled] = keys.high
      block[filled + 1] = keys.low
      block[filled + 2] = keys.number
      directory.add(keys.high, keys.low)
      filled += keyNumbers
      if (filled === block.length) await flush()
    }
    await flush()
    const hash = hasher.digest('hex')
    return { file, descriptor, count, hash, filter: directory.filter, pages: directory.pages }
  } catch (cause) {
    discard({ file, descriptor })
    throw cause
  }
}

/** Places as they lie in a file, in the order of their numbers. */
export function writePlaces(folder: string, places: Buffer, signal?: AbortSignal): Promise<Segment> {
  const count = places.length / placeBytes
  return writeSegment(folder, count, blocksOf(places), sortedKeys(places), signal)
}

function* blocksOf(bytes: Buffer): Iterable<Buffer> {
  for (let at = 0; at < bytes.length; at += readBytes) yield bytes.subarray(at, at + readBytes)
}

/** The keys of places that are in memory, in ascending order. */
function sortedKeys(places: Buffer): KeyReader {
  const count = places.length / placeBytes
  const highOf = (number: number) => places.readUInt32BE(number * placeBytes)
  const lowOf = (number: number) => places.readUInt32BE(number * placeBytes + 4)
  // Both fit into the 53 bits of a float up to two million places; floats sort without a function of ours.
  const order = new Float64Array(count)
  for (let number = 0; number < count; number++) order[number] = highOf(number) * 2 ** 21 + number
  order.sort()
  const numberAt = (at: number) => (order[at] ?? 0) % 2 ** 21
  // Few share their first 32 bits; those are put in order by the next.
  for (let at = 1; at < count; at++) {
    const value = order[at] ?? 0
    const number = value % 2 ** 21
    let to = at
    while (to > 0 && highOf(numberAt(to - 1)) === highOf(number) && lowOf(numberAt(to - 1)) > lowOf(number)) {
      order[to] = order[to - 1] ?? 0
      to--
    }
    order[to] = value
  }
  let at = -1
  const reader = {
    high: 0,
    low: 0,
    number: 0,
    next() {
      if (++at >= count) return false
      reader.number = numberAt(at)
      reader.high = highOf(reader.number)
      reader.low = lowOf(reader.number)
      return true
    },
  }
  return reader
}

/** Joins files that follow each other; places keep their order. The old files stay until they are discarded. */
export function joinSegments(
  folder: string,
  segments: readonly Segment[],
  signal?: AbortSignal,
): Promise<Segment> {
  const count = segments.reduce((sum, segment) => sum + segment.count, 0)
  return writeSegment(folder, count, placesIn(segments), mergedKeys(segments), signal)
}

function* placesIn(segments: readonly Segment[]): Iterable<Uint8Array> {
  const buffer = Buffer.alloc(readBytes)
  for (const { descriptor, count } of segments) {
    const end = count * placeBytes
    for (let at = 0; at < end; at += readBytes) {
      const bytes = buffer.subarray(0, Math.min(readBytes, end - at))
      readAt(descriptor, bytes, at)
      yield bytes
    }
  }
}

/** The keys of several segments in ascending order, the older first; numbers count through all of them. */
export function mergedKeys(segments: readonly Segment[]): KeyReader {
  let base = 0
  const readers = segments.map((segment) => {
    const reader = createKeyReader(segment, base)
    base += segment.count
    return reader
  })
  const waiting = readers.filter((reader) => reader.next())
  let current: KeyReader | undefined
  const merged = {
    high: 0,
    low: 0,
    number: 0,
    next() {
      if (current && !current.next()) waiting.splice(waiting.indexOf(current), 1)
      let [first] = waiting
      for (const reader of waiting) {
        if (!first || reader.high < first.high || (reader.high === first.high && reader.low < first.low))
          first = reader
      }
      current = first
      if (!first) return false
      merged.high = first.high
      merged.low = first.low
      merged.number = first.number
      return true
    },
  }
  return merged
}

/** Closes a file and removes it. */
export function discard({ file, descriptor }: Pick<Segment, 'file' | 'descriptor'>): void {
  closeSync(descriptor)
  try {
    unlinkSync(file)
  } catch {
    // Somebody else removed it, or still has it open on a system that minds: the next opening tidies up.
  }
}
