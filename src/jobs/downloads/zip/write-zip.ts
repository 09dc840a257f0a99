/**
 * An archive as it is read: one entry after the other, each a piece at a time. Who stops reading stops everything. What grows with the number of
 * entries is their directory alone, which ends the archive and is kept packed until then.
 */
import { pipeline } from 'node:stream/promises'
import { crc32, createDeflateRaw, deflateRawSync, inflateRawSync } from 'node:zlib'
import { dataDescriptor, directoryHeader, endOfArchive, localHeader, type ZipHead } from './zip-format.ts'

export interface ZipEntry extends ZipHead {
  /** As many bytes as `size` says. */
  content(): AsyncIterable<Uint8Array>
}

/** @throws what reading the entries throws, and for content of another size */
export async function* writeZip(entries: AsyncIterable<ZipEntry>): AsyncGenerator<Uint8Array> {
  const directory = createDirectory()
  let offset = 0
  const counted = (bytes: Uint8Array): Uint8Array => {
    offset += bytes.length
    return bytes
  }
  for await (const entry of entries) {
    const tail = { offset, crc32: 0, packedSize: 0 }
    const read = { size: 0, crc32: 0 }
    yield counted(localHeader(entry))
    const content = watched(entry.content(), read)
    for await (const bytes of entry.isPacked ? packed(content) : content) {
      tail.packedSize += bytes.length
      yield counted(bytes)
    }
    if (read.size !== entry.size) throw new Error(`an entry of ${entry.size} bytes has ${read.size}`)
    tail.crc32 = read.crc32
    yield counted(dataDescriptor(entry, tail))
    directory.add(directoryHeader(entry, tail))
  }
  const start = offset
  for (const bytes of directory.all()) yield counted(bytes)
  yield endOfArchive(directory.entries(), offset - start, start)
}

async function* watched(
  content: AsyncIterable<Uint8Array>,
  read: { size: number; crc32: number },
): AsyncGenerator<Uint8Array> {
  for await (const bytes of content) {
    read.size += bytes.length
    read.crc32 = crc32(bytes, read.crc32)
    yield bytes
  }
}

async function* packed(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const deflate = createDeflateRaw({ level: 1 })
  // What fails comes out of the stream as well.
  const flow = pipeline(content, deflate).catch(() => {})
  try {
    yield* deflate as AsyncIterable<Buffer>
  } finally {
    await flow
  }
}

/** Bytes of the directory that are packed at once. */
const piece = 64 * 1024

function createDirectory() {
  const kept: Buffer[] = []
  let last: Buffer[] = []
  let length = 0
  let entries = 0
  return {
    add(header: Buffer): void {
      entries += 1
      last.push(header)
      length += header.length
      if (length < piece) return
      kept.push(deflateRawSync(Buffer.concat(last), { level: 1 }))
      last = []
      length = 0
    },
    entries: () => entries,
    *all(): Generator<Buffer> {
      for (const one of kept) yield inflateRawSync(one)
      yield Buffer.concat(last)
    },
  }
}
