/** The signed-in person, their directory roles, the organization and its domains. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { directoryRoles, seededGuid, type Tenant, type User } from '../tenant/index.ts'
import { GraphError, notFound } from './errors.ts'
import { type Json, key, page, select } from './odata.ts'
import { requirePermission } from './permissions.ts'
import { userJson } from './users.ts'

const meStandard = ['displayName', 'givenName', 'jobTitle', 'mail', 'surname', 'userPrincipalName', 'id']

function me(tenant: Tenant, request: FastifyRequest): User {
  if (request.caller.kind === 'app') {
    throw new GraphError(400, 'BadRequest', '/me request is only valid with delegated authentication flow.')
  }
  const user = tenant.users.find((one) => one.id === request.caller.userId)
  if (user === undefined) throw notFound(request.caller.objectId)
  return user
}

function rolesOf(tenant: Tenant, user: User): Json[] {
  return user.roles.map((role) => ({
    '@odata.type': '#microsoft.graph.directoryRole',
    id: seededGuid(tenant.options.seed, `role:${role}`),
    displayName: role,
    description: role,
    roleTemplateId: directoryRoles[role],
  }))
}

function organization(tenant: Tenant): Json {
  const services = ['exchange', 'SharePoint', 'TeamspaceAPI']
  return {
    id: tenant.id,
    displayName: tenant.displayName,
    countryLetterCode: tenant.cloud.countryCode,
    tenantType: 'AAD',
    createdDateTime: '2021-03-01T08:00:00Z',
    onPremisesSyncEnabled: null,
    verifiedDomains: tenant.domains.map((name) => ({
      capabilities: 'Email, OfficeCommunicationsOnline',
      isDefault: name !== tenant.initialDomain,
      isInitial: name === tenant.initialDomain,
      name,
      type: 'Managed',
    })),
    assignedPlans: services.map((service) => ({
      service,
      servicePlanId: seededGuid(tenant.options.seed, `plan:${service}`),
      capabilityStatus: 'Enabled',
      assignedDateTime: '2021-03-01T08:00:00Z',
    })),
    provisionedPlans: services.map((service) => ({
      service,
      capabilityStatus: 'Enabled',
      provisioningStatus: 'Success',
    })),
  }
}

export function registerOrganization(app: FastifyInstance, tenant: Tenant): void {
  const context = (name: string): Json => ({
    '@odata.context': `${tenant.endpoints.graph}/v1.0/$metadata#${name}`,
  })

  app.get('/me', async (request) => {
    const user = me(tenant, request)
    requirePermission(request, 'GET /me')
    return { ...context('users/$entity'), ...select(request, userJson(user), meStandard) }
  })
  for (const path of ['/me/memberOf', '/me/transitiveMemberOf'] as const) {
    const roles = async (request: FastifyRequest): Promise<Json> => {
      const user = me(tenant, request)
      requirePermission(request, `GET ${path}`)
      const typed = rolesOf(tenant, user).map((role) => ({
        '@odata.type': role['@odata.type'],
        ...select(request, role),
      }))
      return page(request, tenant, path, typed)
    }
    app.get(path, roles)
    app.get(`${path}/microsoft.graph.directoryRole`, roles)
  }
  app.get('/organization', async (request) => {
    requirePermission(request, 'GET /organization')
    return { ...context('organization'), value: [select(request, organization(tenant))] }
  })
  app.get('/organization/:id', async (request) => {
    requirePermission(request, 'GET /organization')
    if (key(request) !== tenant.id) throw notFound(key(request))
    return { ...context('organization/$entity'), ...select(request, organization(tenant)) }
  })
  app.get('/domains', async (request) => {
    requirePermission(request, 'GET /domains')
    const domains = tenant.domains.map((id) => ({
      id,
      isDefault: id !== tenant.initialDomain,
      isInitial: id === tenant.initialDomain,
      isVerified: true,
      isAdminManaged: true,
      isRoot: true,
      authenticationType: 'Managed',
      supportedServices: ['Email', 'OfficeCommunicationsOnline'],
    }))
    return { ...context('domains'), value: domains.map((one) => select(request, one)) }
  })
}
