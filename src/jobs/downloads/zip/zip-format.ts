/** The records of a ZIP file (APPNOTE.TXT 6.3, section 4.3). Sizes stand behind the content, for whoever writes a stream cannot go back. */

/** From here on a number does not fit its field, which says so, and stands in 8 bytes elsewhere (ZIP64). */
const most = 0xffff_ffff
/** Content that is packed may grow a little. */
const wideFrom = most - 16 * 1024 * 1024
const stored = 0
const deflated = 8
/** Sizes behind the content; the name is UTF-8. */
const flags = 0x0808
const plainVersion = 20
const zip64Version = 45
const madeOnUnix = 3 << 8

/** What is known of an entry before its content. */
export interface ZipHead {
  /** With `/` between its parts. */
  readonly name: string
  readonly modified: Date
  readonly isPacked: boolean
  /** Bytes of the content. */
  readonly size: number
}

/** What is known of it afterwards. */
export interface ZipTail {
  readonly crc32: number
  readonly packedSize: number
  /** Of its first record in the archive. */
  readonly offset: number
}

type Field = readonly [bytes: 2 | 4 | 8, value: number]

function record(...fields: readonly Field[]): Buffer {
  const bytes = Buffer.alloc(fields.reduce((sum, [length]) => sum + length, 0))
  let at = 0
  for (const [length, value] of fields) {
    if (length === 8) bytes.writeBigUInt64LE(BigInt(value), at)
    else bytes.writeUIntLE(value, at, length)
    at += length
  }
  return bytes
}

function isWide({ size }: ZipHead): boolean {
  return size >= wideFrom
}

/** Fields that both headers of an entry have. */
function shared(head: ZipHead, version: number): Field[] {
  const { time, day } = dosTime(head.modified)
  const method = head.isPacked ? deflated : stored
  return [
    [2, version],
    [2, flags],
    [2, method],
    [2, time],
    [2, day],
  ]
}

/** What stands before the content. */
export function localHeader(head: ZipHead): Buffer {
  const name = Buffer.from(head.name)
  const wide = isWide(head)
  const zip64 = wide ? record([2, 1], [2, 16], [8, 0], [8, 0]) : Buffer.alloc(0)
  const extra = Buffer.concat([zip64, timestamp(head.modified)])
  const size = wide ? most : 0
  return Buffer.concat([
    record(
      [4, 0x04034b50],
      ...shared(head, wide ? zip64Version : plainVersion),
      [4, 0],
      [4, size],
      [4, size],
      [2, name.length],
      [2, extra.length],
    ),
    name,
    extra,
  ])
}

/** What stands behind the content. */
export function dataDescriptor(head: ZipHead, { crc32, packedSize }: ZipTail): Buffer {
  const length = isWide(head) ? 8 : 4
  return record([4, 0x08074b50], [4, crc32], [length, packedSize], [length, head.size])
}

/** What stands in the directory at the end of the archive. */
export function directoryHeader(head: ZipHead, { crc32, packedSize, offset }: ZipTail): Buffer {
  const name = Buffer.from(head.name)
  const wide = isWide(head) || offset >= most
  const zip64 = wide ? record([2, 1], [2, 24], [8, head.size], [8, packedSize], [8, offset]) : Buffer.alloc(0)
  const extra = Buffer.concat([zip64, timestamp(head.modified)])
  return Buffer.concat([
    record(
      [4, 0x02014b50],
      [2, madeOnUnix | zip64Version],
      ...shared(head, wide ? zip64Version : plainVersion),
      [4, crc32],
      [4, wide ? most : packedSize],
      [4, wide ? most : head.size],
      [2, name.length],
      [2, extra.length],
      // No comment, the first disk, no attributes of DOS.
      [2, 0],
      [2, 0],
      [2, 0],
      [4, 0o100644 * 0x1_0000],
      [4, wide ? most : offset],
    ),
    name,
    extra,
  ])
}

/** What an archive ends in. @param offset of the directory */
export function endOfArchive(entries: number, directoryLength: number, offset: number): Buffer {
  const wide = entries >= 0xffff || directoryLength >= most || offset >= most
  const end = record(
    [4, 0x06054b50],
    [2, 0],
    [2, 0],
    [2, wide ? 0xffff : entries],
    [2, wide ? 0xffff : entries],
    [4, wide ? most : directoryLength],
    [4, wide ? most : offset],
    [2, 0],
  )
  if (!wide) return end
  const zip64 = record(
    [4, 0x06064b50],
    // Bytes of this record that follow.
    [8, 44],
    [2, madeOnUnix | zip64Version],
    [2, zip64Version],
    [4, 0],
    [4, 0],
    [8, entries],
    [8, entries],
    [8, directoryLength],
    [8, offset],
  )
  const locator = record([4, 0x07064b50], [4, 0], [8, offset + directoryLength], [4, 1])
  return Buffer.concat([zip64, locator, end])
}

/** The time as every reader takes it, without a zone and in steps of two seconds. */
function dosTime(date: Date): { readonly time: number; readonly day: number } {
  const year = date.getFullYear()
  if (!(year >= 1980)) return { time: 0, day: (1 << 5) | 1 }
  if (year > 2107) return { time: 0xbf7d, day: 0xff9f }
  return {
    time: (date.getHours() << 11) | (date.getMinutes() << 5) | (date.getSeconds() >> 1),
    day: ((year - 1980) << 9) | ((date.getMonth() + 1) << 5) | date.getDate(),
  }
}

/** The time in UTC, which most readers prefer (Info-ZIP's "extended timestamp"); nothing for one that does not fit. */
function timestamp(date: Date): Buffer {
  const seconds = Math.floor(date.getTime() / 1000)
  if (!(Math.abs(seconds) < 2 ** 31)) return Buffer.alloc(0)
  const field = Buffer.from([0x55, 0x54, 5, 0, 1, 0, 0, 0, 0])
  field.writeInt32LE(seconds, 5)
  return field
}
