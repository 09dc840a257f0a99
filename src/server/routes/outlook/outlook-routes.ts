/** Looking at calendars, contacts and tasks that are backed up: lists, search, one item safely shown, its file. Folders are those of mailboxes. */
import Type from 'typebox'
import {
  Id,
  OutlookContentQuery,
  OutlookItemDetailView,
  OutlookItemQuery,
  OutlookItemView,
  OutlookSearchQuery,
  PageOf,
} from '../../../contract/index.ts'
import type { OutlookDownloads } from '../../../jobs/index.ts'
import { previewHeaders } from '../../../workloads/index.ts'
import type { ApiServer } from '../../api-server.ts'
import { mailboxesOf } from '../../authorize.ts'
import { sendDownload, shownHeaders } from '../exports/send-download.ts'

const ById = Type.Object({ id: Id })
const tags = ['outlook']

export function registerOutlookRoutes(
  app: ApiServer,
  services: {
    readonly outlookDownloads: OutlookDownloads
    readonly organizations: { get(id: string): Promise<unknown> }
  },
): void {
  const { outlookDownloads, organizations } = services

  app.get(
    '/mailboxes/:id/outlook-items',
    {
      schema: {
        operationId: 'listOutlookItems',
        tags,
        params: ById,
        querystring: OutlookItemQuery,
        response: { 200: PageOf(OutlookItemView) },
      },
    },
    async (request) => outlookDownloads.list(request.params.id, request.query),
  )

  app.get(
    '/organizations/:id/outlook-search',
    {
      schema: {
        operationId: 'searchOutlookItems',
        tags,
        params: ById,
        querystring: OutlookSearchQuery,
        response: { 200: PageOf(OutlookItemView) },
      },
    },
    async (request) => {
      await organizations.get(request.params.id)
      return outlookDownloads.search(request.params.id, request.query, mailboxesOf(request))
    },
  )

  app.get(
    '/outlook-items/:id',
    {
      schema: {
        operationId: 'getOutlookItem',
        tags,
        params: ById,
        response: { 200: OutlookItemDetailView },
      },
    },
    async (request) => outlookDownloads.detail(request.params.id, request.signal),
  )

  app.get(
    '/outlook-items/:id/preview',
    {
      schema: {
        operationId: 'previewOutlookItem',
        tags,
        params: ById,
        description: 'The text as a page that can do nothing',
      },
    },
    async (request, reply) => {
      const page = await outlookDownloads.preview(request.params.id, request.signal)
      return reply.headers(previewHeaders).send(page)
    },
  )

  app.get(
    '/outlook-items/:id/photo',
    {
      schema: {
        operationId: 'showContactPhoto',
        tags,
        params: ById,
        description: 'The photo of a contact, where it is a picture of pixels',
      },
    },
    async (request, reply) => {
      const { contentType, bytes } = await outlookDownloads.photo(request.params.id, request.signal)
      return reply.headers(shownHeaders(contentType)).send(bytes)
    },
  )

  app.get(
    '/outlook-items/:id/attachments/:index',
    {
      schema: {
        operationId: 'downloadOutlookAttachment',
        tags,
        params: Type.Object({ id: Id, index: Type.Integer({ minimum: 0, maximum: 10_000 }) }),
      },
    },
    async ({ params: { id, index }, signal }, reply) => {
      const attachment = await outlookDownloads.attachment(id, index, signal)
      return sendDownload(reply, { ...attachment, contentType: 'application/octet-stream' })
    },
  )

  app.get(
    '/outlook-items/:id/content',
    {
      schema: {
        operationId: 'downloadOutlookItem',
        tags,
        params: ById,
        querystring: OutlookContentQuery,
        description:
          'The calendar file or card as it is stored, or what Microsoft Graph said of the item as JSON',
      },
    },
    async ({ params, query: { format = 'file' }, signal }, reply) =>
      sendDownload(reply, await outlookDownloads.open(params.id, format, signal)),
  )
}
