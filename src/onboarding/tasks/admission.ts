/**
 * Somebody has signed in for a task: is it an administrator of this organization with the rights that are needed, and what exactly
 * would be changed? Nothing is changed here.
 */
import type { TaskChange } from '../../contract/index.ts'
import type { SignInResult } from '../../microsoft/index.ts'
import { cloudOf, readOrganization } from '../../organizations/index.ts'
import { type Administrator, administratorOf } from '../administrators.ts'
import { holds, type NeededRight, roleMissing } from '../approval.ts'
import type { TaskContext, TaskParts } from './context.ts'
import { fail } from './errors.ts'
import { taskKinds } from './kinds/index.ts'
import { isOpen } from './machine.ts'
import { makeContext } from './make-context.ts'
import type { TaskRow } from './view.ts'

export interface TaskAdmission {
  readonly row: TaskRow
  /** The same account has confirmed these very changes before an interruption: nobody needs to be asked again. */
  readonly goOn: boolean
}

/**
 * @param origin of the console that is to be named to others; that on localhost when it is not said
 * @throws TSK_OTHER_TENANT, TSK_APPLICATION_GONE, MicrosoftError
 */
export async function admit(
  parts: TaskParts,
  row: TaskRow,
  result: SignInResult,
  signal: AbortSignal,
  origin?: string,
): Promise<TaskAdmission> {
  const { db, microsoft, store, administrators } = parts
  const { tenantId, userPrincipalName, displayName, objectId } = result.account
  if (tenantId !== row.tenant.id)
    throw fail('TSK_OTHER_TENANT', { account: userPrincipalName, tenant: row.tenant.name })
  const organization = await readOrganization(db, row.organization_id)
  const cloud = cloudOf(microsoft, organization)
  const administrator = administratorOf(microsoft, cloud, result)
  const { provisioning } = administrator
  const account = JSON.stringify({ objectId, userPrincipalName, displayName })
  const context = makeContext(parts, { row, organization, cloud, provisioning, signal })

  const needApproval = async (right: NeededRight, roles: Parameters<typeof roleMissing>[0]) => {
    const approval = roleMissing(roles, userPrincipalName, taskAddress(parts, row, origin), right)
    const moved = await store.move(row.id, 'approval-needed', {
      account,
      approval: JSON.stringify(approval),
      error: null,
      notice: null,
    })
    return { row: moved ?? (await store.read(row.id)), goOn: false }
  }
  const roles = await provisioning.signedInRoles(signal)
  const definition = taskKinds[row.kind]
  for (const right of definition.needs) {
    if (!(await mayDo(context, administrator, right, roles, objectId))) return needApproval(right, roles)
  }
  const planned = await definition.plan(context)
  for (const right of rightsFor(planned)) {
    if (!(await mayDo(context, administrator, right, roles, objectId))) return needApproval(right, roles)
  }

  administrators.hold(row.id, administrator)
  const earlier = row.granted_by === objectId ? row.changes : []
  const moved = await store.move(row.id, 'administrator-signed-in', {
    account,
    account_ids: JSON.stringify([...new Set([...row.account_ids, objectId])]),
    changes: JSON.stringify([...earlier.filter((change) => !isIn(planned, change)), ...planned]),
    approval: null,
    error: null,
    notice: null,
  })
  const now = moved ?? (await store.read(row.id))
  if (!isOpen(now.state)) administrators.drop(row.id)
  const confirmed = row.granted_by === objectId && planned.every((change) => isIn(row.changes, change))
  return { row: now, goOn: moved !== undefined && confirmed }
}

/** Where an administrator finds the task on this console. */
export function taskAddress({ consoleOrigin }: TaskParts, row: TaskRow, origin = consoleOrigin()): string {
  return `${origin}/organizations/${row.organization_id}/tasks/${row.id}`
}

async function mayDo(
  { row, signal }: TaskContext,
  { provisioning }: Administrator,
  right: NeededRight,
  roles: Parameters<typeof holds>[0],
  objectId: string,
): Promise<boolean> {
  if (holds(roles, right)) return true
  if (right === 'grant') return false
  // Who owns an application may manage it without a role.
  const application = await provisioning.findApplicationById(row.application_id ?? '', signal)
  if (!application) return false
  return (await provisioning.applicationOwners(application.id, signal)).some(({ id }) => id === objectId)
}

function rightsFor(changes: readonly TaskChange[]): NeededRight[] {
  return changes.some(({ action }) => action === 'grant') ? ['grant'] : []
}

/** By what is done to what: the words may differ, as when a deleted application has moved to the deleted ones. */
function isIn(changes: readonly TaskChange[], { action, subject, permission }: TaskChange): boolean {
  return changes.some(
    (change) =>
      change.action === action &&
      change.subject === subject &&
      change.permission?.value === permission?.value,
  )
}
