/**
 * Older versions of files, as Microsoft keeps them: 500 by default, and as many or as few as the administrator of a library says, perhaps
 * for a time only. Asked for by `GET /drives/{id}/items/{id}/versions`, which answers them newest first with the current one at the top
 * (Microsoft Graph, "List versions of a driveItem", 2026). The content of one is at `/versions/{id}/content`, which answers with an address
 * that needs no token ("Download contents of a DriveItemVersion resource", 2026); that of the current version is refused there.
 */
import { type GraphClient, graphPath } from '../../microsoft/index.ts'
import { fileNode, type RepositoryWriter, type StoredContent } from '../../repository/index.ts'
import { plainText } from '../mail/plain-text.ts'
import { type GraphIdentitySet, nameOf, time } from './drive-item.ts'
import { bytesOf } from './fetch-file.ts'
import { versionEntryName } from './names.ts'

/** Resource units of a list ("Avoid getting throttled or blocked in SharePoint Online", 2026). */
const listUnits = 2

interface GraphVersion {
  readonly id?: string
  readonly size?: number
  readonly lastModifiedDateTime?: string
  readonly lastModifiedBy?: GraphIdentitySet
}

export interface FileVersion {
  /** Microsoft's, such as `3.0`; one of the file's own, which never means another content. */
  readonly id: string
  /** Bytes. */
  readonly size: number
  /** Milliseconds since the epoch; null where nothing is said. */
  readonly modifiedAt: number | null
  readonly modifiedBy: string | null
}

/** One that the repository holds. */
interface StoredVersion extends FileVersion {
  /** Lowercase hex. */
  readonly sha256: string
  /** Data blobs in order. */
  readonly content: readonly string[]
}

/** The versions before the current one, newest first, at most so many. @throws MicrosoftError */
export async function listOlderVersions(
  graph: GraphClient,
  driveId: string,
  itemId: string,
  most: number,
  signal: AbortSignal,
): Promise<FileVersion[]> {
  const found: FileVersion[] = []
  const pages = graph.pages<GraphVersion>({
    path: graphPath`/drives/${driveId}/items/${itemId}/versions`,
    service: 'files',
    weight: listUnits,
    signal,
  })
  let isCurrent = true
  for await (const page of pages) {
    for (const { id, size, lastModifiedDateTime, lastModifiedBy } of page.value) {
      if (!isCurrent && id !== undefined && size !== undefined)
        found.push({
          id: plainText(id),
          size,
          modifiedAt: time(lastModifiedDateTime),
          modifiedBy: nameOf(lastModifiedBy),
        })
      isCurrent = false
      if (found.length >= most) return found
    }
  }
  return found
}

/**
 * Microsoft gives no hash of older versions, so that only their length is checked: the one that comes with the bytes, since sizes that
 * SharePoint lists are at times not those of what it gives (OneDrive/onedrive-api-docs, issues 492 and 769).
 * @throws as `fetchFile`
 */
export function fetchVersion(
  graph: GraphClient,
  writer: RepositoryWriter,
  item: { readonly driveId: string; readonly itemId: string },
  { id, size }: FileVersion,
  signal: AbortSignal,
): Promise<StoredContent> {
  const renew = async () => {
    const { body } = await graph.request<string>({
      path: graphPath`/drives/${item.driveId}/items/${item.itemId}/versions/${id}/content`,
      as: 'location',
      service: 'files',
      signal,
    })
    return body
  }
  return writer.saveContent(bytesOf(graph, { size, isGuess: true, address: null, renew }, signal))
}

/**
 * Writes the directory that holds the older versions of one file, with an `_items.jsonl` that says of each what it is, and answers its id;
 * null for none. Equal versions are an equal directory.
 */
export async function saveVersions(
  writer: RepositoryWriter,
  name: string,
  versions: readonly StoredVersion[],
): Promise<string | null> {
  const [newest] = versions
  if (newest === undefined) return null
  const nodes = []
  const lines: string[] = []
  for (const { id, size, modifiedAt, modifiedBy, sha256, content } of versions) {
    const file = versionEntryName(name, { id, modifiedAt })
    nodes.push(fileNode({ name: file, size, content, mtime: modifiedAt ?? 0 }))
    const made = modifiedAt === null ? null : new Date(modifiedAt).toISOString()
    const version = { id, modifiedAt: made, modifiedBy }
    lines.push(`${JSON.stringify({ file, size, sha256, version })}\n`)
  }
  const described = await writer.saveContent(Buffer.from(lines.join('')))
  nodes.push(
    fileNode({
      name: '_items.jsonl',
      size: described.size,
      content: described.content,
      mtime: newest.modifiedAt ?? 0,
    }),
  )
  return writer.saveTree(nodes)
}
