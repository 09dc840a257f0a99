/** Microsoft's own resources in every tenant, and the ready application of `--with-app`. */
import { randomBytes } from 'node:crypto'
import type { Cloud } from './clouds.ts'
import { type AppRole, type Directory, newApplication, type ServicePrincipal } from './directory.ts'
import { graphAppRoles, graphScopes } from './graph-roles.ts'
import { seededGuid } from './random.ts'

export const graphAppId = '00000003-0000-0000-c000-000000000000'
export const exchangeAppId = '00000002-0000-0ff1-ce00-000000000000'
export const sharePointAppId = '00000003-0000-0ff1-ce00-000000000000'
/** Tenant that owns Microsoft's applications. */
const microsoftTenant = 'f8cdef31-a31e-4b4a-93e4-5f571e91255a'

function roleList(roles: Readonly<Record<string, string>>): AppRole[] {
  return Object.entries(roles).map(([value, id]) => ({ id, value, displayName: value.replaceAll('.', ' ') }))
}

const exchangeRoles = {
  full_access_as_app: 'dc890d15-9560-4a4c-9b7f-a736ec74ec40',
  'Exchange.ManageAsApp': 'dc50a0fb-09a3-484d-be87-e023b12c6440',
}
const sharePointRoles = {
  'Sites.FullControl.All': '678536fe-1083-478a-9c59-b99265e6b0d3',
  'Sites.Manage.All': '9bff6588-13f2-4c48-bbf2-ddab62256b36',
  'Sites.ReadWrite.All': 'fbcd29d2-fcca-4405-aded-518d457caae4',
  'Sites.Read.All': 'd13f72ca-a275-4b96-b789-48ebcc4da984',
  'Sites.Selected': '20d37865-089c-4dee-8c41-6967602d4ac8',
  'TermStore.Read.All': '2a8d57a5-4090-4a41-bf1c-3c621d2ccad3',
  'TermStore.ReadWrite.All': 'c8e3537c-ec53-43b9-bed3-b2bd3617ae97',
}

type ResourceSpec = {
  readonly appId: string
  readonly displayName: string
  readonly names: readonly string[]
  readonly roles: Readonly<Record<string, string>>
  readonly scopes: Readonly<Record<string, string>>
}

const resourcesOf = (cloud: Cloud): readonly ResourceSpec[] => [
  {
    appId: graphAppId,
    displayName: 'Microsoft Graph',
    names: [graphAppId, cloud.graphName],
    roles: graphAppRoles,
    scopes: graphScopes,
  },
  {
    appId: exchangeAppId,
    displayName: 'Office 365 Exchange Online',
    names: [exchangeAppId, cloud.exchangeName],
    roles: exchangeRoles,
    scopes: {},
  },
  {
    appId: sharePointAppId,
    displayName: 'Office 365 SharePoint Online',
    names: [sharePointAppId, cloud.sharePointName],
    roles: sharePointRoles,
    scopes: {},
  },
]

/** Microsoft's resources with what the cloud offers of them. */
export function createResources(seed: number, cloud: Cloud): ServicePrincipal[] {
  const offered = (roles: AppRole[]): AppRole[] =>
    roles.filter((role) => !cloud.missingPermissions.some((start) => role.value.startsWith(start)))
  return resourcesOf(cloud).map((spec) => ({
    id: seededGuid(seed, `resource:${spec.appId}`),
    appId: spec.appId,
    displayName: spec.displayName,
    appOwnerOrganizationId: microsoftTenant,
    accountEnabled: true,
    servicePrincipalNames: spec.names,
    appRoles: offered(roleList(spec.roles)),
    scopes: offered(roleList(spec.scopes)),
    owners: [],
    createdDateTime: '2021-03-01T08:00:00Z',
    visibleAt: 0,
  }))
}

export type ReadyApplication = {
  readonly clientId: string
  readonly clientSecret: string
  readonly tenantId: string
}

/** Roles that a backup application must never hold; the ready application has all others. */
const tooPowerful = [
  'AppRoleAssignment.ReadWrite.All',
  'Application.ReadWrite.All',
  'Application.ReadWrite.OwnedBy',
]

/** Adds an application with a secret, its service principal and every backup and restore role of Graph. */
export function addReadyApplication(directory: Directory, tenantId: string, seed: number): ReadyApplication {
  const secretText = `sim8Q~${randomBytes(24).toString('base64url')}`
  const created = Date.parse('2026-01-05T08:00:00Z')
  const application = newApplication(
    {
      id: seededGuid(seed, 'ready-app:object'),
      appId: seededGuid(seed, 'ready-app:client'),
      displayName: 'Ready backup application',
      signInAudience: 'AzureADMyOrg',
      passwordCredentials: [
        {
          keyId: seededGuid(seed, 'ready-app:key'),
          displayName: 'ready',
          hint: secretText.slice(0, 3),
          startDateTime: '2026-01-05T08:00:00Z',
          endDateTime: '2036-01-05T08:00:00Z',
          secretText,
          usableAt: 0,
        },
      ],
    },
    created,
    0,
  )
  directory.applications.push(application)
  const principal = ownPrincipal(
    application.appId,
    application.displayName,
    tenantId,
    seededGuid(seed, 'ready-app:sp'),
  )
  directory.servicePrincipals.push(principal)
  const graph = directory.servicePrincipals.find((candidate) => candidate.appId === graphAppId)
  for (const role of graph?.appRoles ?? []) {
    if (graph === undefined || tooPowerful.includes(role.value)) continue
    directory.assignments.push({
      id: seededGuid(seed, `ready-app:${role.value}`).replaceAll('-', ''),
      appRoleId: role.id,
      principalId: principal.id,
      resourceId: graph.id,
      createdDateTime: new Date(created).toISOString(),
      effectiveAt: 0,
    })
  }
  return { clientId: application.appId, clientSecret: secretText, tenantId }
}

function ownPrincipal(appId: string, displayName: string, tenantId: string, id: string): ServicePrincipal {
  return {
    id,
    appId,
    displayName,
    appOwnerOrganizationId: tenantId,
    accountEnabled: true,
    servicePrincipalNames: [appId],
    appRoles: [],
    scopes: [],
    owners: [],
    createdDateTime: '2026-01-05T08:00:00Z',
    visibleAt: 0,
  }
}
