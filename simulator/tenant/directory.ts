/**
 * Applications, service principals and role grants, with the directory's eventual consistency: what is created at time t
 * is seen by other operations from `visibleAt` on. Uniqueness is judged at once, as the directory's primary does.
 */
import { randomUUID } from 'node:crypto'
import type { VisitingApplication } from './visiting-applications.ts'

export type PasswordCredential = {
  readonly keyId: string
  readonly displayName: string | null
  readonly hint: string
  readonly startDateTime: string
  readonly endDateTime: string
  /** The value itself; shown once by addPassword, never again. */
  readonly secretText: string
  /** Milliseconds: sign-in accepts it from here on. */
  usableAt: number
}

export type KeyCredential = {
  readonly keyId: string
  readonly displayName: string | null
  readonly customKeyIdentifier: string
  readonly startDateTime: string
  readonly endDateTime: string
  /** Certificate, DER. */
  readonly certificate: Buffer
  usableAt: number
}

export type ResourceAccess = {
  resourceAppId: string
  resourceAccess: { id: string; type: 'Role' | 'Scope' }[]
}

export type Application = {
  readonly id: string
  readonly appId: string
  readonly uniqueName: string | null
  displayName: string
  signInAudience: string
  notes: string | null
  isFallbackPublicClient: boolean
  redirectUris: { web: string[]; publicClient: string[]; spa: string[] }
  requiredResourceAccess: ResourceAccess[]
  passwordCredentials: PasswordCredential[]
  keyCredentials: KeyCredential[]
  /** Object ids of users and service principals. */
  owners: string[]
  readonly createdDateTime: string
  visibleAt: number
  deletedDateTime: string | null
}

export type AppRole = { readonly id: string; readonly value: string; readonly displayName: string }

export type ServicePrincipal = {
  readonly id: string
  readonly appId: string
  readonly displayName: string
  readonly appOwnerOrganizationId: string
  accountEnabled: boolean
  readonly servicePrincipalNames: readonly string[]
  /** Empty but for Microsoft's own resources. */
  readonly appRoles: readonly AppRole[]
  readonly scopes: readonly AppRole[]
  owners: string[]
  readonly createdDateTime: string
  visibleAt: number
}

export type AppRoleAssignment = {
  readonly id: string
  readonly appRoleId: string
  readonly principalId: string
  readonly resourceId: string
  readonly createdDateTime: string
  /** Milliseconds: tokens issued from here on carry the role. */
  effectiveAt: number
}

export type Directory = {
  applications: Application[]
  /** Registered in other tenants, known to the sign-in service here. */
  visitors: VisitingApplication[]
  servicePrincipals: ServicePrincipal[]
  assignments: AppRoleAssignment[]
  /** Delegated scopes that were consented, by client id: for everyone, or by user id. */
  consents: Map<string, { everyone: Set<string>; users: Map<string, Set<string>> }>
}

export function createDirectory(): Directory {
  return { applications: [], visitors: [], servicePrincipals: [], assignments: [], consents: new Map() }
}

/** Applications that exist, replicated or not. */
export function liveApplications(directory: Directory): Application[] {
  return directory.applications.filter((application) => application.deletedDateTime === null)
}

/** What another operation sees at `now`. */
export function visible<T extends { readonly visibleAt: number }>(objects: readonly T[], now: number): T[] {
  return objects.filter((object) => object.visibleAt <= now)
}

/** Role names that a token for `resource` carries when issued at `now`. */
export function grantedRoles(
  directory: Directory,
  principalId: string,
  resource: ServicePrincipal,
  now: number,
): string[] {
  const ids = directory.assignments
    .filter(
      (assignment) =>
        assignment.principalId === principalId &&
        assignment.resourceId === resource.id &&
        assignment.effectiveAt <= now,
    )
    .map((assignment) => assignment.appRoleId)
  return resource.appRoles.filter((role) => ids.includes(role.id)).map((role) => role.value)
}

/** Removes an application and its service principal, with the grants of that. */
export function removeServicePrincipal(directory: Directory, id: string): void {
  const removed = directory.servicePrincipals.find((principal) => principal.id === id)
  if (removed !== undefined) directory.consents.delete(removed.appId)
  directory.servicePrincipals = directory.servicePrincipals.filter((principal) => principal.id !== id)
  directory.assignments = directory.assignments.filter((assignment) => assignment.principalId !== id)
}

/** Records consent to delegated scopes; without `userId` for everybody in the tenant. */
export function recordConsent(
  directory: Directory,
  appId: string,
  scopes: readonly string[],
  userId?: string,
): void {
  const consent = directory.consents.get(appId) ?? { everyone: new Set<string>(), users: new Map() }
  directory.consents.set(appId, consent)
  const target = userId === undefined ? consent.everyone : (consent.users.get(userId) ?? new Set<string>())
  if (userId !== undefined) consent.users.set(userId, target)
  for (const scope of scopes) target.add(scope)
}

export function consented(directory: Directory, appId: string, userId: string): Set<string> {
  const consent = directory.consents.get(appId)
  return new Set([...(consent?.everyone ?? []), ...(consent?.users.get(userId) ?? [])])
}

/** A new application with Entra's defaults. */
export function newApplication(
  fields: Pick<Application, 'displayName'> & Partial<Application>,
  now: number,
  lagMilliseconds: number,
): Application {
  return {
    id: randomUUID(),
    appId: randomUUID(),
    uniqueName: null,
    signInAudience: 'AzureADandPersonalMicrosoftAccount',
    notes: null,
    isFallbackPublicClient: false,
    redirectUris: { web: [], publicClient: [], spa: [] },
    requiredResourceAccess: [],
    passwordCredentials: [],
    keyCredentials: [],
    owners: [],
    createdDateTime: new Date(now).toISOString(),
    visibleAt: now + lagMilliseconds,
    deletedDateTime: null,
    ...fields,
  }
}
