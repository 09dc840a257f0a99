import type { CredentialKind, Workload } from '../contract/index.ts'
import { isPermissionNotOffered, offeredRole, type Permission } from '../microsoft/index.ts'
import { type ApplicationAccess, applicationAccess, openCredential, probes } from '../organizations/index.ts'
import type { ApplicationContext } from './application-context.ts'
import { appRole, ensureApplication } from './application-step.ts'
import { ensureCredential, removeStrayCredentials } from './credential-step.ts'
import { fail } from './errors.ts'
import type { Step, StepResult } from './run-steps.ts'

/** The steps from nothing to a working application, in their order. */
export function creationSteps(
  permissions: readonly Permission[],
  workloads: readonly Workload[],
  credentialKind: CredentialKind,
): Step<ApplicationContext>[] {
  return [
    { id: 'application', label: 'Application', run: ensureApplication },
    { id: 'service-principal', label: 'Service principal', run: ensureServicePrincipal },
    {
      id: 'credential',
      label: credentialKind === 'password' ? 'Application Password' : 'Application Certificate (SSL)',
      run: ensureCredential,
    },
    ...permissions.map(({ value }) => ({
      id: `permission:${value}`,
      label: `Permission ${value}`,
      run: (context: ApplicationContext) => grant(context, value),
    })),
    { id: 'first-token', label: 'First access token', run: firstToken },
    ...workloads.map((workload) => ({
      id: `probe:${workload}`,
      label: `Access to ${workload}`,
      run: (context: ApplicationContext) => probe(context, workload),
    })),
  ]
}

export async function ensureServicePrincipal(context: ApplicationContext): Promise<string | null> {
  const { provisioning, row, signal } = context
  const { id } = await provisioning.createServicePrincipal(row.application_id ?? '', signal)
  await context.save({ service_principal_id: id })
  return null
}

export async function grant(context: ApplicationContext, value: string): Promise<StepResult> {
  const isWanted = () => context.permissions.some((permission) => permission.value === value)
  if (!isWanted()) return { skipped: 'Not needed without what is not offered here' }
  const role = await appRole(context, value)
  if (role) {
    const { id: appRoleId, resourceId } = role
    const servicePrincipalId = context.row.service_principal_id ?? ''
    try {
      await context.provisioning.grantRole({ servicePrincipalId, resourceId, appRoleId }, context.signal)
      return null
    } catch (error) {
      if (!isPermissionNotOffered(error)) throw error
    }
  }
  await context.goOnWithout(value)
  return { skipped: 'Not offered in this organization' }
}

function access(context: ApplicationContext): ApplicationAccess {
  const { row, cloud, secrets, microsoft } = context
  if (context.access) return context.access
  const credential = openCredential(secrets, row)
  if (!credential || !row.tenant || row.application_id === null) throw fail('ONB_UNEXPECTED')
  context.access = applicationAccess(microsoft, {
    cloud,
    tenantId: row.tenant.id,
    clientId: row.application_id,
    credential,
  })
  return context.access
}

/** The token works; then whatever an interrupted try left behind is removed. */
async function firstToken(context: ApplicationContext): Promise<string | null> {
  await provenToken(context)
  await removeStrayCredentials(context)
  return null
}

/** A token that names every permission granted. */
export async function provenToken(context: ApplicationContext): Promise<string | null> {
  const { tokens } = access(context)
  tokens.invalidate()
  const { roles } = await tokens.token(context.signal)
  const { resource } = context
  const nameOf = (value: string) => (resource && offeredRole(resource, value)?.value) ?? value
  const missing = context.permissions
    .map(({ value }) => value)
    .filter((value) => !roles.includes(value) && !roles.includes(nameOf(value)))
  if (missing.length > 0) throw fail('ONB_ROLES_MISSING', { roles: missing.join(', ') })
  return null
}

export async function probe(context: ApplicationContext, workload: Workload): Promise<string | null> {
  const { graph, tokens } = access(context)
  try {
    return (await probes[workload].read(graph, context.signal)).message
  } catch (error) {
    // The next try shall not use a token from before Microsoft was ready.
    tokens.invalidate()
    throw error
  }
}
