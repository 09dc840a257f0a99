/** How the items of each workload are put back: one entry a workload, and the service asks no further. */
import type { StoredItem } from '../../catalog/index.ts'
import type { ResourceWorkload } from '../../contract/index.ts'
import type { GraphClient } from '../../microsoft/index.ts'
import type { Repository } from '../../repository/index.ts'
import type { Clock } from '../../shared/index.ts'
import {
  folderAt,
  type OutlookWorkload,
  originalFolder,
  requireMailPlace,
  requireOutlookPlace,
  restoreMail,
  restoreOutlookItem,
  targetCollection,
} from '../../workloads/index.ts'
import { fail } from './errors.ts'
import { mailFactsOf } from './mail-facts.ts'
import { wholeContentOf } from './stored-content.ts'

export interface RestoreTools {
  readonly graph: GraphClient
  readonly repository: Repository
  readonly clock: Clock
  readonly signal: AbortSignal
}

export interface WantedFolder {
  /** Whose it is, by Microsoft's id. */
  readonly userId: string
  /** Microsoft's id of the folder the item came from; null where it goes elsewhere. */
  readonly originalId: string | null
  /** From the top down: of the folder that is looked for, and made, where there is no original one. */
  readonly names: readonly string[]
}

export interface ItemToRestore {
  readonly item: StoredItem
  /** Whom it goes to, by Microsoft's id. */
  readonly userId: string
  readonly folderId: string
  /** An earlier attempt at this very item was cut off. */
  readonly resumed: boolean
}

export interface WorkloadRestorer {
  /** Throws `isMailboxAbsent` of the Graph client where the user has no place for such items. */
  requirePlace(graph: GraphClient, userId: string): Promise<void>
  /** Microsoft's id of the folder, calendar or list, which is made where it is not there. */
  folder(tools: RestoreTools, wanted: WantedFolder): Promise<string>
  restore(
    tools: RestoreTools,
    item: ItemToRestore,
  ): Promise<{
    readonly outcome: 'restored' | 'already-there'
    readonly messageId: string
    /** What did not come back as it was, in sentences. */
    readonly notes?: readonly string[]
  }>
}

const mail: WorkloadRestorer = {
  requirePlace: requireMailPlace,
  folder: ({ graph, signal }, { userId, originalId, names }) =>
    originalId === null
      ? folderAt(graph, userId, names, signal)
      : originalFolder(graph, userId, { externalId: originalId, names }, signal),
  async restore({ graph, repository, clock, signal }, { item, userId, folderId, resumed }) {
    const content = await wholeContentOf(repository, item, signal)
    const { externalId, sha256 } = item
    return restoreMail(
      graph,
      { userId, folderId, externalId, sha256, facts: mailFactsOf(item), content, resumed },
      clock,
      signal,
    )
  },
}

const outlook = (workload: OutlookWorkload['top']): WorkloadRestorer => ({
  requirePlace: (graph, userId) => requireOutlookPlace(graph, workload, userId),
  folder: ({ graph, signal }, { userId, originalId, names }) =>
    targetCollection(graph, workload, userId, { originalId, names }, signal),
  async restore({ graph, repository, signal }, { item, userId, folderId }) {
    const content = await wholeContentOf(repository, item, signal)
    const { externalId, sha256 } = item
    return restoreOutlookItem(
      graph,
      { workload, userId, collectionId: folderId, externalId, sha256, content },
      signal,
    )
  },
})

const restorers: Partial<Record<ResourceWorkload, WorkloadRestorer>> = {
  mail,
  calendar: outlook('calendar'),
  contacts: outlook('contacts'),
  todo: outlook('todo'),
}

/** Throws `JOB_RESTORE_WORKLOAD` where items of a workload cannot be put back. */
export function restorerOf(workload: ResourceWorkload): WorkloadRestorer {
  const restorer = restorers[workload]
  if (!restorer) throw fail('JOB_RESTORE_WORKLOAD', { workload })
  return restorer
}
