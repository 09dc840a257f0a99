import Type from 'typebox'
import { type Alerts, alertCatalogue } from '../../../alerts/index.ts'
import {
  AcknowledgeAlert,
  type AlertKind,
  AlertQuery,
  AlertSettings,
  AlertThresholds,
  AlertView,
  ChannelTest,
  Id,
  PageOf,
  SaveChannel,
  SavedChannel,
} from '../../../contract/index.ts'
import { reachedOrganizations } from '../../../security/index.ts'
import type { ApiServer } from '../../api-server.ts'
import { sessionOf } from '../../guard.ts'

const ById = Type.Object({ id: Id })
const tags = ['alerts']

/** Alerts, and 'Settings > Alerts': where they are sent to. */
export function registerAlertRoutes(app: ApiServer, services: { readonly alerts: Alerts }): void {
  const { book, channels, thresholds } = services.alerts
  const settings = async (): Promise<AlertSettings> => ({
    thresholds: await thresholds.read(),
    channels: await channels.list(),
    kinds: Object.entries(alertCatalogue).map(([kind, { severity, name, meaning, remedy }]) => ({
      kind: kind as AlertKind,
      severity,
      name,
      meaning,
      remedy,
    })),
  })

  app.get(
    '/alerts',
    {
      schema: {
        operationId: 'listAlerts',
        tags,
        description: 'Newest first, with the number of all that match.',
        querystring: AlertQuery,
        response: { 200: PageOf(AlertView) },
      },
    },
    async (request) => book.list(request.query, reachedOrganizations(sessionOf(request).reach)),
  )
  app.get(
    '/alerts/:id',
    { schema: { operationId: 'getAlert', tags, params: ById, response: { 200: AlertView } } },
    async (request) => book.get(request.params.id, reachedOrganizations(sessionOf(request).reach)),
  )
  app.post(
    '/alerts/:id/acknowledge',
    {
      schema: {
        operationId: 'acknowledgeAlert',
        tags,
        description: 'Somebody has seen it: it is not told of again unless it becomes worse.',
        params: ById,
        body: AcknowledgeAlert,
        response: { 200: AlertView },
      },
    },
    async (request) =>
      book.acknowledge(
        request.params.id,
        { name: request.operator.userName, reason: request.body.reason },
        reachedOrganizations(sessionOf(request).reach),
      ),
  )

  app.get(
    '/settings/alerts',
    { schema: { operationId: 'getAlertSettings', tags, response: { 200: AlertSettings } } },
    settings,
  )
  app.put(
    '/settings/alerts',
    {
      schema: {
        operationId: 'setAlertThresholds',
        tags,
        body: AlertThresholds,
        response: { 200: AlertThresholds },
      },
    },
    async (request) => {
      request.audited['before'] = await thresholds.read()
      return thresholds.write(request.body)
    },
  )
  app.post(
    '/settings/alerts/channels',
    {
      schema: { operationId: 'createAlertChannel', tags, body: SaveChannel, response: { 201: SavedChannel } },
    },
    async (request, reply) => {
      const saved = await channels.create(request.body)
      request.audited['channel'] = saved.channel
      return reply.code(201).send(saved)
    },
  )
  app.put(
    '/settings/alerts/channels/:id',
    {
      schema: {
        operationId: 'saveAlertChannel',
        tags,
        description: 'Secrets that are not given stay, as long as they go where they went.',
        params: ById,
        body: SaveChannel,
        response: { 200: SavedChannel },
      },
    },
    async (request) => {
      request.audited['before'] = (await channels.list()).find(({ id }) => id === request.params.id)
      const saved = await channels.save(request.params.id, request.body)
      request.audited['after'] = saved.channel
      return saved
    },
  )
  app.delete(
    '/settings/alerts/channels/:id',
    { schema: { operationId: 'removeAlertChannel', tags, params: ById, response: { 204: Type.Null() } } },
    async (request, reply) => {
      request.audited['before'] = (await channels.list()).find(({ id }) => id === request.params.id)
      await channels.remove(request.params.id)
      return reply.code(204).send(null)
    },
  )
  app.post(
    '/settings/alerts/channels/:id/test',
    {
      schema: {
        operationId: 'testAlertChannel',
        tags,
        description: 'Sends a message at once and says how that went.',
        params: ById,
        response: { 200: ChannelTest },
      },
    },
    async (request) => channels.test(request.params.id),
  )
}
