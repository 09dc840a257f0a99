/**
 * Names and texts as Go writes them. A node's name is quoted twice: first as Go source (`strconv.Quote`), then as JSON; other
 * texts only as JSON, with Go's HTML escapes. The same directory must give the same bytes, or it gets another id.
 */

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
