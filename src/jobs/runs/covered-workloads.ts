/** What runs back up: one entry a workload. `src/workloads/README.md` says what a further one takes. */
import type { ResourceWorkload } from '../../database/index.ts'
import { type GraphClient, isMailboxAbsent, type WorkloadId } from '../../microsoft/index.ts'
import {
  calendarWorkload,
  contactsWorkload,
  driveAbsence,
  driveClosed,
  enumerateLibraries,
  todoWorkload,
} from '../../workloads/index.ts'
import { backUpDrive } from '../drive/back-up-drive.ts'
import { backUpMailbox } from '../mailbox/back-up-mailbox.ts'
import { backUpOutlook } from '../outlook/back-up-outlook.ts'
import type { ResourceContext, ResourceResult } from '../resource/resource-context.ts'

/** Something to be backed up that is not one of each user. */
export interface DiscoveredResource {
  readonly workload: ResourceWorkload
  readonly externalId: string
  readonly userPrincipalName: string
  readonly displayName: string
  readonly siteExternalId: string | null
}

/** A place whose resources could not be listed; those known of it keep their last state. */
export interface UnreadablePlace {
  readonly siteExternalId: string
  readonly userPrincipalName: string
  readonly displayName: string
  /** Why, for people. */
  readonly notice: string
}

export interface Discovery {
  readonly resources: readonly DiscoveredResource[]
  readonly unreadable: readonly UnreadablePlace[]
}

export interface CoveredWorkload {
  readonly workload: ResourceWorkload
  /** By the rights of which choice of the onboarding it is backed up. */
  readonly rights: WorkloadId
  /** Each user has one, known by the user's id. */
  readonly ofUsers: boolean
  /** What there is beside those of users. @throws what concerns the run as a whole */
  readonly discover?: (graph: GraphClient, signal: AbortSignal) => AsyncGenerator<Discovery>
  readonly backUp: (context: ResourceContext) => Promise<ResourceResult>
  /** Why there is nothing to back up, for people; undefined where the error says something else. */
  readonly absence: (error: unknown) => string | undefined
  /** A state to be told of that is nobody's fault and that time or an administrator ends; undefined as above. */
  readonly closed?: (error: unknown) => string | undefined
}

export const coveredWorkloads: readonly CoveredWorkload[] = [
  {
    workload: 'mail',
    rights: 'mail',
    ofUsers: true,
    backUp: backUpMailbox,
    absence: noMailbox,
  },
  {
    workload: 'calendar',
    rights: 'calendar',
    ofUsers: true,
    backUp: backUpOutlook(calendarWorkload),
    absence: noMailbox,
  },
  {
    workload: 'contacts',
    rights: 'contacts',
    ofUsers: true,
    backUp: backUpOutlook(contactsWorkload),
    absence: noMailbox,
  },
  {
    workload: 'todo',
    rights: 'todo',
    ofUsers: true,
    backUp: backUpOutlook(todoWorkload),
    absence: noMailbox,
  },
  {
    workload: 'drive',
    rights: 'files',
    ofUsers: true,
    discover: libraries,
    backUp: backUpDrive,
    absence: driveAbsence,
    closed: driveClosed,
  },
]

function noMailbox(error: unknown): string | undefined {
  return isMailboxAbsent(error) ? 'The user has no mailbox.' : undefined
}

async function* libraries(graph: GraphClient, signal: AbortSignal): AsyncGenerator<Discovery> {
  for await (const site of enumerateLibraries(graph, signal)) {
    const { siteId: siteExternalId, libraries: found } = site
    if ('notice' in found) {
      const { address: userPrincipalName, displayName } = site
      const place = { siteExternalId, userPrincipalName, displayName, notice: found.notice }
      yield { resources: [], unreadable: [place] }
    } else {
      const resources = found.map(({ driveId: externalId, address: userPrincipalName, displayName }) => {
        return { workload: 'drive' as const, externalId, siteExternalId, userPrincipalName, displayName }
      })
      yield { resources, unreadable: [] }
    }
  }
}

export function coveredWorkload(name: ResourceWorkload): CoveredWorkload {
  const found = coveredWorkloads.find(({ workload }) => workload === name)
  if (!found) throw new TypeError(`nothing backs up the workload ${name}`)
  return found
}
