import Type from 'typebox'
import { CreateExport, ExportQuery, ExportView, Id } from '../../../contract/index.ts'
import type { Database } from '../../../database/index.ts'
import type { DownloadService } from '../../../jobs/index.ts'
import type { ApiServer } from '../../api-server.ts'
import { requireReached } from '../../authorize.ts'
import { sendDownload } from './send-download.ts'

const ById = Type.Object({ id: Id })
const tags = ['mail']

/** Many items as one ZIP or one file: ask for it, then fetch it with a plain link. */
export function registerExportRoutes(
  app: ApiServer,
  services: {
    readonly db: Database
    readonly downloads: DownloadService
    readonly organizations: { get(id: string): Promise<unknown> }
  },
): void {
  app.post(
    '/organizations/:id/exports',
    {
      schema: {
        operationId: 'createExport',
        tags,
        params: ById,
        body: CreateExport,
        response: { 201: ExportView },
      },
    },
    async (request, reply) => {
      await services.organizations.get(request.params.id)
      await requireReached(services.db, request, request.body.selection)
      const view = await services.downloads.createExport(
        request.params.id,
        request.operator.id,
        request.body.selection,
      )
      return reply.code(201).send(view)
    },
  )

  app.get(
    '/exports/:id',
    { schema: { operationId: 'downloadExport', tags, params: ById, querystring: ExportQuery } },
    async (request, reply) =>
      sendDownload(
        reply,
        await services.downloads.openExport(request.params.id, request.operator.id, request.query.as),
      ),
  )
}
