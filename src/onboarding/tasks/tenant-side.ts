import type { TaskChange, Workload } from '../../contract/index.ts'
import {
  type ApplicationInfo,
  graphAppId,
  offeredRole,
  type Permission,
  permissionCatalogue,
  permissionsFor,
  type ServicePrincipalInfo,
} from '../../microsoft/index.ts'
import { noteNotOffered, whatIsNotAvailable } from '../../organizations/index.ts'
import { permissionsNotOffered } from '../offered-permissions.ts'
import type { TaskContext } from './context.ts'
import { fail } from './errors.ts'

/** What the tenant holds of this organization's application. */
export interface TenantSide {
  readonly application: ApplicationInfo | null
  readonly principal: ServicePrincipalInfo | null
  /** Ids of the grants of Microsoft Graph, by permission. */
  readonly grants: ReadonlyMap<string, string>
}

/** Reads it afresh. */
export async function inspect(context: TaskContext): Promise<TenantSide> {
  const { provisioning, signal, row } = context
  const applicationId = row.application_id ?? ''
  const application = await provisioning.findApplicationById(applicationId, signal)
  const principal = await provisioning.findServicePrincipal(applicationId, signal)
  return { application, principal, grants: principal ? await grantsOf(context, principal.id) : new Map() }
}

/** @throws TSK_APPLICATION_GONE */
export async function requireApplication(
  context: TaskContext,
): Promise<TenantSide & { principal: ServicePrincipalInfo }> {
  const { application, principal, grants } = await inspect(context)
  if (!principal) {
    const { tenant, application_id: applicationId } = context.row
    throw fail('TSK_APPLICATION_GONE', { applicationId, tenant: tenant.name })
  }
  return { application, principal, grants }
}

/** Graph permissions granted to a service principal. */
export async function grantsOf(context: TaskContext, principalId: string): Promise<Map<string, string>> {
  const { provisioning, signal } = context
  context.resource ??= await provisioning.resourceServicePrincipal(graphAppId, signal)
  const { resource } = context
  const { id: resourceId, appRoles } = resource
  const names = new Map([...appRoles.values()].map(({ id, value }) => [id, value]))
  // A permission that is known by its id alone has the catalogue's name all the same.
  for (const { value } of permissionCatalogue) {
    const role = offeredRole(resource, value)
    if (role) names.set(role.id, value)
  }
  const grants = await provisioning.listGrants(principalId, signal)
  return new Map(
    grants
      .filter((grant) => grant.resourceId === resourceId)
      .map((grant) => [names.get(grant.appRoleId) ?? grant.appRoleId, grant.id]),
  )
}

/**
 * What the workloads need of what this organization offers now, which is noted.
 * @throws TSK_NOT_AVAILABLE when nothing of what is wanted is offered
 */
export async function offeredPermissions(
  context: TaskContext,
  { workloads, restore }: { readonly workloads: readonly Workload[]; readonly restore: boolean },
): Promise<Permission[]> {
  const { cloud, db, organization, provisioning, row, signal } = context
  const notOffered = await permissionsNotOffered(provisioning, signal)
  await noteNotOffered(db, organization.id, notOffered)
  const choice = { cloud, workloads, notOffered }
  const offered = permissionsFor({ ...choice, restore })
  if (!offered.some(({ access }) => access === (restore ? 'write' : 'read'))) {
    const reasons = whatIsNotAvailable(choice, row.tenant.name).map(({ reason }) => reason)
    throw fail('TSK_NOT_AVAILABLE', { reasons: reasons.join(' ') })
  }
  return offered
}

/** A permission of the catalogue as a change. */
export function permissionChange(action: 'grant' | 'revoke', value: string): TaskChange {
  const known = permissionCatalogue.find((permission) => permission.value === value)
  return {
    action,
    subject: 'permission',
    text: `Microsoft Graph permission ${value}`,
    permission: known ? permissionView(known) : null,
  }
}

function permissionView({ value, workload, access, why }: Permission) {
  return { value, workload, access, why }
}
