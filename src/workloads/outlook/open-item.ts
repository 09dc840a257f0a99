/** The file of an event, contact or task opened, to be looked at and for a restore: its JSON in memory, its attachments where they stand, to be read in pieces. */
import { type Content, decodedContent, type EncodedPlace, type StoredBytes } from '../content/content.ts'
import { type TransferDecoder, transferDecoder } from '../content/transfer-decoder.ts'
import { fail } from '../errors.ts'
import { readContentLine } from './content-lines.ts'
import type { Json } from './graph-json.ts'
import { attachmentParameter, attachmentsOf, graphJsonLine, photoOf, readJson } from './stored-item.ts'

export interface OpenedItemAttachment {
  /** Microsoft's id, by which the bytes are found. */
  readonly id: string
  readonly json: Json
  readonly content: Content
}

export interface OpenedItem {
  readonly json: Json
  readonly attachments: readonly OpenedItemAttachment[]
  /** Of a contact. */
  readonly photo: { readonly contentType: string; readonly bytes: Buffer } | undefined
}

/** Bytes of the lines that are kept. Graph takes 4 MB in one request, so that an item with more could not be made. */
const mostKept = 32 * 1024 * 1024
/** What stands before the value of a line. */
const longestHead = 64 * 1024
const lineFeed = 0x0a

/** @throws WRK_STORED_ITEM_UNREADABLE for what is none of our files; what reading throws */
export async function openStoredItem(stored: StoredBytes): Promise<OpenedItem> {
  const scanner = createScanner()
  for await (const chunk of stored.all()) scanner.push(chunk)
  const { lines, places } = scanner.end()
  const json = readJson(lines.get(graphJsonLine))
  const described = new Map(attachmentsOf(json).map((one) => [String(one['id']), one]))
  const attachments = places.flatMap(([id, place]) => {
    const about = described.get(id)
    return about ? [{ id, json: about, content: decodedContent(stored, place) }] : []
  })
  return { json, attachments, photo: photoOf(lines.get('PHOTO') ?? '') }
}

/** One unfolded line, as far as it is known. */
type Line =
  | { kind: 'head'; text: Buffer[]; size: number }
  | { kind: 'kept'; text: Buffer[] }
  | { kind: 'skipped' }
  | {
      kind: 'content'
      readonly id: string
      readonly offset: number
      readonly decoder: TransferDecoder
      size: number
    }

function createScanner() {
  const lines = new Map<string, string>()
  const places: [id: string, place: EncodedPlace][] = []
  let pending: Buffer = Buffer.alloc(0)
  /** In the file, of what is pending. */
  let position = 0
  let kept = 0
  let line: Line = { kind: 'skipped' }

  const advance = (length: number): Buffer => {
    const bytes = pending.subarray(0, length)
    pending = pending.subarray(length)
    position += length
    return bytes
  }

  function finish(): void {
    if (line.kind === 'kept' || line.kind === 'head') {
      const read = readContentLine(Buffer.concat(line.text).toString('utf8'))
      if (read && isKept(read.name) && !lines.has(read.name)) lines.set(read.name, read.value)
    } else if (line.kind === 'content') {
      const { id, offset, decoder } = line
      const size = line.size + decoder.end().length
      places.push([id, { offset, length: position - offset, encoding: 'base64', size }])
    }
    line = { kind: 'skipped' }
  }

  /** Takes of an attachment what is there; false where more bytes are needed. */
  function takeContent(content: Extract<Line, { kind: 'content' }>, isLast: boolean): boolean {
    let end = -1
    for (let at = pending.indexOf(lineFeed); at >= 0 && at + 1 < pending.length; ) {
      if (!isBlank(pending[at + 1])) {
        end = at + 1
        break
      }
      at = pending.indexOf(lineFeed, at + 1)
    }
    const open = pending.at(-1) === lineFeed && !isLast ? pending.length - 1 : pending.length
    const bytes = advance(end < 0 ? open : end)
    const step = 256 * 1024
    for (let at = 0; at < bytes.length; at += step)
      content.size += content.decoder.push(bytes.subarray(at, at + step)).length
    if (end >= 0) finish()
    return end >= 0
  }

  /** Takes a folded part of a line; false where more bytes are needed. */
  function takePart(isLast: boolean): boolean {
    const end = pending.indexOf(lineFeed) + 1
    if (end === 0 && !isLast) {
      if (pending.length > mostKept) throw fail('WRK_STORED_ITEM_UNREADABLE')
      return false
    }
    const length = end === 0 ? pending.length : end
    const continues = isBlank(pending[0])
    if (!continues) {
      finish()
      line = { kind: 'head', text: [], size: 0 }
    }
    const start = continues ? 1 : 0
    const text = withoutLineBreak(pending.subarray(start, length))
    if (line.kind === 'kept') keep(line.text, text)
    const attachment = line.kind === 'head' ? readHead(line, text) : undefined
    if (attachment === undefined) advance(length)
    else {
      // It is taken from the first sign of the value on.
      advance(start + text.length - attachment.valueLength)
      const decoder = transferDecoder('base64')
      line = { kind: 'content', id: attachment.id, offset: position, decoder, size: 0 }
    }
    return true
  }

  function keep(list: Buffer[], text: Buffer): void {
    kept += text.length
    if (kept > mostKept) throw fail('WRK_STORED_ITEM_UNREADABLE')
    list.push(Buffer.from(text))
  }

  /** Decides what a line is, as soon as that is known. @returns what attachment it is, and how many bytes of its value the text has */
  function readHead(
    head: Extract<Line, { kind: 'head' }>,
    text: Buffer,
  ): { readonly id: string; readonly valueLength: number } | undefined {
    keep(head.text, text)
    head.size += text.length
    const known = Buffer.concat(head.text).toString('utf8')
    const name = /^([^;:]*)[;:]/.exec(known)?.[1]
    if (name !== undefined && isKept(name)) line = { kind: 'kept', text: head.text }
    else if ((name !== undefined && name !== 'ATTACH') || head.size > longestHead) line = { kind: 'skipped' }
    const read = line.kind === 'head' ? readContentLine(known) : undefined
    if (read === undefined) return undefined
    const id = read.parameters[attachmentParameter]
    line = { kind: 'skipped' }
    return id === undefined ? undefined : { id, valueLength: Buffer.byteLength(read.value) }
  }

  function step(isLast: boolean): boolean {
    if (pending.length === 0) return false
    if (line.kind !== 'content') return takePart(isLast)
    return takeContent(line, isLast)
  }

  return {
    push(chunk: Uint8Array): void {
      pending = pending.length === 0 ? Buffer.from(chunk) : Buffer.concat([pending, chunk])
      while (step(false));
    },
    end() {
      while (step(true));
      finish()
      return { lines, places }
    },
  }
}

function isKept(name: string): boolean {
  return name === graphJsonLine || name === 'PHOTO'
}

function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09
}

function withoutLineBreak(bytes: Buffer): Buffer {
  const end =
    bytes.at(-1) !== lineFeed ? bytes.length : bytes.at(-2) === 0x0d ? bytes.length - 2 : bytes.length - 1
  return bytes.subarray(0, end)
}
