import { Readable } from 'node:stream'
import Type from 'typebox'
import {
  CoverageEntry,
  CoverageExport,
  CoverageQuery,
  DashboardView,
  Id,
  PageOf,
} from '../../../contract/index.ts'
import type { Coverage } from '../../../jobs/index.ts'
import type { ApiServer } from '../../api-server.ts'

const ById = Type.Object({ id: Id })
const tags = ['protection']

/** What is not protected and why, and how the protection stands. */
export function registerCoverageRoutes(
  app: ApiServer,
  {
    coverage,
    organizations,
  }: {
    readonly coverage: Coverage
    readonly organizations: { get(id: string): Promise<unknown> }
  },
): void {
  app.get(
    '/organizations/:id/coverage',
    {
      schema: {
        operationId: 'listCoverage',
        tags,
        description: 'Everything of the tenant that is not protected, as the directory was read last.',
        params: ById,
        querystring: CoverageQuery,
        response: { 200: PageOf(CoverageEntry) },
      },
    },
    async (request) => coverage.list(request.params.id, request.query),
  )

  app.get(
    '/organizations/:id/coverage/export',
    {
      schema: {
        operationId: 'exportCoverage',
        tags,
        description: 'All that match, as CSV or as one JSON list.',
        params: ById,
        querystring: CoverageExport,
        produces: ['text/csv', 'application/json'],
      },
    },
    async (request, reply) => {
      const { params, query } = request
      await organizations.get(params.id)
      return reply
        .type(query.format === 'csv' ? 'text/csv; charset=utf-8' : 'application/json')
        .header('content-disposition', `attachment; filename="not-protected.${query.format}"`)
        .send(Readable.from(coverage.export(params.id, query)))
    },
  )

  app.get(
    '/organizations/:id/dashboard',
    { schema: { operationId: 'getDashboard', tags, params: ById, response: { 200: DashboardView } } },
    async (request) => coverage.dashboard(request.params.id),
  )
}
