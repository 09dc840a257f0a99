import { type ApplicationInfo, certificateIdentifier, graphAppId, offeredRole } from '../microsoft/index.ts'
import { type ApplicationContext, credentialName } from './application-context.ts'
import { fail } from './errors.ts'

/** Name of the application in the tenant's lists. */
export function applicationName(instanceName: string): string {
  return `BDRCloud Backup (${instanceName})`.slice(0, 120)
}

/**
 * Finds the application of this onboarding by its unique name, or creates it. That it was asked for is written down before
 * the request, so an answer that never arrives cannot lead to a second application.
 */
export async function ensureApplication(context: ApplicationContext): Promise<string | null> {
  const { provisioning, signal, row } = context
  const found = await provisioning.findApplication(row.unique_name, signal)
  if (found) {
    await requireOurs(context, found)
    await context.save({ application_object_id: found.id, application_id: found.appId })
    return 'Found again after an interruption'
  }
  if (row.application_object_id !== null) throw fail('ONB_NOT_REPLICATED')
  const roleIds: string[] = []
  for (const { value } of context.permissions) {
    const role = await appRole(context, value)
    if (role) roleIds.push(role.id)
    else await context.goOnWithout(value)
  }
  await context.save({ application_requested: true })
  const created = await provisioning.createApplication(
    {
      uniqueName: row.unique_name,
      displayName: applicationName(context.instanceName),
      notes: `Created by BDRCloud Server on ${new Date(context.microsoft.clock.now()).toISOString().slice(0, 10)} to back up this organization.`,
      requiredRoles: [{ resourceAppId: graphAppId, roleIds }],
    },
    signal,
  )
  await context.save({ application_object_id: created.id, application_id: created.appId })
  return null
}

/** Undefined when this organization's Microsoft Graph has no such permission. */
export async function appRole(context: ApplicationContext, value: string) {
  context.resource ??= await context.provisioning.resourceServicePrincipal(graphAppId, context.signal)
  const role = offeredRole(context.resource, value)
  return role && { id: role.id, resourceId: context.resource.id }
}

/** Refuses an application that bears our name but holds what we did not put there: it could be somebody's trap. */
async function requireOurs(context: ApplicationContext, found: ApplicationInfo): Promise<void> {
  const { row, provisioning, signal } = context
  const reason = row.application_requested
    ? (strangeCredential(row, found) ??
      strangeOwner(row, await provisioning.applicationOwners(found.id, signal)))
    : 'it was there before this server asked for it'
  if (!reason) return
  throw fail('ONB_FOREIGN_APPLICATION', {
    uniqueName: row.unique_name,
    applicationId: found.appId,
    reason,
  })
}

function strangeCredential(row: ApplicationContext['row'], found: ApplicationInfo): string | undefined {
  const name = credentialName(row)
  const ours = row.certificate_pem && certificateIdentifier(row.certificate_pem)
  const password = found.passwords.find(({ displayName }) => displayName !== name)
  if (password) return `it has the password "${password.displayName}"`
  const certificate = found.certificates.find(
    ({ displayName, customKeyIdentifier }) => displayName !== name && customKeyIdentifier !== ours,
  )
  return certificate && `it has the certificate "${certificate.displayName}"`
}

function strangeOwner(
  row: ApplicationContext['row'],
  owners: ReadonlyArray<{ id: string; displayName: string }>,
): string | undefined {
  const owner = owners.find(({ id }) => !row.account_ids.includes(id))
  return owner && `it is owned by ${owner.displayName}`
}
