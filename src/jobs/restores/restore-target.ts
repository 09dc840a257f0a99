/** The other user whom items are restored to: looked up in the organization's directory, and within the reach of whoever asks. */
import { reachesUser, selectedWorkloads } from '../../catalog/index.ts'
import type { RestoreTarget, Selection } from '../../contract/index.ts'
import type { Database } from '../../database/index.ts'
import { type GraphClient, graphPath, isMailboxAbsent, isNotFound } from '../../microsoft/index.ts'
import { fail } from './errors.ts'
import { restorerOf } from './restorers.ts'

export interface TargetUser {
  /** Microsoft's object id. */
  readonly id: string
  readonly userPrincipalName: string
}

/**
 * @param mailboxes to which the asking operator is limited; null for none. Who is limited gets the same answer for a user out of reach as for none.
 * Throws `JOB_RESTORE_TARGET_UNKNOWN`, `JOB_RESTORE_TARGET_WITHOUT_MAILBOX`, `JOB_RESTORE_WORKLOAD` and errors of the Graph client.
 */
export async function findTargetUser(
  db: Database,
  graph: GraphClient,
  wanted: {
    readonly organizationId: string
    readonly target: RestoreTarget
    readonly selection: Selection
    readonly mailboxes: readonly string[] | null
  },
): Promise<TargetUser> {
  const { organizationId, selection, mailboxes } = wanted
  const name = wanted.target.user.trim()
  const user = await readUser(graph, name)
  const workloads = await selectedWorkloads(db, organizationId, selection)
  for (const workload of workloads) {
    const restorer = restorerOf(workload)
    const isReached =
      mailboxes === null || (await reachesUser(db, { organizationId, userId: user.id, workload, mailboxes }))
    if (!isReached) throw fail('JOB_RESTORE_TARGET_UNKNOWN', { user: name })
    try {
      await restorer.requirePlace(graph, user.id)
    } catch (error) {
      if (!isMailboxAbsent(error)) throw error
      throw fail('JOB_RESTORE_TARGET_WITHOUT_MAILBOX', { user: user.userPrincipalName }, error)
    }
  }
  return user
}

async function readUser(graph: GraphClient, name: string): Promise<TargetUser> {
  // Graph reads a name that begins with a dollar sign as a part of the query; no path takes the others.
  if (/^$|^\.{1,2}$|^\$|[/\\]/.test(name)) throw fail('JOB_RESTORE_TARGET_UNKNOWN', { user: name })
  try {
    const { body } = await graph.request<TargetUser>({
      path: graphPath`/users/${name}`,
      query: { $select: 'id,userPrincipalName' },
      priority: 'high',
    })
    return { id: body.id, userPrincipalName: body.userPrincipalName }
  } catch (error) {
    if (!isNotFound(error)) throw error
    throw fail('JOB_RESTORE_TARGET_UNKNOWN', { user: name }, error)
  }
}
