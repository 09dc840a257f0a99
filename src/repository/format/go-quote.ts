/**
 * Names and texts as Go writes them. A node's name is quoted twice: first as Go source (`strconv.Quote`), then as JSON; other
 * texts only as JSON, with Go's HTML escapes. The same directory must give the same bytes, or it gets another id.
 */
import { isUtf8 } from 'node:buffer'

/** What Go calls printable: letters, marks, numbers, punctuation, symbols and the ASCII space. */
const unprintable = /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]|["\\]/gu
const shortEscapes: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '"': '\\"',
  '\\': '\\\\',
}

/** Quotes a well-formed name without the outer quotes. Lone surrogates become U+FFFD, as UTF-8 has none. */
export function quoteName(name: string): string {
  return name.toWellFormed().replace(unprintable, (character) => {
    const short = shortEscapes[character]
    if (short) return short
    const code = character.codePointAt(0) ?? 0
    if (code < 0x20 || code === 0x7f) return `\\x${hex(code, 2)}`
    return code < 0x10000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`
  })
}

/** Go's `strconv.Quote` of bytes that are partly no UTF-8: each byte that belongs to no character as `\xff`. */
export function quoteBytes(bytes: Buffer): string {
  return withoutCharacter(bytes, quoteName, (byte) => `\\x${hex(byte, 2)}`)
}

/** A JSON string of bytes that are partly no UTF-8, as Go's encoder writes it: each byte that belongs to no character as `\ufffd`. */
export function jsonBytes(bytes: Buffer): string {
  const text = withoutCharacter(
    bytes,
    (part) => jsonString(part).slice(1, -1),
    () => '\\ufffd',
  )
  return `"${text}"`
}

/** Encodes the parts that are UTF-8, and apart from them each byte that belongs to no character. */
function withoutCharacter(
  bytes: Buffer,
  encode: (text: string) => string,
  encodeByte: (byte: number) => string,
): string {
  let encoded = ''
  let from = 0
  for (let at = 0; at < bytes.length; ) {
    const length = characterLength(bytes, at)
    if (length > 0) {
      at += length
      continue
    }
    encoded += encode(bytes.toString('utf8', from, at)) + encodeByte(bytes[at] ?? 0)
    from = ++at
  }
  return encoded + encode(bytes.toString('utf8', from))
}

/** Bytes of the UTF-8 character at a position, or 0 when there is none. */
function characterLength(bytes: Buffer, at: number): number {
  const first = bytes[at] ?? 0
  if (first < 0x80) return 1
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2
  return at + length <= bytes.length && isUtf8(bytes.subarray(at, at + length)) ? length : 0
}

/** Whether some release of Go quotes a name like this: they differ only in which characters of other scripts they take for printable. */
export function isQuotedByGo(quoted: string): boolean {
  const bytes = unquoteName(quoted)
  return bytes !== undefined && asciiForm(quoted) === asciiForm(quoteBytes(bytes))
}

function asciiForm(quoted: string): string {
  return quoted.replace(/[^\x20-\x7e]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0
    return code < 0x10000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`
  })
}

const escapePattern =
  /\\(?:x([0-9a-fA-F]{2})|([0-7]{3})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([abfnrtv\\"]))|\\|"|\n/g
const singles: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
  v: 11,
  '\\': 92,
  '"': 34,
}

/** The bytes a quoted name stands for (they need not be UTF-8), or undefined when Go could not unquote it. */
export function unquoteName(quoted: string): Buffer | undefined {
  if (!quoted.includes('\\') && !quoted.includes('"') && !quoted.includes('\n'))
    return Buffer.from(quoted, 'utf8')
  const parts: Buffer[] = []
  let position = 0
  for (const match of quoted.matchAll(escapePattern)) {
    if (match.index > position) parts.push(Buffer.from(quoted.slice(position, match.index), 'utf8'))
    position = match.index + match[0].length
    const bytes = escapedBytes(match)
    if (!bytes) return undefined
    parts.push(bytes)
  }
  parts.push(Buffer.from(quoted.slice(position), 'utf8'))
  return Buffer.concat(parts)
}

function escapedBytes(match: RegExpExecArray): Buffer | undefined {
  const [, byte, octal, short, long, single] = match
  if (byte !== undefined) return Buffer.from([Number.parseInt(byte, 16)])
  if (octal !== undefined) {
    const value = Number.parseInt(octal, 8)
    return value < 256 ? Buffer.from([value]) : undefined
  }
  const digits = short ?? long
  if (digits !== undefined) {
    const code = Number.parseInt(digits, 16)
    if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return undefined
    return Buffer.from(String.fromCodePoint(code), 'utf8')
  }
  const value = single === undefined ? undefined : singles[single]
  return value === undefined ? undefined : Buffer.from([value])
}

// Backspace and form feed are written as \u0008 and \u000c, as restic up to 0.17 does; both forms are read everywhere.
const jsonSpecial = /["\\<>&\u2028\u2029]|(?=[^\u0080-\u009f\u007f])\p{Cc}/gu
const jsonShort: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
}

/** A JSON string with quotes, escaped as Go's encoder does. */
export function jsonString(text: string): string {
  const escaped = text
    .toWellFormed()
    .replace(jsonSpecial, (character) => jsonShort[character] ?? `\\u${hex(character.charCodeAt(0), 4)}`)
  return `"${escaped}"`
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0')
}
