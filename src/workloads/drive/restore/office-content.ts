/**
 * Whether two Office files are the same document. SharePoint writes properties of its own into Office files when they are stored, so their
 * bytes and hash change ("Known issues: file size and hash of Office documents", OneDrive documentation, 2026); the parts of the document stay.
 */

/** What SharePoint writes: properties, and what names them. */
const partsOfSharePoint =
  /^(?:\[Content_Types\]\.xml|_rels\/\.rels|docProps\/.*|customXml\/.*|\[trash\]\/.*)$/
const endOfDirectory = 0x06054b50
const entryOfDirectory = 0x02014b50
const shortestEnd = 22
const longestComment = 0xffff

export function isOfficeFile(name: string): boolean {
  return /\.(?:docx|docm|dotx|xlsx|xlsm|xltx|pptx|pptm|potx|ppsx)$/i.test(name)
}

/** A file as far as it is needed to tell what is in it. */
export interface FileEnd {
  /** Bytes of the whole. */
  readonly size: number
  /** The last of them. */
  readonly bytes: Buffer
}

/** Of a ZIP, so much of the end holds its directory, with tens of thousands of parts. */
export const longestDirectory = 4 * 1024 * 1024

/** Both are ZIPs, with the same parts but for those of SharePoint: by name, length and checksum. */
export function sameDocument(one: FileEnd, other: FileEnd): boolean {
  const [parts, others] = [partsOf(one), partsOf(other)]
  if (parts === undefined || others === undefined || parts.size === 0 || parts.size !== others.size)
    return false
  return [...parts].every(([name, sum]) => others.get(name) === sum)
}

/** Length and CRC-32 of each part by name, as the directory at the ZIP's end tells; undefined for what is no ZIP, or has a longer directory. */
function partsOf({ size, bytes }: FileEnd): Map<string, string> | undefined {
  const end = endOf(bytes)
  if (end === undefined) return undefined
  const parts = new Map<string, string>()
  let at = bytes.readUInt32LE(end + 16) - (size - bytes.length)
  if (at < 0) return undefined
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left -= 1) {
    if (at + 46 > end || bytes.readUInt32LE(at) !== entryOfDirectory) return undefined
    const [nameLength, extra, comment] = [28, 30, 32].map((offset) => bytes.readUInt16LE(at + offset))
    const name = bytes.toString('utf8', at + 46, at + 46 + (nameLength ?? 0))
    if (!partsOfSharePoint.test(name))
      parts.set(name, `${bytes.readUInt32LE(at + 24)} ${bytes.readUInt32LE(at + 16)}`)
    at += 46 + (nameLength ?? 0) + (extra ?? 0) + (comment ?? 0)
  }
  return parts
}

function endOf(bytes: Buffer): number | undefined {
  const first = Math.max(0, bytes.length - shortestEnd - longestComment)
  for (let at = bytes.length - shortestEnd; at >= first; at -= 1)
    if (bytes.readUInt32LE(at) === endOfDirectory) return at
  return undefined
}
