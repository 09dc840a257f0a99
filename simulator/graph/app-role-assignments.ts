/** Grants of application permissions, seen from the client (`appRoleAssignments`) and the resource (`appRoleAssignedTo`). */
import { randomBytes } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type AppRoleAssignment, lagOf, type ServicePrincipal, type Tenant } from '../tenant/index.ts'
import { requireMayGrant } from './authority.ts'
import { badRequest, notFound } from './errors.ts'
import { filter, type Json, jsonBody, key, page, select } from './odata.ts'
import { requirePermission } from './permissions.ts'
import { findServicePrincipal } from './service-principals.ts'

type Side = 'appRoleAssignments' | 'appRoleAssignedTo'

function assignmentJson(tenant: Tenant, assignment: AppRoleAssignment): Json {
  const name = (id: string): string | null =>
    tenant.directory.servicePrincipals.find((one) => one.id === id)?.displayName ?? null
  return {
    id: assignment.id,
    deletedDateTime: null,
    appRoleId: assignment.appRoleId,
    createdDateTime: assignment.createdDateTime,
    principalDisplayName: name(assignment.principalId),
    principalId: assignment.principalId,
    principalType: 'ServicePrincipal',
    resourceDisplayName: name(assignment.resourceId),
    resourceId: assignment.resourceId,
  }
}

function field(body: Json, name: string): string {
  const value = body[name]
  if (typeof value !== 'string' || !/^[0-9a-f-]{36}$/i.test(value)) {
    throw badRequest(`Invalid value specified for property '${name}' of resource 'AppRoleAssignment'.`)
  }
  return value.toLowerCase()
}

function grant(tenant: Tenant, request: FastifyRequest, side: Side): AppRoleAssignment {
  const body = jsonBody(request)
  const own = findServicePrincipal(tenant, key(request))
  const principal: ServicePrincipal = findServicePrincipal(tenant, field(body, 'principalId'), true)
  const resource = findServicePrincipal(tenant, field(body, 'resourceId'), true)
  if ((side === 'appRoleAssignments' ? principal : resource).id !== own.id) {
    throw badRequest('The principal or resource in the body does not match the one in the address.')
  }
  requireMayGrant(tenant, request, resource)
  const appRoleId = field(body, 'appRoleId')
  if (!resource.appRoles.some((role) => role.id === appRoleId)) {
    throw badRequest('Permission being assigned was not found on application.')
  }
  const { assignments } = tenant.directory
  const twice = assignments.some(
    (one) =>
      one.principalId === principal.id && one.resourceId === resource.id && one.appRoleId === appRoleId,
  )
  if (twice) {
    const message = 'Permission being assigned already exists on the object'
    throw badRequest(message, [{ code: 'InvalidUpdate', message, target: 'appRoleId' }])
  }
  const now = tenant.clock.now()
  const assignment: AppRoleAssignment = {
    id: randomBytes(32).toString('base64url'),
    appRoleId,
    principalId: principal.id,
    resourceId: resource.id,
    createdDateTime: new Date(now).toISOString(),
    effectiveAt: now + lagOf(tenant, 'assignment'),
  }
  assignments.push(assignment)
  return assignment
}

function listOf(tenant: Tenant, own: ServicePrincipal, side: Side): AppRoleAssignment[] {
  return tenant.directory.assignments.filter((one) =>
    side === 'appRoleAssignments' ? one.principalId === own.id : one.resourceId === own.id,
  )
}

function revoke(tenant: Tenant, request: FastifyRequest, side: Side): void {
  const own = findServicePrincipal(tenant, key(request))
  const id = key(request, 'assignment')
  const assignment = listOf(tenant, own, side).find((one) => one.id === id)
  if (assignment === undefined) throw notFound(id)
  requireMayGrant(tenant, request, findServicePrincipal(tenant, assignment.resourceId))
  tenant.directory.assignments = tenant.directory.assignments.filter((one) => one !== assignment)
}

export function registerAppRoleAssignments(app: FastifyInstance, tenant: Tenant): void {
  for (const side of ['appRoleAssignments', 'appRoleAssignedTo'] as const) {
    const path = `/servicePrincipals/:id/${side}`
    app.get(path, async (request) => {
      requirePermission(request, `GET /servicePrincipals/{id}/${side}`)
      const own = findServicePrincipal(tenant, key(request))
      const list = listOf(tenant, own, side).map((one) => assignmentJson(tenant, one))
      const matches = list.filter(
        filter(request, ['principalId', 'resourceId', 'appRoleId', 'principalDisplayName']),
      )
      return page(
        request,
        tenant,
        `/servicePrincipals/${own.id}/${side}`,
        matches.map((one) => select(request, one)),
      )
    })
    app.post(path, async (request, reply) => {
      requirePermission(request, `POST /servicePrincipals/{id}/${side}`)
      const assignment = grant(tenant, request, side)
      return reply.code(201).send({
        '@odata.context': `${tenant.endpoints.graph}/v1.0/$metadata#appRoleAssignments/$entity`,
        ...assignmentJson(tenant, assignment),
      })
    })
    app.delete(`${path}/:assignment`, async (request, reply) => {
      requirePermission(request, `DELETE /servicePrincipals/{id}/${side}/{id}`)
      revoke(tenant, request, side)
      return reply.code(204).send()
    })
  }
}
