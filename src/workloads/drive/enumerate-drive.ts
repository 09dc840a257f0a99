import { type GraphClient, graphPath } from '../../microsoft/index.ts'
import { type DriveChange, driveItemFields, type GraphDriveItem, readDriveChange } from './drive-item.ts'

/** Items of one delta page: large enough for few requests, small enough for memory. */
const driveItemsPerPage = 500

/** Resource units: a delta with a token costs one, without one two ("Avoid getting throttled or blocked in SharePoint Online", 2026). */
const roundUnits = { first: 2, following: 1 }

export interface DrivePage {
  readonly changes: DriveChange[]
  /** Where to go on once this page is stored. */
  readonly position: string
  /** This page ends the round: `position` is where the next one begins. */
  readonly roundDone: boolean
}

/**
 * One round over the changes of a drive: from `position` (a delta link, or the link of a page in the middle of a round), or everything
 * without one. The last word on an item counts: one may come several times, in any order, children before their folders, and folders that
 * did not change come along with what is in them (Microsoft Graph, "driveItem: delta", 2026).
 * @throws MicrosoftError, for one of which `isResyncRequired` holds: then everything is to be read from the beginning, and what is not in it is
 *   gone; WRK_DRIVE_ITEM_INCOMPLETE
 */
export async function* enumerateDrive(
  graph: GraphClient,
  driveId: string,
  position: string | null,
  signal: AbortSignal,
): AsyncGenerator<DrivePage> {
  const pages = graph.pages<GraphDriveItem>({
    ...(position === null
      ? {
          path: graphPath`/drives/${driveId}/root/delta`,
          query: { $select: driveItemFields.join(','), $top: driveItemsPerPage },
        }
      : { path: position }),
    service: 'files',
    weight: position === null ? roundUnits.first : roundUnits.following,
    signal,
  })
  for await (const page of pages) {
    const next = page.deltaLink ?? page.nextLink
    if (next === undefined) throw new TypeError('a delta page without a link')
    yield {
      changes: page.value.map(readDriveChange),
      position: next,
      roundDone: page.deltaLink !== undefined,
    }
  }
}
