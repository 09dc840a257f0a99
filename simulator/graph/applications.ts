/** Applications: create, find, upsert by unique name, change, delete, owners. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import {
  type Application,
  lagOf,
  liveApplications,
  meetsStaleReplica,
  newApplication,
  removeServicePrincipal,
  type Tenant,
  visible,
} from '../tenant/index.ts'
import { checkNewKeys } from './app-policies.ts'
import { applicationJson, applyFields } from './application-json.ts'
import { requireMayManage, requireMayRegister } from './authority.ts'
import { badRequest, GraphError, notFound } from './errors.ts'
import { readKeyCredentials } from './key-credentials.ts'
import { filter, type Json, jsonBody, key, option, page, select } from './odata.ts'
import { requirePermission } from './permissions.ts'
import { userJson } from './users.ts'

const alternateKey = /^(appId|uniqueName)='(.*)'$/

/** By object id, `appId='…'` or `uniqueName='…'`, once replicated. Throws 404. */
export function findApplication(tenant: Tenant, request: FastifyRequest): Application {
  const wanted = key(request)
  const found = match(visible(liveApplications(tenant.directory), tenant.clock.now()), wanted)
  if (found === undefined || meetsStaleReplica(tenant, found))
    throw notFound(alternateKey.exec(wanted)?.[2] ?? wanted)
  return found
}

function match(applications: readonly Application[], wanted: string): Application | undefined {
  const named = alternateKey.exec(wanted)
  if (named === null) return applications.find((one) => one.id === wanted.toLowerCase())
  const value = named[2] ?? ''
  return applications.find((one) =>
    named[1] === 'appId' ? one.appId === value.toLowerCase() : one.uniqueName === value,
  )
}

function show(tenant: Tenant, request: FastifyRequest, application: Application): Json {
  const withKeys = (option(request, '$select') ?? '').split(',').includes('keyCredentials')
  return {
    '@odata.context': `${tenant.endpoints.graph}/v1.0/$metadata#applications/$entity`,
    ...select(request, applicationJson(application, tenant.initialDomain, withKeys)),
  }
}

function create(tenant: Tenant, request: FastifyRequest, body: Json, uniqueName: string | null): Application {
  requireMayRegister(tenant, request)
  if (typeof body['displayName'] !== 'string') {
    throw badRequest("A value is required for property 'displayName' of resource 'Application'.")
  }
  const { serviceManagementReference } = body
  if (tenant.policies.serviceManagementReferenceRequired && typeof serviceManagementReference !== 'string') {
    throw badRequest(
      'ServiceManagementReference field is required for Create, but is missing in the request.',
    )
  }
  const taken =
    uniqueName !== null && liveApplications(tenant.directory).some((one) => one.uniqueName === uniqueName)
  if (taken) {
    throw new GraphError(
      409,
      'Request_MultipleObjectsWithSameKeyValue',
      'Another object with the same value for property uniqueName already exists.',
      {
        details: [
          {
            code: 'ObjectConflict',
            message: 'Another object with the same value for property uniqueName already exists.',
            target: 'uniqueName',
          },
        ],
      },
    )
  }
  const application = newApplication(
    { displayName: body['displayName'], uniqueName, owners: [request.caller.objectId] },
    tenant.clock.now(),
    lagOf(tenant, 'application'),
  )
  applyFields(application, body)
  if (body['keyCredentials'] !== undefined) {
    application.keyCredentials = readKeyCredentials(tenant, body['keyCredentials'], [])
    checkNewKeys(tenant, request, application, application.keyCredentials, [])
  }
  tenant.directory.applications.push(application)
  return application
}

function update(tenant: Tenant, request: FastifyRequest, application: Application, body: Json): void {
  requireMayManage(tenant, request, application.owners)
  const draft = { ...application }
  applyFields(draft, body)
  if (body['keyCredentials'] !== undefined) {
    draft.keyCredentials = readKeyCredentials(tenant, body['keyCredentials'], application.keyCredentials)
    checkNewKeys(tenant, request, application, draft.keyCredentials, application.keyCredentials)
  }
  Object.assign(application, draft)
}

function patch(tenant: Tenant, request: FastifyRequest, reply: FastifyReply): unknown {
  requirePermission(request, 'PATCH /applications/{id}')
  const body = jsonBody(request)
  const named = alternateKey.exec(key(request))
  const upsert = String(request.headers['prefer'] ?? '').includes('create-if-missing')
  if (named?.[1] === 'uniqueName' && upsert) {
    const uniqueName = named[2] ?? ''
    // Writes meet the primary, which knows the object before the replicas do.
    const existing = liveApplications(tenant.directory).find((one) => one.uniqueName === uniqueName)
    if (existing === undefined) {
      return reply.code(201).send(show(tenant, request, create(tenant, request, body, uniqueName)))
    }
    update(tenant, request, existing, body)
    return reply.code(204).send()
  }
  update(tenant, request, findApplication(tenant, request), body)
  return reply.code(204).send()
}

function remove(tenant: Tenant, request: FastifyRequest): void {
  const application = findApplication(tenant, request)
  requireMayManage(tenant, request, application.owners)
  application.deletedDateTime = new Date(tenant.clock.now()).toISOString()
  for (const principal of tenant.directory.servicePrincipals) {
    if (principal.appId === application.appId) removeServicePrincipal(tenant.directory, principal.id)
  }
}

export function registerApplications(app: FastifyInstance, tenant: Tenant): void {
  app.post('/applications', async (request, reply) => {
    requirePermission(request, 'POST /applications')
    const body = jsonBody(request)
    const uniqueName = typeof body['uniqueName'] === 'string' ? body['uniqueName'] : null
    const application = create(tenant, request, body, uniqueName)
    return reply.code(201).send(show(tenant, request, application))
  })
  app.get('/applications', async (request) => {
    requirePermission(request, 'GET /applications')
    const withKeys = (option(request, '$select') ?? '').split(',').includes('keyCredentials')
    const matches = visible(liveApplications(tenant.directory), tenant.clock.now())
      .map((one) => applicationJson(one, tenant.initialDomain, withKeys))
      .filter(filter(request, ['id', 'appId', 'displayName', 'uniqueName', 'signInAudience']))
    return page(
      request,
      tenant,
      '/applications',
      matches.map((one) => select(request, one)),
    )
  })
  app.get('/applications/:id', async (request) => {
    requirePermission(request, 'GET /applications/{id}')
    return show(tenant, request, findApplication(tenant, request))
  })
  app.patch('/applications/:id', async (request, reply) => patch(tenant, request, reply))
  app.delete('/applications/:id', async (request, reply) => {
    requirePermission(request, 'DELETE /applications/{id}')
    remove(tenant, request)
    return reply.code(204).send()
  })
  app.get('/applications/:id/owners', async (request) => {
    requirePermission(request, 'GET /applications/{id}/owners')
    const { owners } = findApplication(tenant, request)
    const people = tenant.users.filter((user) => owners.includes(user.id)).map(userJson)
    const principals = tenant.directory.servicePrincipals.filter((one) => owners.includes(one.id))
    return page(request, tenant, '/applications/owners', [
      ...people.map((one) => ({ '@odata.type': '#microsoft.graph.user', ...select(request, one) })),
      ...principals.map(({ id, appId, displayName }) => ({
        '@odata.type': '#microsoft.graph.servicePrincipal',
        id,
        appId,
        displayName,
      })),
    ])
  })
}
