/**
 * Makes the contents of a mail's parts safe from a line-wise parser: every part that is not base64 already is decoded here,
 * byte for byte, and written as base64. A parser that joins lines by `\n` would otherwise change the bytes of attachments
 * that are sent as 7bit, 8bit or binary, and add a line break at the end that belongs to the boundary (RFC 2046, 5.1.1).
 * Headers stay as they are but for the transfer encoding, character sets that nobody knows, and `text/calendar`, which the
 * parser would rewrite: it is marked and named again by `givenType`.
 */
import { decodeQuotedPrintable, decodeUuencoded } from './transfer-encodings.ts'

export interface Container {
  readonly delimiter: Buffer
  readonly isDigest: boolean
  readonly depth: number
}

export interface PartHeader {
  readonly type: string
  readonly boundary: string | null
  readonly charset: string | null
  readonly encoding: string
  /** Told to be something to save, as opposed to text of the mail. */
  readonly isAttachment: boolean
  /** Without the fields of the transfer encoding. */
  readonly fields: string
}

const markedType = 'x-exact-'
const lineFeed = 0x0a
const carriageReturn = 0x0d

/** The type that the mail gave, of one that a part had after `plainParts`. */
export function givenType(type: string): string {
  return type.startsWith(markedType) ? type.slice(markedType.length) : type
}

/** The same mail with every part in base64. What is no MIME comes out as it went in, more or less. */
export function plainParts(mail: Buffer): Buffer {
  const output: Buffer[] = []
  const open: Container[] = []
  let position = 0
  let digest = false
  for (;;) {
    const headerEnd = endOfHeader(mail, position, open)
    const header = readHeader(mail.subarray(position, headerEnd.at).toString('latin1'), digest)
    const isContainer = header.boundary !== null && open.length < 100
    if (isContainer) {
      open.push({
        delimiter: Buffer.from(`--${header.boundary}`, 'latin1'),
        isDigest: header.type === 'multipart/digest',
        depth: open.length,
      })
      output.push(mail.subarray(position, headerEnd.next))
    }
    // The content of a part, or what stands before and after the parts of a container.
    let start = headerEnd.next
    let end = delimiterFrom(mail, start, open)
    if (!isContainer) writePart(output, header, mail.subarray(start, contentEnd(mail, start, end.at)))
    else output.push(mail.subarray(start, end.at))
    while (end.container !== undefined) {
      output.push(lineBreakIfNeeded(output), mail.subarray(end.at, end.next))
      while ((open.at(-1)?.depth ?? -1) > end.container.depth) open.pop()
      if (!end.closes) break
      open.pop()
      start = end.next
      end = delimiterFrom(mail, start, open)
      output.push(mail.subarray(start, end.at))
    }
    if (end.container === undefined) return Buffer.concat(output)
    digest = end.container.isDigest
    position = end.next
  }
}

function writePart(output: Buffer[], header: PartHeader, content: Buffer): void {
  const start = `${header.fields}Content-Transfer-Encoding: base64\r\n\r\n`
  output.push(Buffer.from(start, 'latin1'))
  if (header.encoding === 'base64') {
    output.push(content)
    return
  }
  const decoded = decode(header.encoding, content)
  if (header.charset !== null && header.type.startsWith('text/') && !names(header.charset, decoded)) {
    const named = isUtf8(decoded) ? 'utf-8' : 'windows-1252'
    output[output.length - 1] = Buffer.from(
      start.replace(/(\bcharset\s*=\s*)("[^"]*"|[^\s;]*)/i, `$1${named}`),
      'latin1',
    )
  }
  const step = 57 * 1024
  for (let at = 0; at < decoded.length; at += step)
    output.push(Buffer.from(`${decoded.subarray(at, at + step).toString('base64')}\r\n`, 'latin1'))
}

function decode(encoding: string, content: Buffer): Buffer {
  if (encoding === 'quoted-printable') return decodeQuotedPrintable(content)
  if (/^(x-)?uu(e|encoded?)?$/.test(encoding)) return decodeUuencoded(content)
  return content
}

/** Whether the character set can be that of the text: it exists, and ASCII has no eighth bit. */
function names(name: string, text: Buffer): boolean {
  if (/^(us-)?ascii$/i.test(name)) return text.every((byte) => byte < 0x80)
  try {
    new TextDecoder(name)
    return true
  } catch {
    return false
  }
}

function isUtf8(bytes: Buffer): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return true
  } catch {
    return false
  }
}

const noLineBreak = Buffer.alloc(0)
const lineBreak = Buffer.from('\r\n')

/** A delimiter begins a line. */
function lineBreakIfNeeded(output: readonly Buffer[]): Buffer {
  const last = output.findLast((piece) => piece.length > 0)
  return last === undefined || last.at(-1) === lineFeed ? noLineBreak : lineBreak
}

