/** Service principals: create for an application of the tenant, find, enable or disable, delete. */
import { randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import {
  exchangeAppId,
  graphAppId,
  lagOf,
  liveApplications,
  meetsStaleReplica,
  removeServicePrincipal,
  type ServicePrincipal,
  sharePointAppId,
  type Tenant,
  visible,
} from '../tenant/index.ts'
import { requireMayManage } from './authority.ts'
import { badRequest, GraphError, notFound, requestDenied } from './errors.ts'
import { filter, type Json, jsonBody, key, page, select } from './odata.ts'
import { requirePermission } from './permissions.ts'

export function principalJson(principal: ServicePrincipal): Json {
  return {
    id: principal.id,
    deletedDateTime: null,
    accountEnabled: principal.accountEnabled,
    appDisplayName: principal.displayName,
    appId: principal.appId,
    appOwnerOrganizationId: principal.appOwnerOrganizationId,
    appRoleAssignmentRequired: false,
    createdDateTime: principal.createdDateTime,
    displayName: principal.displayName,
    servicePrincipalNames: principal.servicePrincipalNames,
    servicePrincipalType: 'Application',
    signInAudience: 'AzureADMyOrg',
    tags: [],
    keyCredentials: [],
    passwordCredentials: [],
    appRoles: principal.appRoles.map((role) => ({
      allowedMemberTypes: ['Application'],
      description: role.displayName,
      displayName: role.displayName,
      id: role.id,
      isEnabled: true,
      origin: 'Application',
      value: role.value,
    })),
    oauth2PermissionScopes: principal.scopes.map((scope) => ({
      adminConsentDescription: scope.displayName,
      adminConsentDisplayName: scope.displayName,
      id: scope.id,
      isEnabled: true,
      type: 'Admin',
      value: scope.value,
    })),
  }
}

/** By object id or `appId='…'`, once replicated; `anyReplica` where a request looks a second time. Throws 404. */
export function findServicePrincipal(tenant: Tenant, wanted: string, anyReplica = false): ServicePrincipal {
  const named = /^appId='(.*)'$/.exec(wanted)
  const value = (named?.[1] ?? wanted).toLowerCase()
  const found = visible(tenant.directory.servicePrincipals, tenant.clock.now()).find((one) =>
    named === null ? one.id === value : one.appId === value,
  )
  if (found === undefined) throw notFound(value)
  const own = found.appOwnerOrganizationId === tenant.id
  if (own && !anyReplica && meetsStaleReplica(tenant, found)) throw notFound(value)
  return found
}

function conflict(appId: string): GraphError {
  const message = `The service principal cannot be created, updated, or restored because the service principal name ${appId} is already in use.`
  return new GraphError(409, 'Request_MultipleObjectsWithSameKeyValue', message, {
    details: [{ code: 'ObjectConflict', message, target: 'servicePrincipalNames' }],
  })
}

function create(tenant: Tenant, request: FastifyRequest): ServicePrincipal {
  const { appId } = jsonBody(request)
  if (typeof appId !== 'string')
    throw badRequest("A value is required for property 'appId' of resource 'ServicePrincipal'.")
  const { directory } = tenant
  if (directory.servicePrincipals.some((one) => one.appId === appId.toLowerCase())) throw conflict(appId)
  const application = visible(liveApplications(directory), tenant.clock.now()).find(
    (one) => one.appId === appId.toLowerCase(),
  )
  if (application === undefined) {
    // Microsoft's own resources are in the tenant already; one that is not is a service the tenant lacks.
    const resource = [graphAppId, exchangeAppId, sharePointAppId].includes(appId)
    const message = `The appId '${appId}' of the service principal does not reference a valid application object.`
    throw badRequest(
      message,
      resource ? undefined : [{ code: 'NoBackingApplicationObject', message, target: 'appId' }],
    )
  }
  if (request.caller.kind === 'user') requireMayManage(tenant, request, application.owners)
  const principal: ServicePrincipal = {
    id: randomUUID(),
    appId: application.appId,
    displayName: application.displayName,
    appOwnerOrganizationId: tenant.id,
    accountEnabled: true,
    servicePrincipalNames: [application.appId],
    appRoles: [],
    scopes: [],
    owners: [request.caller.objectId],
    createdDateTime: new Date(tenant.clock.now()).toISOString(),
    visibleAt: tenant.clock.now() + lagOf(tenant, 'servicePrincipal'),
  }
  directory.servicePrincipals.push(principal)
  return principal
}

/** Microsoft's own principals are nobody's to change here. */
function requireOwn(tenant: Tenant, principal: ServicePrincipal): void {
  const visits = tenant.directory.visitors.some(({ appId }) => appId === principal.appId)
  if (principal.appOwnerOrganizationId !== tenant.id && !visits) throw requestDenied()
}

export function registerServicePrincipals(app: FastifyInstance, tenant: Tenant): void {
  const entity = (request: FastifyRequest, principal: ServicePrincipal): Json => ({
    '@odata.context': `${tenant.endpoints.graph}/v1.0/$metadata#servicePrincipals/$entity`,
    ...select(request, principalJson(principal)),
  })
  app.post('/servicePrincipals', async (request, reply) => {
    requirePermission(request, 'POST /servicePrincipals')
    return reply.code(201).send(entity(request, create(tenant, request)))
  })
  app.get('/servicePrincipals', async (request) => {
    requirePermission(request, 'GET /servicePrincipals')
    const matches = visible(tenant.directory.servicePrincipals, tenant.clock.now())
      .map(principalJson)
      .filter(filter(request, ['id', 'appId', 'displayName', 'accountEnabled', 'servicePrincipalType']))
    return page(
      request,
      tenant,
      '/servicePrincipals',
      matches.map((one) => select(request, one)),
    )
  })
  app.get('/servicePrincipals/:id', async (request) => {
    requirePermission(request, 'GET /servicePrincipals/{id}')
    return entity(request, findServicePrincipal(tenant, key(request)))
  })
  app.patch('/servicePrincipals/:id', async (request, reply) => {
    requirePermission(request, 'PATCH /servicePrincipals/{id}')
    const principal = findServicePrincipal(tenant, key(request))
    requireOwn(tenant, principal)
    requireMayManage(tenant, request, principal.owners)
    const { accountEnabled } = jsonBody(request)
    if (typeof accountEnabled === 'boolean') principal.accountEnabled = accountEnabled
    return reply.code(204).send()
  })
  app.delete('/servicePrincipals/:id', async (request, reply) => {
    requirePermission(request, 'DELETE /servicePrincipals/{id}')
    const principal = findServicePrincipal(tenant, key(request))
    requireOwn(tenant, principal)
    requireMayManage(tenant, request, principal.owners)
    removeServicePrincipal(tenant.directory, principal.id)
    return reply.code(204).send()
  })
}
