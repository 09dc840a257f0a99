/**
 * Consent for the whole tenant, as one address that an administrator opens. Version 1 grants what the application lists as
 * required; version 2 the same for `.default`, and delegated scopes for a list of names. (Microsoft documentation,
 * November 2026; where the documents and measurements differ, the policy `adminConsentCancel` chooses.)
 */
import { randomBytes, randomUUID } from 'node:crypto'
import type { FastifyReply } from 'fastify'
import {
  admitVisitor,
  type DirectoryRole,
  graphAppId,
  lagOf,
  recordConsent,
  type ServicePrincipal,
  signInApplications,
  type Tenant,
  type User,
} from '../tenant/index.ts'
import { needed, reader } from './authorize-request.ts'
import { findClient, matchRedirect } from './clients.ts'
import { EntraError } from './errors.ts'
import type { AdminConsentRequest } from './interaction.ts'
import { readScopes } from './scopes.ts'
import { readAuthority, requireMultiTenant } from './tenancy.ts'

type Wanted = { readonly resource: ServicePrincipal; readonly id: string; readonly value: string }

/** Throws EntraError for what stays on Microsoft's page; a wrong address to go back to does as well. */
export function readAdminConsent(
  tenant: Tenant,
  segment: string,
  version: 1 | 2,
  query: Readonly<Record<string, string | string[] | undefined>>,
): AdminConsentRequest {
  const read = reader(query)
  readAuthority(tenant, segment)
  const client = findClient(tenant, needed(read('client_id'), 'client_id'))
  requireMultiTenant(tenant, segment, client)
  const redirectUri = read('redirect_uri')
  if (redirectUri !== undefined) matchRedirect(client, redirectUri)
  const scope = version === 1 ? `${tenant.endpoints.graph}/.default` : needed(read('scope'), 'scope')
  return {
    kind: 'adminConsent',
    version,
    segment,
    client,
    scope,
    scopes: readScopes(tenant, scope),
    redirectUri,
    state: read('state'),
    prompt: undefined,
    loginHint: undefined,
  }
}

/** Everything the consent would grant: application roles and delegated scopes. */
function wanted(tenant: Tenant, request: AdminConsentRequest): { roles: Wanted[]; scopes: Wanted[] } {
  const { names, resource } = request.scopes
  if (names[0] !== '.default') {
    const scopes = resource.scopes.filter((one) => names.includes(one.value))
    return { roles: [], scopes: scopes.map(({ id, value }) => ({ resource, id, value })) }
  }
  const application = signInApplications(tenant.directory).find((one) => one.appId === request.client.appId)
  const find = (kind: 'Role' | 'Scope'): Wanted[] =>
    (application?.requiredResourceAccess ?? []).flatMap((entry) => {
      const owner = tenant.directory.servicePrincipals.find((one) => one.appId === entry.resourceAppId)
      if (owner === undefined) {
        throw new EntraError(
          650052,
          `The app is trying to access a service '${entry.resourceAppId}' that your organization '${tenant.id}' lacks a service principal for. Contact your IT Admin to review the configuration of your service subscriptions.`,
        )
      }
      const ids = entry.resourceAccess.filter((one) => one.type === kind).map((one) => one.id)
      return (kind === 'Role' ? owner.appRoles : owner.scopes)
        .filter((one) => ids.includes(one.id))
        .map(({ id, value }) => ({ resource: owner, id, value }))
    })
  return { roles: find('Role'), scopes: find('Scope') }
}

/** Names for the page, and whether this person may agree to them for everybody. */
export function reviewAdminConsent(
  tenant: Tenant,
  request: AdminConsentRequest,
  user: User,
): { names: string[]; allowed: boolean } {
  const { roles, scopes } = wanted(tenant, request)
  const full: DirectoryRole[] = ['Global Administrator', 'Privileged Role Administrator']
  const some: DirectoryRole[] = [...full, 'Application Administrator', 'Cloud Application Administrator']
  // Roles of Graph itself are beyond those who administer applications.
  const enough = roles.some((one) => one.resource.appId === graphAppId) ? full : some
  return {
    names: [...roles, ...scopes].map((one) => one.value),
    allowed: user.roles.some((role) => enough.includes(role)),
  }
}

function grant(tenant: Tenant, request: AdminConsentRequest): void {
  const { directory, clock } = tenant
  const { client } = request
  const { roles, scopes } = wanted(tenant, request)
  const now = clock.now()
  admitVisitor(directory, client.appId, now)
  let principal = directory.servicePrincipals.find((one) => one.appId === client.appId)
  if (principal === undefined) {
    principal = {
      id: randomUUID(),
      appId: client.appId,
      displayName: client.displayName,
      appOwnerOrganizationId: tenant.id,
      accountEnabled: true,
      servicePrincipalNames: [client.appId],
      appRoles: [],
      scopes: [],
      owners: [],
      createdDateTime: new Date(now).toISOString(),
      visibleAt: now + lagOf(tenant, 'servicePrincipal'),
    }
    directory.servicePrincipals.push(principal)
  }
  const principalId = principal.id
  for (const { resource, id } of roles) {
    const held = directory.assignments.some(
      (one) => one.principalId === principalId && one.resourceId === resource.id && one.appRoleId === id,
    )
    if (held) continue
    directory.assignments.push({
      id: randomBytes(32).toString('base64url'),
      appRoleId: id,
      principalId,
      resourceId: resource.id,
      createdDateTime: new Date(now).toISOString(),
      effectiveAt: now + lagOf(tenant, 'assignment'),
    })
  }
  // What was granted for everybody before and is no longer listed is taken away.
  directory.consents.get(client.appId)?.everyone.clear()
  recordConsent(
    directory,
    client.appId,
    scopes.map((one) => one.value),
  )
}

function goBackTo(
  reply: FastifyReply,
  address: string,
  state: string | undefined,
  parameters: URLSearchParams,
) {
  if (state !== undefined) parameters.set('state', state.replaceAll(/[<>]/g, ''))
  const url = new URL(address)
  for (const [name, value] of parameters) url.searchParams.set(name, value)
  return reply.redirect(url.href, 302)
}

/** Grants first: an application without any address has its permissions although the person sees AADSTS500113. */
export function sendAdminConsent(
  tenant: Tenant,
  reply: FastifyReply,
  request: AdminConsentRequest,
  user: User,
): FastifyReply {
  if (!reviewAdminConsent(tenant, request, user).allowed) return sendAdminRefusal(tenant, reply, request)
  grant(tenant, request)
  const parameters = new URLSearchParams({ admin_consent: 'True', tenant: tenant.id })
  if (request.version === 2) parameters.set('scope', request.scope)
  return goBackTo(reply, addressOf(request), request.state, parameters)
}

function addressOf({ redirectUri, client }: AdminConsentRequest): string {
  const address = redirectUri ?? client.redirectUris[0]
  if (address === undefined)
    throw new EntraError(500113, 'No reply address is registered for the application.')
  return address
}

export function sendAdminRefusal(
  tenant: Tenant,
  reply: FastifyReply,
  request: AdminConsentRequest,
): FastifyReply {
  const measured = { error: 'access_denied', error_subcode: 'cancel' }
  const documented =
    request.version === 1
      ? { error: 'permission_denied', error_description: 'The admin canceled the request' }
      : {
          admin_consent: 'True',
          error: 'consent_required',
          error_description: 'AADSTS65004: The resource owner or authorization server denied the request.',
        }
  const shape = tenant.policies.adminConsentCancel === 'measured' ? measured : documented
  return goBackTo(reply, addressOf(request), request.state, new URLSearchParams(shape))
}