/** Where the header of a part ends, and where its content begins: after the empty line, or at a delimiter. */
function endOfHeader(mail: Buffer, from: number, open: readonly Container[]): { at: number; next: number } {
  let start = from
  while (start < mail.length) {
    const next = lineEnd(mail, start)
    if (isEmptyLine(mail, start, next)) return { at: start, next }
    if (delimiterAt(mail, start, next, open) !== undefined) return { at: start, next: start }
    start = next
  }
  return { at: mail.length, next: mail.length }
}

interface Delimiter {
  /** Start of the delimiter's line, or the end of the mail. */
  readonly at: number
  readonly next: number
  readonly container?: Container
  readonly closes: boolean
}

function delimiterFrom(mail: Buffer, from: number, open: readonly Container[]): Delimiter {
  let start = from
  while (open.length > 0 && start < mail.length) {
    const next = lineEnd(mail, start)
    const found = delimiterAt(mail, start, next, open)
    if (found !== undefined) return { at: start, next, ...found }
    start = next
  }
  return { at: mail.length, next: mail.length, closes: false }
}

/** Which container's delimiter a line is; the innermost wins. */
export function delimiterAt(
  mail: Buffer,
  start: number,
  next: number,
  open: readonly Container[],
): { container: Container; closes: boolean } | undefined {
  if (mail[start] !== 0x2d || mail[start + 1] !== 0x2d) return undefined
  for (let index = open.length - 1; index >= 0; index--) {
    const container = open[index]
    if (container === undefined) continue
    const length = container.delimiter.length
    if (mail.compare(container.delimiter, 0, length, start, Math.min(start + length, mail.length)) !== 0)
      continue
    const rest = mail.toString('latin1', start + length, Math.min(next, start + length + 200))
    const ending = /^(--)?[ \t\r\n]*$/.exec(rest)
    if (ending) return { container, closes: ending[1] !== undefined }
  }
  return undefined
}

function lineEnd(mail: Buffer, start: number): number {
  const found = mail.indexOf(lineFeed, start)
  return found < 0 ? mail.length : found + 1
}

export function isEmptyLine(mail: Buffer, start: number, next: number): boolean {
  for (let at = start; at < next; at++) if (mail[at] !== lineFeed && mail[at] !== carriageReturn) return false
  return true
}

/** The line break before a delimiter belongs to the delimiter. */
function contentEnd(mail: Buffer, start: number, delimiter: number): number {
  if (delimiter === mail.length) return delimiter
  if (delimiter <= start || mail[delimiter - 1] !== lineFeed) return delimiter
  return delimiter - 2 >= start && mail[delimiter - 2] === carriageReturn ? delimiter - 2 : delimiter - 1
}

/** Of fields that stand there twice the first counts. */
export function readHeader(text: string, isInDigest: boolean): PartHeader {
  const fields = text.match(/[^\n]+(?:\n[ \t]+[^\n]*)*(?:\n|$)/g) ?? []
  const firstOf = (name: string) => {
    const field = fields.find((one) => one.slice(0, one.indexOf(':')).trim().toLowerCase() === name)
    return field?.slice(field.indexOf(':') + 1).replaceAll(/[\r\n]+/g, '')
  }
  const contentType = firstOf('content-type') ?? (isInDigest ? 'message/rfc822' : 'text/plain')
  const type = /^\s*"?([\w.+-]+\/[\w.+-]+)/.exec(contentType)?.[1]?.toLowerCase() ?? ''
  const encoding = /[\w-]+/.exec((firstOf('content-transfer-encoding') ?? '').replaceAll(/\([^()]*\)/g, ''))
  const parameter = (name: string) => {
    const found = new RegExp(`[;\\s]${name}\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s;"]+))`, 'i').exec(
      contentType,
    )
    return found?.[1]?.replaceAll(/\\(.)/g, '$1') ?? found?.[2] ?? null
  }
  return {
    type,
    boundary: type.startsWith('multipart/') ? parameter('boundary') : null,
    charset: parameter('charset'),
    encoding: encoding?.[0]?.toLowerCase() ?? '',
    isAttachment: /^\s*"?(?!inline\b)\S/i.test(firstOf('content-disposition') ?? ''),
    fields: fields
      .filter((field) => !/^content-transfer-encoding[ \t]*:/i.test(field))
      .map((field) => (isUnknownDisposition(field) ? 'Content-Disposition: attachment\r\n' : field))
      .map((field) =>
        field.replace(
          /^(content-type[ \t]*:[\s"]*)(text\/calendar|application\/ics)\b/i,
          `$1${markedType}$2`,
        ),
      )
      .map((field) => (field.endsWith('\n') ? field : `${field}\r\n`))
      .join(''),
  }
}

/** What is neither inline nor an attachment by name is an attachment (RFC 2183, 2.8). A file name in it stays. */
function isUnknownDisposition(field: string): boolean {
  const given = /^content-disposition[ \t]*:\s*([^\s;]+)\s*$/i.exec(field)?.[1]
  return given !== undefined && !/^"?(inline|attachment)\b/i.test(given)
}
