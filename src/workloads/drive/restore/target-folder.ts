/** Where a restored file goes: folders are found by name, and made where they are gone. */
import { type GraphClient, graphPath, isMicrosoftError, isNotFound } from '../../../microsoft/index.ts'
import { driveItemFields, type GraphDriveItem } from '../drive-item.ts'
import { fail } from './errors.ts'

/** Resource units of creating, changing or uploading ("Avoid getting throttled or blocked in SharePoint Online", 2026). */
export const writeUnits = 2

/** The item of a name in a folder, whatever it is; undefined where there is none. */
export async function childOf(
  graph: GraphClient,
  driveId: string,
  folderId: string,
  name: string,
  signal: AbortSignal,
): Promise<GraphDriveItem | undefined> {
  try {
    const { body } = await graph.request<GraphDriveItem>({
      path: graphPath`/drives/${driveId}/items/${folderId}:/${name}:`,
      query: { $select: driveItemFields.join(',') },
      service: 'files',
      priority: 'high',
      signal,
    })
    return body
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}

/** An item as it is now. @throws MicrosoftError */
export async function itemById(
  graph: GraphClient,
  driveId: string,
  itemId: string,
  signal: AbortSignal,
): Promise<GraphDriveItem> {
  const { body } = await graph.request<GraphDriveItem>({
    path: graphPath`/drives/${driveId}/items/${itemId}`,
    query: { $select: driveItemFields.join(',') },
    service: 'files',
    priority: 'high',
    signal,
  })
  return body
}

/** The folder that a file came from, where it is still in this drive under the same id. */
export async function sameFolder(
  graph: GraphClient,
  driveId: string,
  folderId: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const { body } = await graph.request<GraphDriveItem>({
      path: graphPath`/drives/${driveId}/items/${folderId}`,
      query: { $select: 'id,folder,package,deleted' },
      service: 'files',
      priority: 'high',
      signal,
    })
    return (body.folder ?? body.package) === undefined || body.deleted !== undefined ? undefined : body.id
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}

export interface MissingFolder {
  readonly parentId: string
  readonly name: string
  /** How many folders lie between it and the drive's root. */
  readonly depth: number
}

/**
 * The folder with these names from the top of the drive; those that are missing are made, and `isMade` tells whether the last one was.
 * @param missing awaited before a folder is made
 * @throws WRK_RESTORE_NO_FOLDER where a file has the name of one; MicrosoftError
 */
export async function folderByNames(
  graph: GraphClient,
  driveId: string,
  names: readonly string[],
  missing: (folder: MissingFolder) => Promise<void>,
  signal: AbortSignal,
): Promise<{ readonly folderId: string; readonly isMade: boolean }> {
  const { body: root } = await graph.request<GraphDriveItem>({
    path: graphPath`/drives/${driveId}/root`,
    query: { $select: 'id' },
    service: 'files',
    priority: 'high',
    signal,
  })
  let found = { folderId: root.id, isMade: false }
  for (const [depth, name] of names.entries()) {
    const parentId = found.folderId
    const before = () => missing({ parentId, name, depth })
    found = await folderNamed(graph, driveId, parentId, name, before, signal)
  }
  return found
}

async function folderNamed(
  graph: GraphClient,
  driveId: string,
  parentId: string,
  name: string,
  missing: () => Promise<void>,
  signal: AbortSignal,
): Promise<{ readonly folderId: string; readonly isMade: boolean }> {
  let isMade = false
  const there = (await childOf(graph, driveId, parentId, name, signal)) ?? (await make())
  if (there === undefined || (there.folder ?? there.package) === undefined)
    throw fail('WRK_RESTORE_NO_FOLDER', { name })
  return { folderId: there.id, isMade }

  async function make(): Promise<GraphDriveItem | undefined> {
    await missing()
    try {
      const { body } = await graph.request<GraphDriveItem>({
        method: 'POST',
        path: graphPath`/drives/${driveId}/items/${parentId}/children`,
        body: { name, folder: {}, '@microsoft.graph.conflictBehavior': 'fail' },
        service: 'files',
        weight: writeUnits,
        priority: 'high',
        // Made twice it is refused, and found.
        idempotent: true,
        signal,
      })
      isMade = true
      return body
    } catch (error) {
      if (!isNameTaken(error)) throw error
      return childOf(graph, driveId, parentId, name, signal)
    }
  }
}

/** Somebody else has made an item of that name (409, Microsoft Graph, 2026). */
export function isNameTaken(error: unknown): boolean {
  return isMicrosoftError(error) && error.microsoft.httpStatus === 409
}
