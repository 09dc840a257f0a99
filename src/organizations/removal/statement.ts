/** The statement of what a removal removed and what is left: made once, kept for good, the same in console, API and command line. */
import type { RemovalStatement } from '../../contract/index.ts'
import type { Cloud } from '../../microsoft/index.ts'
import type { OrganizationRow } from '../view.ts'
import type { OrganizationBackups } from './ports.ts'
import type { RemovalRow } from './removal-store.ts'

export interface StatementInput {
  readonly organization: OrganizationRow
  readonly removal: RemovalRow
  /** Undefined when it was taken out of the configuration. */
  readonly cloud: Cloud | undefined
  readonly backups: Awaited<ReturnType<OrganizationBackups['facts']>>
  /** What an administrator's task removed and left; undefined without one. */
  readonly exit: { readonly done: readonly string[]; readonly left: readonly string[] } | undefined
  /** Old certificates that rotations had to leave in the tenant, a sentence each. */
  readonly leftovers: readonly string[]
  /** Of the operator's own sign-in application in this cloud; null without one. */
  readonly ownClientId: string | null
  readonly now: Date
}

export function statementOf(input: StatementInput): RemovalStatement {
  const { organization, removal, cloud, backups, exit, now } = input
  return {
    organization: {
      name: organization.name,
      tenantId: organization.tenant_id,
      defaultDomain: organization.default_domain,
      cloud: cloud?.name ?? organization.cloud,
      method: organization.method,
      addedAt: organization.created_at.toISOString(),
    },
    operator: removal.operator_name,
    requestedAt: removal.requested_at.toISOString(),
    removedAt: now.toISOString(),
    applicationId: organization.application_id,
    stopped: removal.stopped ?? { runs: 0, restores: 0 },
    removedHere: removedHere(organization, exit !== undefined),
    removedInTenant: [...(exit?.done ?? [])],
    leftInTenant: exit ? [...exit.left] : leftInTenant(input),
    backups,
  }
}

function removedHere(organization: OrganizationRow, byTask: boolean): string[] {
  const key =
    organization.credential_kind === 'password'
      ? "The server's copy of the application password was destroyed."
      : `The private key of the certificate${thumbprint(organization)} was destroyed.`
  return [
    organization.credential_sealed !== null || byTask
      ? key
      : 'The server held no credential of the application any more.',
    'The access tokens at hand were dropped.',
    'The organization was taken off the list; nothing is backed up or restored any more.',
  ]
}

function leftInTenant({ organization, cloud, leftovers, ownClientId }: StatementInput): string[] {
  const entra = cloud
    ? `Microsoft Entra admin center (${cloud.portal.entra})`
    : 'Microsoft Entra admin center'
  const place = `In the ${entra}, look under App registrations and Enterprise applications for the application id ${organization.application_id}, and delete it there if you do not need it.`
  const roles = organization.inspection?.roles ?? []
  return [
    `The application with its service principal (application id ${organization.application_id}${organization.application_object_id ? `, object id ${organization.application_object_id}` : ''}). ${place}`,
    ...(roles.length > 0
      ? [`The permissions granted to it: ${roles.join(', ')}. They go with the application.`]
      : []),
    credentialLeft(organization),
    ...leftovers,
    ...(ownClientId === null
      ? []
      : [
          `If an administrator has signed in through your own sign-in application, its enterprise application (application id ${ownClientId}) and the consent to it. In the ${entra}, look under Enterprise applications for that application id, and delete it there if nobody signs in through it any more.`,
        ]),
  ]
}

function credentialLeft(organization: OrganizationRow): string {
  const end = organization.credential_expires_at
  const until = end ? ` until ${end.toISOString().slice(0, 10)}` : ''
  return organization.credential_kind === 'password'
    ? `The application password stays valid${until}: whoever has copied it can still read what this server could. Remove it under Certificates & secrets, or delete the application.`
    : `The certificate${thumbprint(organization)}, of no use to anybody: the server destroyed its only key.`
}

function thumbprint({ certificate_thumbprint }: OrganizationRow): string {
  return certificate_thumbprint ? ` ${certificate_thumbprint}` : ''
}
