/**
 * A mail without the content of its large parts: small enough to be taken apart whole, however large the mail is. Where a large part was, a word
 * stands that occurs nowhere else; the part is known by it afterwards, and its bytes are read from the kept mail when they are wanted. What a part is
 * and where it ends is judged as `plainParts` judges it.
 */
import { randomUUID } from 'node:crypto'
import type { EncodedPlace } from '../../content/content.ts'
import { decodesInPieces, type TransferDecoder, transferDecoder } from '../../content/transfer-decoder.ts'
import { type Container, delimiterAt, isEmptyLine, type PartHeader, readHeader } from './plain-parts.ts'

export interface CutPart extends EncodedPlace {
  readonly charset: string | null
}

export interface CutMail {
  readonly mail: Buffer
  /** By the word that stands in their place. */
  readonly parts: ReadonlyMap<string, CutPart>
}

export interface CutLimits {
  /** Bytes of a part, as they stand in the mail, that are left in it. */
  readonly part: number
  /** The same of a part that may be text of the mail: what is longer than Graph takes as text is cut, too. */
  readonly text: number
  /** Of all that is left. */
  readonly whole: number
}

const mebibyte = 1024 * 1024
export const usualLimits: CutLimits = { part: 256 * 1024, text: 8 * mebibyte, whole: 16 * mebibyte }
/** Of a mail that is looked at: one of many small parts, or of parts that cannot be cut, is worth more memory. */
export const viewLimits: CutLimits = { ...usualLimits, whole: 64 * mebibyte }

/** A line is looked at so far to tell whether it is a delimiter. */
const lineStart = 64 * 1024
const lineFeed = 0x0a

/** @returns undefined for a mail of which too much would be left. @throws what the source throws */
export async function cutMail(
  source: AsyncIterable<Uint8Array>,
  limits: CutLimits = usualLimits,
): Promise<CutMail | undefined> {
  const cutter = createCutter(limits)
  for await (const chunk of source) if (!cutter.push(chunk)) return undefined
  return cutter.end()
}

/** What the bytes at hand are: lines of a header, or the content of a part, or what stands between parts. */
type Place =
  | { readonly kind: 'header'; readonly isInDigest: boolean; readonly lines: Buffer[] }
  | { readonly kind: 'content'; readonly part: PartContent }

function createCutter(limits: CutLimits) {
  const output: Buffer[] = []
  const parts = new Map<string, CutPart>()
  const open: Container[] = []
  let left = 0
  /** What was not looked at yet begins here. */
  let position = 0
  let pending: Buffer = Buffer.alloc(0)
  let startsLine = true
  let place: Place = { kind: 'header', isInDigest: false, lines: [] }

  const write = (bytes: Buffer) => {
    output.push(bytes)
    left += bytes.length
  }
  const advance = (length: number): Buffer => {
    const bytes = pending.subarray(0, length)
    pending = pending.subarray(length)
    position += length
    return bytes
  }

  /** The line at hand; undefined while more of it may come. */
  function line(isLast: boolean): Buffer | undefined {
    const end = pending.indexOf(lineFeed) + 1
    if (end > 0) return pending.subarray(0, end)
    return isLast || pending.length >= lineStart ? pending : undefined
  }

  function delimiter(bytes: Buffer) {
    return startsLine && open.length > 0 ? delimiterAt(bytes, 0, bytes.length, open) : undefined
  }

  /** Begins the content of the part whose header has ended, as far as it is there. */
  function endHeader(lines: readonly Buffer[], isInDigest: boolean): void {
    const header = readHeader(Buffer.concat(lines).toString('latin1'), isInDigest)
    if (header.boundary !== null && open.length < 100) {
      open.push({
        delimiter: Buffer.from(`--${header.boundary}`, 'latin1'),
        isDigest: header.type === 'multipart/digest',
        depth: open.length,
      })
      place = { kind: 'content', part: partContent(undefined, position, limits) }
    } else place = { kind: 'content', part: partContent(header, position, limits) }
  }

  function endContent(part: PartContent, isAtDelimiter: boolean): void {
    const { content, lineBreak, cut } = part.end(isAtDelimiter)
    if (cut !== undefined) parts.set(cut.word, cut.part)
    write(content)
    write(lineBreak)
  }

  /** One step; false where more bytes are needed. */
  function step(isLast: boolean): boolean {
    if (pending.length === 0) return false
    if (place.kind === 'header') {
      const found = line(isLast)
      if (found === undefined) return false
      const { lines, isInDigest } = place
      if (startsLine && delimiter(found) !== undefined) {
        endHeader(lines, isInDigest)
        return true
      }
      const isEnd = startsLine && isEmptyLine(found, 0, found.length)
      startsLine = found.at(-1) === lineFeed
      const taken = advance(found.length)
      write(taken)
      if (isEnd) endHeader(lines, isInDigest)
      else lines.push(taken)
      return true
    }
    const { part } = place
    if (open.length === 0) {
      part.take(advance(pending.length))
      return true
    }
    if (startsLine && pending[0] === 0x2d) {
      const found = line(isLast)
      if (found === undefined) return false
      const end = delimiter(found)
      if (end !== undefined) {
        endContent(part, true)
        write(advance(found.length))
        startsLine = true
        while ((open.at(-1)?.depth ?? -1) > end.container.depth) open.pop()
        if (end.closes) {
          open.pop()
          place = { kind: 'content', part: partContent(undefined, position, limits) }
        } else place = { kind: 'header', isInDigest: end.container.isDigest, lines: [] }
        return true
      }
    }
    // On to the next line that may be a delimiter.
    const next = pending.indexOf('\n-', 0, 'latin1')
    const taken = advance(next < 0 ? pending.length : next + 1)
    startsLine = taken.at(-1) === lineFeed
    part.take(taken)
    return true
  }

  return {
    /** False when too much is left: nothing more is to be pushed. */
    push(chunk: Uint8Array): boolean {
      pending = pending.length === 0 ? Buffer.from(chunk) : Buffer.concat([pending, chunk])
      while (step(false));
      return left + (place.kind === 'content' ? place.part.held() : 0) <= limits.whole
    },
    end(): CutMail | undefined {
      while (step(true));
      if (place.kind === 'content') endContent(place.part, false)
      return left <= limits.whole ? { mail: Buffer.concat(output), parts } : undefined
    },
  }
}

