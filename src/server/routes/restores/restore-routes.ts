import Type from 'typebox'
import {
  CreateRestore,
  Id,
  PageOf,
  PageQuery,
  RestoredSettingsView,
  RestoreItemView,
  RestoreMailboxSettings,
  RestoreView,
} from '../../../contract/index.ts'
import type { Database } from '../../../database/index.ts'
import type { RestoreService, SettingsRestore } from '../../../jobs/index.ts'
import type { ApiServer } from '../../api-server.ts'
import { mailboxesOf, requireReached } from '../../authorize.ts'

const ById = Type.Object({ id: Id })
const tags = ['restores']

/** Putting mails back into their mailboxes. */
export function registerRestoreRoutes(
  app: ApiServer,
  services: {
    readonly db: Database
    readonly restores: RestoreService
    readonly settingsRestore: SettingsRestore
    readonly organizations: { get(id: string): Promise<unknown> }
  },
): void {
  const { restores } = services

  app.post(
    '/organizations/:id/restores',
    {
      schema: {
        operationId: 'createRestore',
        tags,
        params: ById,
        body: CreateRestore,
        response: { 202: RestoreView },
      },
    },
    async (request, reply) => {
      await requireReached(services.db, request, request.body.selection)
      const view = await restores.start(
        request.params.id,
        request.operator.id,
        request.body,
        mailboxesOf(request),
      )
      if (view.targetUser) request.audited['targetUser'] = view.targetUser
      if (view.targetDrive) request.audited['targetDrive'] = view.targetDrive
      return reply.code(202).send(view)
    },
  )

  app.post(
    '/mailboxes/:id/settings/restore',
    {
      schema: {
        operationId: 'restoreMailboxSettings',
        tags,
        params: ById,
        body: RestoreMailboxSettings,
        response: { 200: RestoredSettingsView },
      },
    },
    async (request) => {
      const { params, body } = request
      const view = await services.settingsRestore.restore(params.id, body, mailboxesOf(request))
      request.audited['targetUser'] = view.userPrincipalName
      return view
    },
  )

  app.get(
    '/organizations/:id/restores',
    {
      schema: {
        operationId: 'listRestores',
        tags,
        params: ById,
        querystring: PageQuery,
        response: { 200: PageOf(RestoreView) },
      },
    },
    async (request) => {
      await services.organizations.get(request.params.id)
      const only = mailboxesOf(request) === null ? null : request.operator.id
      return restores.list(request.params.id, request.query, only)
    },
  )

  app.get(
    '/restores/:id',
    { schema: { operationId: 'getRestore', tags, params: ById, response: { 200: RestoreView } } },
    async (request) => restores.get(request.params.id),
  )

  app.get(
    '/restores/:id/items',
    {
      schema: {
        operationId: 'listRestoreItems',
        tags,
        params: ById,
        querystring: PageQuery,
        response: { 200: PageOf(RestoreItemView) },
      },
    },
    async (request) => restores.items(request.params.id, request.query),
  )

  app.post(
    '/restores/:id/cancel',
    { schema: { operationId: 'cancelRestore', tags, params: ById, response: { 200: RestoreView } } },
    async (request) => restores.cancel(request.params.id),
  )
}
