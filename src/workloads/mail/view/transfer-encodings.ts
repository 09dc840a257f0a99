/** Transfer encodings of mail, decoded as bytes. What is not well-formed stays as it is. */

const hex = (byte: number | undefined): number => {
  if (byte === undefined) return -1
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const upper = byte & ~0x20
  return upper >= 0x41 && upper <= 0x46 ? upper - 0x37 : -1
}

/** RFC 2045, section 6.7. Line breaks stay as they are; blanks at the end of a line are not part of it. */
export function decodeQuotedPrintable(content: Buffer): Buffer {
  const decoded = Buffer.alloc(content.length)
  let length = 0
  // Blanks count once something other than a line break follows.
  let blanks = 0
  for (let at = 0; at < content.length; at++) {
    const byte = content[at] ?? 0
    if (byte === 0x20 || byte === 0x09) {
      decoded[length++] = byte
      blanks++
      continue
    }
    if (byte === 0x0a || byte === 0x0d) length -= blanks
    blanks = 0
    if (byte === 0x3d) {
      const softBreak = endOfSoftBreak(content, at + 1)
      if (softBreak > 0) {
        at = softBreak - 1
        continue
      }
      const [high, low] = [hex(content[at + 1]), hex(content[at + 2])]
      if (high >= 0 && low >= 0) {
        decoded[length++] = high * 16 + low
        at += 2
        continue
      }
    }
    decoded[length++] = byte
  }
  return decoded.subarray(0, length)
}

/** The place after blanks and a line break (or the end), else -1. */
function endOfSoftBreak(content: Buffer, from: number): number {
  let at = from
  while (content[at] === 0x20 || content[at] === 0x09) at++
  if (at >= content.length) return content.length
  if (content[at] === 0x0d && content[at + 1] === 0x0a) return at + 2
  return content[at] === 0x0a ? at + 1 : -1
}

/** The first file of `uuencode` output; the bytes themselves where there is none. */
export function decodeUuencoded(content: Buffer): Buffer {
  const lines = content.toString('latin1').split(/\r?\n/)
  const begin = lines.findIndex((line) => /^begin [0-7]{3,4} /.test(line))
  if (begin < 0) return content
  const pieces: Buffer[] = []
  for (const line of lines.slice(begin + 1)) {
    if (line === 'end') break
    const size = sixBits(line.charCodeAt(0))
    if (line === '' || size === 0) continue
    const bytes = Buffer.alloc(Math.ceil((line.length - 1) / 4) * 3)
    for (let group = 0; 1 + group * 4 < line.length; group++) {
      const value = [0, 1, 2, 3].reduce(
        (sum, index) => sum * 64 + sixBits(line.charCodeAt(1 + group * 4 + index) || 0x20),
        0,
      )
      bytes.writeUIntBE(value, group * 3, 3)
    }
    pieces.push(bytes.subarray(0, size))
  }
  return Buffer.concat(pieces)
}

const sixBits = (code: number): number => (code - 0x20) & 0x3f
