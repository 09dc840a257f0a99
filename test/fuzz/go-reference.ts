/**
 * What Go writes, told a second time and in another way than the product does: byte by byte, from the documents of `strconv.Quote` and
 * `encoding/json`. Characters are taken from lists whose printability no release of Go disputes.
 */

/** Printable in every release of Go. */
export const printable: readonly string[] = [
  ...Array.from(' aZ~09!#$%&()*+-./:;<=>?@[]^_`{|}'),
  ...Array.from('äßЖשあ漢€½´¡￼'),
  '😀',
  '𝄞',
  '\u0301',
]
/** Printable in none: controls, separators, formats, private use, what is no character. */
export const unprintable: readonly number[] = [
  0, 1, 14, 31, 127, 128, 133, 160, 173, 8192, 8203, 8232, 8233, 8238, 12288, 57344, 63743, 65279, 65534,
  65535, 131070, 917505, 983040, 1114111,
]

const shorts: Readonly<Record<number, string>> = {
  7: 'a',
  8: 'b',
  9: 't',
  10: 'n',
  11: 'v',
  12: 'f',
  13: 'r',
  34: '"',
  92: '\\',
}

/** A piece of a name: a character, or a byte that belongs to none. */
export type Piece = string | number

export function bytesOf(pieces: readonly Piece[]): Buffer {
  return Buffer.concat(
    pieces.map((piece) => (typeof piece === 'number' ? Buffer.of(piece) : Buffer.from(piece))),
  )
}

/** `strconv.Quote` without its outer quotes. */
export function goQuote(pieces: readonly Piece[]): string {
  let quoted = ''
  for (const piece of pieces) {
    if (typeof piece === 'number') {
      quoted += `\\x${hex(piece, 2)}`
      continue
    }
    const code = piece.codePointAt(0) ?? 0
    const short = shorts[code]
    if (short !== undefined) quoted += `\\${short}`
    else if (!unprintable.includes(code)) quoted += piece
    else if (code < 0x20 || code === 0x7f) quoted += `\\x${hex(code, 2)}`
    else quoted += code > 0xffff ? `\\U${hex(code, 8)}` : `\\u${hex(code, 4)}`
  }
  return quoted
}

/** A JSON string as `encoding/json` writes it, HTML escapes on. Source: Go's encoding/json, `appendString`. */
export function goString(text: string): string {
  let json = '"'
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    if (code >= 0xd800 && code <= 0xdfff) json += '\ufffd'
    else if (character === '"' || character === '\\') json += `\\${character}`
    else if (code === 10) json += '\\n'
    else if (code === 13) json += '\\r'
    else if (code === 9) json += '\\t'
    else if (code < 32 || '<>&\u2028\u2029'.includes(character)) json += `\\u${hex(code, 4)}`
    else json += character
  }
  return `${json}"`
}

/** Fields of a node in the order of restic's struct; those of the second list are left out when they are zero or empty. */
export const always = ['name', 'type', 'mtime', 'atime', 'ctime', 'uid', 'gid', 'content']
const order = (
  'name type mode mtime atime ctime uid gid user group inode device_id size links linktarget linktarget_raw ' +
  'extended_attributes generic_attributes device content subtree error'
).split(' ')

/** A node as restic writes it, from its fields as JSON texts. */
export function goNode(fields: Readonly<Record<string, string>>): string {
  const parts = order.flatMap((field) => {
    const value = fields[field]
    if (value === undefined) return []
    return always.includes(field) || !['0', '""', '[]', '{}'].includes(value) ? [`"${field}":${value}`] : []
  })
  return `{${parts.join(',')}}`
}

/** A map as Go writes it: keys ascending by their bytes. */
export function goMap(entries: Iterable<readonly [string, string]>): string {
  const sorted = [...new Map(entries)].toSorted(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  return `{${sorted.map(([key, value]) => `${goString(key)}:${value}`).join(',')}}`
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0')
}
