/**
 * Applications of other organizations (a service provider's, say) that people of this tenant may sign in to. The registration lies
 * in its home tenant and cannot be seen here; what consent leaves in this tenant is a service principal.
 */
import { createHash, randomBytes, randomUUID, X509Certificate } from 'node:crypto'
import {
  type Application,
  type Directory,
  liveApplications,
  newApplication,
  type ServicePrincipal,
} from './directory.ts'
import { graphAppId } from './resources.ts'

export type VisitingApplication = Application & {
  readonly home: { readonly id: string; readonly domain: string }
}

export type VisitingRegistration = {
  readonly displayName?: string
  readonly redirectUris: readonly string[]
  readonly secret?: string
  readonly certificatePem?: string
  /** Delegated permissions of Graph that the registration lists. */
  readonly scopes: readonly string[]
}

const year = 365 * 86_400_000

/** Registers one in a home tenant of its own, as its administrator would by hand in the portal. */
export function addVisitingApplication(
  directory: Directory,
  registration: VisitingRegistration,
  now: number,
): VisitingApplication {
  const { displayName = 'Backup sign-in', redirectUris, secret, certificatePem, scopes } = registration
  const graph = directory.servicePrincipals.find(({ appId }) => appId === graphAppId)
  const ids = (graph?.scopes ?? []).filter(({ value }) => scopes.includes(value)).map(({ id }) => id)
  const span = {
    startDateTime: new Date(now - 60_000).toISOString(),
    endDateTime: new Date(now + year).toISOString(),
    usableAt: 0,
  }
  const visitor: VisitingApplication = {
    ...newApplication({ displayName, signInAudience: 'AzureADMultipleOrgs' }, now, 0),
    redirectUris: { web: [...redirectUris], publicClient: [], spa: [] },
    requiredResourceAccess: [
      { resourceAppId: graphAppId, resourceAccess: ids.map((id) => ({ id, type: 'Scope' as const })) },
    ],
    passwordCredentials:
      secret === undefined
        ? []
        : [
            {
              keyId: randomUUID(),
              displayName: 'sign-in',
              hint: secret.slice(0, 3),
              secretText: secret,
              ...span,
            },
          ],
    keyCredentials: certificatePem === undefined ? [] : [keyOf(certificatePem, span)],
    home: { id: randomUUID(), domain: `provider-${randomBytes(3).toString('hex')}.example` },
  }
  directory.visitors.push(visitor)
  return visitor
}

function keyOf(certificatePem: string, span: { startDateTime: string; usableAt: number }) {
  const certificate = new X509Certificate(certificatePem)
  return {
    ...span,
    keyId: randomUUID(),
    displayName: 'sign-in',
    customKeyIdentifier: createHash('sha1').update(certificate.raw).digest('base64'),
    endDateTime: new Date(certificate.validTo).toISOString(),
    certificate: certificate.raw,
  }
}

/** Every application that can be signed in to: the tenant's own and the visiting ones. */
export function signInApplications(directory: Directory): Application[] {
  return [...liveApplications(directory), ...directory.visitors]
}

/** What the first consent leaves: the visitor's service principal. The tenant's own applications have theirs made by hand. */
export function admitVisitor(directory: Directory, appId: string, now: number): void {
  const visitor = directory.visitors.find((one) => one.appId === appId)
  if (visitor === undefined || directory.servicePrincipals.some((one) => one.appId === appId)) return
  const principal: ServicePrincipal = {
    id: randomUUID(),
    appId,
    displayName: visitor.displayName,
    appOwnerOrganizationId: visitor.home.id,
    accountEnabled: true,
    servicePrincipalNames: [appId],
    appRoles: [],
    scopes: [],
    owners: [],
    createdDateTime: new Date(now).toISOString(),
    visibleAt: now,
  }
  directory.servicePrincipals.push(principal)
}

/** The visitor whose home tenant is named, by id or domain. */
export function visitorAtHome(directory: Directory, segment: string): VisitingApplication | undefined {
  const name = segment.toLowerCase()
  return directory.visitors.find(({ home }) => home.id === name || home.domain === name)
}
