import Type from 'typebox'
import {
  EditOrganization,
  Id,
  OrganizationCheckView,
  OrganizationQuery,
  OrganizationView,
  PageOf,
  PageQuery,
} from '../../../contract/index.ts'
import type { Organizations } from '../../../organizations/index.ts'
import { reachedOrganizations } from '../../../security/index.ts'
import type { ApiServer } from '../../api-server.ts'
import { sessionOf } from '../../guard.ts'

const ById = Type.Object({ id: Id })
const tags = ['organizations']

export function registerOrganizationRoutes(
  app: ApiServer,
  services: { readonly organizations: Organizations },
): void {
  const { organizations } = services

  app.get(
    '/organizations',
    {
      schema: {
        operationId: 'listOrganizations',
        tags,
        querystring: OrganizationQuery,
        response: { 200: PageOf(OrganizationView) },
      },
    },
    async (request) => organizations.list(request.query, reachedOrganizations(sessionOf(request).reach)),
  )

  app.get(
    '/organizations/:id',
    { schema: { operationId: 'getOrganization', tags, params: ById, response: { 200: OrganizationView } } },
    async (request) => organizations.view(request.params.id),
  )

  app.patch(
    '/organizations/:id',
    {
      schema: {
        operationId: 'editOrganization',
        tags,
        params: ById,
        body: EditOrganization,
        response: { 200: OrganizationView },
      },
    },
    async (request) => organizations.edit(request.params.id, request.body),
  )

  app.post(
    '/organizations/:id/verify',
    {
      schema: {
        operationId: 'verifyOrganization',
        tags,
        params: ById,
        response: { 200: OrganizationView },
      },
    },
    async (request) => organizations.verify(request.params.id, AbortSignal.timeout(60_000)),
  )

  app.get(
    '/organizations/:id/checks',
    {
      schema: {
        operationId: 'listOrganizationChecks',
        tags,
        params: ById,
        querystring: PageQuery,
        response: { 200: PageOf(OrganizationCheckView) },
      },
    },
    async (request) => organizations.checks(request.params.id, request.query),
  )

  app.post(
    '/organizations/:id/drift/accept',
    {
      schema: {
        operationId: 'acceptOrganizationDrift',
        tags,
        params: ById,
        response: { 200: OrganizationView },
      },
    },
    async (request) => organizations.acceptDrift(request.params.id),
  )
}
