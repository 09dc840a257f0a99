import Type from 'typebox'
import { Id, ItemFailureView, PageOf, PageQuery, RunResourceView, RunView } from '../../../contract/index.ts'
import type { RunService } from '../../../jobs/index.ts'
import type { ApiServer } from '../../api-server.ts'

const ById = Type.Object({ id: Id })
const tags = ['runs']

/** Backup runs and the restore points they made. */
export function registerRunRoutes(
  app: ApiServer,
  services: {
    readonly runs: RunService
    readonly organizations: { get(id: string): Promise<unknown> }
  },
): void {
  const { runs, organizations } = services

  app.post(
    '/organizations/:id/runs',
    { schema: { operationId: 'startRun', tags, params: ById, response: { 202: RunView } } },
    async (request, reply) => reply.code(202).send(await runs.start(request.params.id, request.operator.id)),
  )

  app.get(
    '/organizations/:id/runs',
    {
      schema: {
        operationId: 'listRuns',
        tags,
        params: ById,
        querystring: PageQuery,
        response: { 200: PageOf(RunView) },
      },
    },
    async (request) => {
      await organizations.get(request.params.id)
      return runs.list(request.params.id, request.query)
    },
  )

  app.get(
    '/organizations/:id/restore-points',
    {
      schema: {
        operationId: 'listRestorePoints',
        tags,
        params: ById,
        querystring: PageQuery,
        response: { 200: PageOf(RunView) },
      },
    },
    async (request) => {
      await organizations.get(request.params.id)
      return runs.restorePoints(request.params.id, request.query)
    },
  )

  app.get(
    '/runs/:id',
    { schema: { operationId: 'getRun', tags, params: ById, response: { 200: RunView } } },
    async (request) => runs.get(request.params.id),
  )

  app.get(
    '/runs/:id/resources',
    {
      schema: {
        operationId: 'listRunResources',
        tags,
        params: ById,
        querystring: PageQuery,
        response: { 200: PageOf(RunResourceView) },
      },
    },
    async (request) => runs.resources(request.params.id, request.query),
  )

  app.get(
    '/runs/:id/failures',
    {
      schema: {
        operationId: 'listRunFailures',
        tags,
        params: ById,
        querystring: PageQuery,
        response: { 200: PageOf(ItemFailureView) },
      },
    },
    async (request) => runs.failures(request.params.id, request.query),
  )

  app.post(
    '/runs/:id/cancel',
    { schema: { operationId: 'cancelRun', tags, params: ById, response: { 200: RunView } } },
    async (request) => runs.cancel(request.params.id),
  )
}
