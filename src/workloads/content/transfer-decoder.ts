/** Transfer encodings of mail, decoded while the bytes come in. The same bytes come out as when a mail is taken apart whole (`mail/view`). */
import { decodeQuotedPrintable } from '../mail/view/transfer-encodings.ts'

export interface TransferDecoder {
  /** What can be decoded now. */
  push(bytes: Uint8Array): Buffer
  /** The rest. */
  end(): Buffer
}

/** Whether content of that encoding can be decoded piece by piece: `uuencode` begins somewhere, which is known only in the end. */
export function decodesInPieces(encoding: string): boolean {
  return !/^(x-)?uu/.test(encoding)
}

/** @param encoding lowercase; what is none stands for bytes as they are */
export function transferDecoder(encoding: string): TransferDecoder {
  if (encoding === 'base64') return base64Decoder()
  if (encoding === 'quoted-printable') return quotedPrintableDecoder()
  return { push: asBuffer, end: () => Buffer.alloc(0) }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** Signs that are none of the alphabet do not count; `=` ends a unit, and another one may follow. */
function base64Decoder(): TransferDecoder {
  let rest = ''
  const push = (bytes: Uint8Array) => {
    const text = asBuffer(bytes)
      .toString('latin1')
      .replaceAll(/[^A-Za-z0-9+/=]+/g, '')
    const [first = '', ...others] = text.split(/=+/)
    const decoded: Buffer[] = []
    rest += first
    for (const unit of others) {
      decoded.push(Buffer.from(rest, 'base64'))
      rest = unit
    }
    const whole = rest.length - (rest.length % 4)
    decoded.push(Buffer.from(rest.slice(0, whole), 'base64'))
    rest = rest.slice(whole)
    return Buffer.concat(decoded)
  }
  return { push, end: () => Buffer.from(rest, 'base64') }
}

/** A line without an end is cut here where nothing is torn apart. */
const longestLine = 1024 * 1024

/** Lines are decoded whole: blanks and soft breaks depend on how a line ends. */
function quotedPrintableDecoder(): TransferDecoder {
  let rest: Buffer = Buffer.alloc(0)
  const push = (bytes: Uint8Array) => {
    const all = rest.length === 0 ? Buffer.from(bytes) : Buffer.concat([rest, bytes])
    const lines = all.lastIndexOf(0x0a) + 1
    const cut = lines === 0 && all.length > longestLine ? endOfWhole(all) : lines
    rest = all.subarray(cut)
    return decodeQuotedPrintable(all.subarray(0, cut))
  }
  return { push, end: () => decodeQuotedPrintable(rest) }
}

/** After a byte that is no blank, no carriage return, and no part of a `=XX`. */
function endOfWhole(line: Buffer): number {
  for (let at = line.length - 1; at > 2; at--) {
    const byte = line[at] ?? 0
    const isPlain = byte !== 0x20 && byte !== 0x09 && byte !== 0x0d
    if (isPlain && line.lastIndexOf(0x3d, at) < at - 2) return at + 1
  }
  return line.length
}
