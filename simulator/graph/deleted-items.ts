/** Deleted applications: 30 days in the bin, restored with a new service principal to be made, or gone for good. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Application, Tenant } from '../tenant/index.ts'
import { applicationJson } from './application-json.ts'
import { requireMayManage } from './authority.ts'
import { notFound } from './errors.ts'
import { filter, type Json, key, page, select } from './odata.ts'
import { requirePermission } from './permissions.ts'

const KEPT = 30 * 86_400_000

function deleted(tenant: Tenant): Application[] {
  const oldest = tenant.clock.now() - KEPT
  return tenant.directory.applications.filter(
    (one) => one.deletedDateTime !== null && Date.parse(one.deletedDateTime) > oldest,
  )
}

function find(tenant: Tenant, request: FastifyRequest): Application {
  const found = deleted(tenant).find((one) => one.id === key(request))
  if (found === undefined) throw notFound(key(request))
  return found
}

export function registerDeletedItems(app: FastifyInstance, tenant: Tenant): void {
  const json = (application: Application): Json => applicationJson(application, tenant.initialDomain, false)

  app.get('/directory/deletedItems/microsoft.graph.application', async (request) => {
    requirePermission(request, 'GET /directory/deletedItems')
    const matches = deleted(tenant)
      .map(json)
      .filter(filter(request, ['id', 'appId', 'displayName', 'uniqueName']))
    return page(
      request,
      tenant,
      '/directory/deletedItems/microsoft.graph.application',
      matches.map((one) => select(request, one)),
    )
  })
  app.get('/directory/deletedItems/:id', async (request) => {
    requirePermission(request, 'GET /directory/deletedItems')
    return { '@odata.type': '#microsoft.graph.application', ...select(request, json(find(tenant, request))) }
  })
  app.delete('/directory/deletedItems/:id', async (request, reply) => {
    requirePermission(request, 'DELETE /directory/deletedItems/{id}')
    const application = find(tenant, request)
    requireMayManage(tenant, request, application.owners)
    tenant.directory.applications = tenant.directory.applications.filter((one) => one !== application)
    return reply.code(204).send()
  })
  app.post('/directory/deletedItems/:id/restore', async (request) => {
    requirePermission(request, 'POST /directory/deletedItems/{id}/restore')
    const application = find(tenant, request)
    requireMayManage(tenant, request, application.owners)
    application.deletedDateTime = null
    return { '@odata.type': '#microsoft.graph.application', ...json(application) }
  })
}
