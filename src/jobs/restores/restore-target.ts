/** The other user or library that items are restored to: looked up in the organization, and within the reach of whoever asks. */
import { driveByCatalogId, reachesUser, selectedWorkloads } from '../../catalog/index.ts'
import type { ResourceWorkload, RestoreTarget, Selection } from '../../contract/index.ts'
import type { Database } from '../../database/index.ts'
import {
  type GraphClient,
  graphPath,
  isMailboxAbsent,
  isMicrosoftError,
  isNotFound,
} from '../../microsoft/index.ts'
import { fail } from './errors.ts'
import { type Destination, restorers } from './restorers.ts'

export interface FoundTarget {
  readonly destination: Destination
  /** The user principal name, or what people call the library. */
  readonly name: string
  /** Bytes that still fit there; null where that is not said. */
  readonly room: number | null
}

interface Wanted {
  readonly organizationId: string
  readonly target: RestoreTarget
  readonly selection: Selection
  readonly mailboxes: readonly string[] | null
}

/**
 * @param mailboxes to which the asking operator is limited; null for none. Who is limited gets the same answer for what is out of reach as for
 *   what is not there.
 * Throws `JOB_RESTORE_TARGET_` errors, `JOB_RESTORE_WORKLOAD` and errors of the Graph client.
 */
export async function findTarget(db: Database, graph: GraphClient, wanted: Wanted): Promise<FoundTarget> {
  const { organizationId, selection, target } = wanted
  const { destination, name } =
    'user' in target
      ? await findUser(graph, target.user.trim())
      : await findDrive(db, graph, organizationId, target.drive.trim())
  const unknown = () =>
    'user' in target
      ? fail('JOB_RESTORE_TARGET_UNKNOWN', { user: target.user.trim() })
      : fail('JOB_RESTORE_TARGET_DRIVE_UNKNOWN', { drive: target.drive.trim() })
  let room: number | null = null
  for (const workload of await selectedWorkloads(db, organizationId, selection)) {
    if (!(await isReached(db, wanted, destination, workload))) throw unknown()
    try {
      room = (await restorers[workload].requirePlace(graph, destination)) ?? room
    } catch (error) {
      if (!isMailboxAbsent(error)) throw error
      throw fail('JOB_RESTORE_TARGET_WITHOUT_MAILBOX', { user: name }, error)
    }
  }
  return { destination, name, room }
}

async function isReached(
  db: Database,
  { mailboxes, organizationId }: Wanted,
  destination: Destination,
  workload: ResourceWorkload,
): Promise<boolean> {
  if (mailboxes === null) return true
  const userId = 'userId' in destination ? destination.userId : destination.driveId
  return reachesUser(db, { organizationId, userId, workload, mailboxes })
}

interface Found {
  readonly destination: Destination
  readonly name: string
}

async function findUser(graph: GraphClient, name: string): Promise<Found> {
  // Graph reads a name that begins with a dollar sign as a part of the query; no path takes the others.
  if (/^$|^\.{1,2}$|^\$|[/\\]/.test(name)) throw fail('JOB_RESTORE_TARGET_UNKNOWN', { user: name })
  try {
    const { body } = await graph.request<{ id: string; userPrincipalName: string }>({
      path: graphPath`/users/${name}`,
      query: { $select: 'id,userPrincipalName' },
      priority: 'high',
    })
    return { destination: { userId: body.id }, name: body.userPrincipalName }
  } catch (error) {
    if (!isNotFound(error)) throw error
    throw fail('JOB_RESTORE_TARGET_UNKNOWN', { user: name }, error)
  }
}

/** By the id that the lists of drives show, or by Microsoft's. */
async function findDrive(
  db: Database,
  graph: GraphClient,
  organizationId: string,
  id: string,
): Promise<Found> {
  const known = await driveByCatalogId(db, organizationId, id)
  if (known)
    return {
      destination: known.siteId === null ? { userId: known.externalId } : { driveId: known.externalId },
      name: known.name,
    }
  if (/^$|^\.{1,2}$|^\$|[/\\]/.test(id)) throw fail('JOB_RESTORE_TARGET_DRIVE_UNKNOWN', { drive: id })
  try {
    const { body } = await graph.request<{ id: string; name?: string; webUrl?: string }>({
      path: graphPath`/drives/${id}`,
      query: { $select: 'id,name,webUrl' },
      service: 'files',
      priority: 'high',
    })
    return { destination: { driveId: body.id }, name: body.webUrl ?? body.name ?? body.id }
  } catch (error) {
    // Graph answers 400 to what is no id of a drive, and 403 where the application may not read it.
    if (!isMicrosoftError(error) || ![400, 403, 404].includes(error.microsoft.httpStatus ?? 0)) throw error
    throw fail('JOB_RESTORE_TARGET_DRIVE_UNKNOWN', { drive: id }, error)
  }
}
