/** How the items of each workload are put back: one entry a workload, and the service asks no further. */
import type { StoredFolder, StoredItem } from '../../catalog/index.ts'
import type { FileConflict, ResourceWorkload } from '../../contract/index.ts'
import type { GraphClient } from '../../microsoft/index.ts'
import type { Repository } from '../../repository/index.ts'
import type { Clock } from '../../shared/index.ts'
import {
  folderAt,
  isRecoverable,
  type OutlookWorkload,
  originalFolder,
  recoveredItemsFolder,
  requireMailPlace,
  requireOutlookPlace,
  restoreMail,
  restoreOutlookItem,
  targetCollection,
} from '../../workloads/index.ts'
import { driveRestorer } from './drive-files.ts'
import { fail } from './errors.ts'
import type { FolderToDate } from './folder-dates.ts'
import { mailFactsOf } from './mail-facts.ts'
import { storedBytes } from './stored-content.ts'
import type { Turns } from './turns.ts'

/** Where items go instead of back: to a user, or to a document library, by Microsoft's id. */
export type Destination = { readonly userId: string } | { readonly driveId: string }

/** What was asked for, the same for every item. */
export interface RestoreOrder {
  readonly destination: Destination | null
  readonly folderKind: 'dated' | 'original' | 'named'
  readonly folderName: string
  /** Of files. */
  readonly conflict: FileConflict
  /** Whether files and folders are shared again as they were. */
  readonly sharing: boolean
  /** When it was asked for, so that a repeated try names a second file the same. */
  readonly askedAt: Date
}

export interface RestoreTools {
  readonly graph: GraphClient
  readonly repository: Repository
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly order: RestoreOrder
  readonly inTurn: Turns
  /** From the top down, as they were at the newest restore point that has the item. */
  readonly folderNames: (item: StoredItem) => Promise<readonly string[]>
  /** A folder, and before it those it lies in from the top down, as they were at a restore point. */
  readonly foldersDownTo: (
    folderId: string,
    point: number,
  ) => Promise<readonly { readonly metadata: Readonly<Record<string, unknown>> }[]>
  /** Has a folder that is about to be made dated when all items are through; left undone where Microsoft refuses it. */
  readonly noteFolder: (folder: FolderToDate) => Promise<void>
  /** What was found once, for all items of the restore; a look-up that failed is made again. */
  readonly remembered: (key: string, find: () => Promise<string>) => Promise<string>
}

/** The place that an item goes to. */
export interface Place {
  /** Whose it is: Microsoft's id of the user or drive. */
  readonly ownerId: string
  readonly folderId: string
  /** Under which the folder is remembered: it is looked for again when it turns out to be gone. */
  readonly key: string
}

export interface Restored {
  readonly outcome: 'restored' | 'already-there'
  /** Microsoft's id of what is there now. */
  readonly messageId: string
  /** What did not come back as it was, and what else a person should know of it, in sentences. */
  readonly notes?: readonly string[]
}

export interface WorkloadRestorer {
  /**
   * Answers the bytes that still fit there; null where that is not said. Throws `isMailboxAbsent` of the Graph client where the user has no
   * place for such items, JOB_RESTORE_WORKLOAD, JOB_RESTORE_TARGET_ errors.
   */
  requirePlace(graph: GraphClient, destination: Destination): Promise<number | null>
  /** The folder, calendar or list is made where it is not there. */
  place(tools: RestoreTools, item: StoredItem): Promise<Place>
  /** @param resumed an earlier attempt at this very item was cut off */
  restore(tools: RestoreTools, item: StoredItem, place: Place, resumed: boolean): Promise<Restored>
  /** A folder for itself, with its sharing. Only where such are selected. */
  restoreFolder?(tools: RestoreTools, folder: StoredFolder, resumed: boolean): Promise<Restored>
}

/** Looks for the folder of something of Outlook by what the order says. */
async function outlookPlace(
  { folderNames, inTurn, order, remembered }: RestoreTools,
  item: StoredItem,
  find: (userId: string, originalId: string | null, names: readonly string[]) => Promise<string>,
): Promise<Place> {
  const { folderExternalId, folderMetadata, userId: from, workload } = item
  const userId = userOf(order.destination, workload) ?? from
  const isOriginal = order.folderKind === 'original'
  // The folders of others are none of the target's: there they go by name. Nobody may put anything into Recoverable Items.
  const recovers = isOriginal && isRecoverable({ metadata: folderMetadata })
  const originalId = isOriginal && !recovers && userId === from ? folderExternalId : null
  const key = `${workload}\n${userId}\n${recovers ? 'recovered' : isOriginal ? folderExternalId : ''}`
  const folderId = await remembered(key, async () => {
    const names = recovers
      ? [recoveredItemsFolder]
      : isOriginal
        ? await folderNames(item)
        : [order.folderName]
    // Folders are made one after the other: two of them may lie in the same one, which is missing too.
    return inTurn(`folders\n${workload}\n${userId}`, () => find(userId, originalId, names))
  })
  return { ownerId: userId, folderId, key }
}

/** Throws `JOB_RESTORE_WORKLOAD` for a document library. */
function userOf(destination: Destination | null, workload: ResourceWorkload): string | null {
  if (destination === null) return null
  if ('driveId' in destination) throw fail('JOB_RESTORE_WORKLOAD', { workload })
  return destination.userId
}

const mail: WorkloadRestorer = {
  async requirePlace(graph, destination) {
    await requireMailPlace(graph, userOf(destination, 'mail') ?? '')
    return null
  },
  place: (tools, item) =>
    outlookPlace(tools, item, (userId, externalId, names) =>
      externalId === null
        ? folderAt(tools.graph, userId, names, tools.signal)
        : originalFolder(tools.graph, userId, { externalId, names }, tools.signal),
    ),
  restore: ({ graph, repository, clock, inTurn, signal }, item, { ownerId: userId, folderId }, resumed) =>
    inTurn(`${folderId}\n${item.externalId}`, async () => {
      const content = storedBytes(repository, item, signal)
      const { externalId, sha256 } = item
      return await restoreMail(
        graph,
        { userId, folderId, externalId, sha256, facts: mailFactsOf(item), content, resumed },
        clock,
        signal,
      )
    }),
}

const outlook = (workload: OutlookWorkload['top']): WorkloadRestorer => ({
  async requirePlace(graph, destination) {
    await requireOutlookPlace(graph, workload, userOf(destination, workload) ?? '')
    return null
  },
  place: (tools, item) =>
    outlookPlace(tools, item, (userId, originalId, names) =>
      targetCollection(tools.graph, workload, userId, { originalId, names }, tools.signal),
    ),
  restore: ({ graph, repository, inTurn, signal }, item, { ownerId: userId, folderId }) =>
    inTurn(`${folderId}\n${item.externalId}`, async () => {
      const content = storedBytes(repository, item, signal)
      const { externalId, sha256 } = item
      return await restoreOutlookItem(
        graph,
        { workload, userId, collectionId: folderId, externalId, sha256, content },
        signal,
      )
    }),
})

export const restorers: Readonly<Record<ResourceWorkload, WorkloadRestorer>> = {
  mail,
  drive: driveRestorer,
  calendar: outlook('calendar'),
  contacts: outlook('contacts'),
  todo: outlook('todo'),
}
