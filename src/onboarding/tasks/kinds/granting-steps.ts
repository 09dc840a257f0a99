import {
  isCredentialRefused,
  isMicrosoftError,
  isReplicationDelay,
  type Permission,
  permissionCatalogue,
} from '../../../microsoft/index.ts'
import { noteWriteGranted } from '../../../organizations/index.ts'
import type { Step } from '../../run-steps.ts'
import { grant, provenToken } from '../../steps.ts'
import type { TaskContext } from '../context.ts'
import { fail } from '../errors.ts'
import { grantsOf, requireApplication } from '../tenant-side.ts'

/** Permissions of the catalogue that 'Grant Access' was about. */
export function confirmedGrants({ row }: Pick<TaskContext, 'row'>): Permission[] {
  const values = row.changes
    .filter(({ action }) => action === 'grant')
    .map(({ permission }) => permission?.value)
  return permissionCatalogue.filter(({ value }) => values.includes(value))
}

/** The application is there, and so is its service principal, to which permissions are granted. */
export const findStep: Step<TaskContext> = {
  id: 'application',
  label: 'Application',
  run: async (context) => {
    const { principal } = await requireApplication(context)
    await context.save({ service_principal_id: principal.id })
    return null
  },
}

/** One step per permission that was confirmed. That it was asked for is written down first, so that it can be taken back. */
export function grantSteps(context: Pick<TaskContext, 'row'>): Step<TaskContext>[] {
  return confirmedGrants(context).map(({ value, access }) => ({
    id: `permission:${value}`,
    label: `Permission ${value}`,
    run: async (running) => {
      const { granted } = running.row
      if (!granted.includes(value)) await running.save({ granted: JSON.stringify([...granted, value]) })
      if (access === 'write') await noteWriteGranted(running.db, running.organization.id, true)
      return grant(running, value)
    },
  }))
}

export const tokenStep: Step<TaskContext> = {
  id: 'first-token',
  label: 'Access token with the new permissions',
  run: async (context) => {
    try {
      return await provenToken(context)
    } catch (error) {
      // The credential is an old one: what would mean "not yet" of a new one means what it says.
      if (!isMicrosoftError(error) || !(isCredentialRefused(error) || isReplicationDelay(error))) throw error
      throw fail('TSK_CREDENTIAL_REFUSED', { reason: error.message }, error)
    }
  },
}

/** Takes back the permissions that this task has asked for; says which stay. */
export async function takeBackGrants(context: TaskContext): Promise<string[]> {
  const { row, provisioning, signal } = context
  if (row.granted.length === 0) return []
  const principal = await provisioning.findServicePrincipal(row.application_id ?? '', signal)
  if (!principal) return []
  const grants = await grantsOf(context, principal.id)
  for (const value of row.granted) {
    const id = grants.get(value)
    if (id !== undefined) await provisioning.revokeGrant(principal.id, id, signal)
  }
  return []
}

/** What stays granted when there is no token to take it back with. */
export function grantsLeft({ row }: Pick<TaskContext, 'row'>): string[] {
  if (row.granted.length === 0) return []
  const permissions = row.granted.join(', ')
  return [
    `The permissions ${permissions} may still be granted to the application ${row.application_id} in ${row.tenant.name}. This server does not use them.`,
  ]
}
