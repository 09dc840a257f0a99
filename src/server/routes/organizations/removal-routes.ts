import Type from 'typebox'
import {
  DeleteBackups,
  Id,
  OrganizationView,
  PageOf,
  PageQuery,
  RemovalView,
  RemoveOrganization,
  statementText,
} from '../../../contract/index.ts'
import type { Removals } from '../../../organizations/index.ts'
import { reachedOrganizations } from '../../../security/index.ts'
import type { ApiServer } from '../../api-server.ts'
import { sessionOf } from '../../guard.ts'

const ById = Type.Object({ id: Id })
const tags = ['removals']

/** 'Remove organization', its record, and what becomes of the backups. */
export function registerRemovalRoutes(app: ApiServer, services: { readonly removals: Removals }): void {
  const { removals } = services

  app.post(
    '/organizations/:id/removal',
    {
      schema: {
        operationId: 'removeOrganization',
        description:
          'Stops what runs, destroys the credential and says what is left. With `deleteApplication` it waits for the task `taskId` of an administrator.',
        tags,
        params: ById,
        body: RemoveOrganization,
        response: { 200: RemovalView },
      },
    },
    async (request) => removals.remove(request.params.id, request.body, request.operator),
  )

  app.get(
    '/organizations/:id/removal',
    {
      schema: {
        operationId: 'getOrganizationRemoval',
        tags,
        params: ById,
        response: { 200: RemovalView },
      },
    },
    async (request) => removals.of(request.params.id),
  )

  app.post(
    '/organizations/:id/removal/take-back',
    {
      schema: {
        operationId: 'takeBackRemoval',
        description: 'While the removal waits for an administrator.',
        tags,
        params: ById,
        response: { 200: OrganizationView },
      },
    },
    async (request) => removals.takeBack(request.params.id),
  )

  app.post(
    '/organizations/:id/backups-deletion',
    {
      schema: {
        operationId: 'deleteBackups',
        description: 'Deletes the backups of a removed organization in 7 days.',
        tags,
        params: ById,
        body: DeleteBackups,
        response: { 200: RemovalView },
      },
    },
    async (request) => removals.deleteBackups(request.params.id, request.body),
  )

  app.post(
    '/organizations/:id/backups-deletion/undo',
    {
      schema: {
        operationId: 'undoBackupsDeletion',
        tags,
        params: ById,
        response: { 200: RemovalView },
      },
    },
    async (request) => removals.undoDeletion(request.params.id),
  )

  app.get(
    '/removals',
    {
      schema: {
        operationId: 'listRemovals',
        tags,
        querystring: PageQuery,
        response: { 200: PageOf(RemovalView) },
      },
    },
    async (request) => removals.list(request.query, reachedOrganizations(sessionOf(request).reach)),
  )

  app.get(
    '/removals/:id',
    { schema: { operationId: 'getRemoval', tags, params: ById, response: { 200: RemovalView } } },
    async (request) => removals.get(request.params.id),
  )

  app.get(
    '/removals/:id/statement',
    {
      schema: {
        operationId: 'downloadRemovalStatement',
        description: 'The statement as text.',
        tags,
        params: ById,
        produces: ['text/plain'],
      },
    },
    async (request, reply) => {
      const removal = await removals.get(request.params.id)
      const day = (removal.removedAt ?? removal.requestedAt).slice(0, 10)
      return reply
        .header('content-disposition', `attachment; filename="removal-${day}.txt"`)
        .type('text/plain; charset=utf-8')
        .send(statementText(removal))
    },
  )
}