interface PartContent {
  take(bytes: Buffer): void
  /** Bytes in memory. */
  held(): number
  /** What is left of it in the mail, and the line break that belongs to the delimiter after it. */
  end(isAtDelimiter: boolean): {
    readonly content: Buffer
    readonly lineBreak: Buffer
    readonly cut?: { readonly word: string; readonly part: CutPart }
  }
}

/** @param header of a part; undefined for what stands between parts, which is never cut. @param offset in the mail */
function partContent(header: PartHeader | undefined, offset: number, limits: CutLimits): PartContent {
  const limit = limitOf(header, limits)
  const encoding = header?.encoding ?? ''
  let kept: Buffer[] = []
  let decoder: TransferDecoder | undefined
  let length = 0
  let size = 0
  // The last two bytes may be a line break that is none of the content.
  let tail: Buffer = Buffer.alloc(0)

  function sink(bytes: Buffer): void {
    length += bytes.length
    if (decoder !== undefined) {
      size += decodedLength(decoder, bytes)
      return
    }
    kept.push(bytes)
    if (length <= limit) return
    decoder = transferDecoder(encoding)
    for (const one of kept) size += decodedLength(decoder, one)
    kept = []
  }

  return {
    take(bytes) {
      const held = bytes.length >= 2 ? tail : Buffer.concat([tail, bytes])
      const rest = bytes.length >= 2 ? bytes : held
      const end = Math.max(0, rest.length - 2)
      if (rest !== held) sink(held)
      sink(rest.subarray(0, end))
      tail = Buffer.from(rest.subarray(end))
    },
    held: () => (decoder === undefined ? length : 0),
    end(isAtDelimiter) {
      const breakLength =
        !isAtDelimiter || tail.at(-1) !== lineFeed ? 0 : tail.length === 2 && tail[0] === 0x0d ? 2 : 1
      const lineBreak = tail.subarray(tail.length - breakLength)
      sink(tail.subarray(0, tail.length - breakLength))
      if (decoder === undefined) return { content: Buffer.concat(kept), lineBreak }
      size += decoder.end().length
      const word = `cut${randomUUID().replaceAll('-', '')}`
      const content = Buffer.from(encoding === 'base64' ? Buffer.from(word).toString('base64') : word)
      const part = { offset, length, encoding, size, charset: header?.charset ?? null }
      return { content, lineBreak, cut: { word, part } }
    },
  }
}

function limitOf(header: PartHeader | undefined, { part, text }: CutLimits): number {
  if (header === undefined || !decodesInPieces(header.encoding)) return Number.POSITIVE_INFINITY
  const mayBeText = (header.type === '' || header.type.startsWith('text/')) && !header.isAttachment
  return mayBeText ? text : part
}

function decodedLength(decoder: TransferDecoder, bytes: Buffer): number {
  const step = 256 * 1024
  let length = 0
  for (let at = 0; at < bytes.length; at += step) length += decoder.push(bytes.subarray(at, at + step)).length
  return length
}
