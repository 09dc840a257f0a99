/** Looking at what is backed up: mailboxes, folders, mails, search, and one mail safely shown. */
import Type from 'typebox'
import { listFolders, listItems, listMailboxes, searchItems } from '../../../catalog/index.ts'
import {
  AtQuery,
  FolderView,
  Id,
  MailboxQuery,
  MailboxSettingsView,
  MailboxView,
  MailDetailView,
  MailItemQuery,
  MailItemView,
  MailSearchQuery,
  PageOf,
} from '../../../contract/index.ts'
import type { Database } from '../../../database/index.ts'
import type { DownloadService } from '../../../jobs/index.ts'
import { previewHeaders } from '../../../workloads/index.ts'
import type { ApiServer } from '../../api-server.ts'
import { mailboxesOf } from '../../authorize.ts'
import { sendDownload } from '../exports/send-download.ts'

const ById = Type.Object({ id: Id })
const tags = ['mail']

export function registerMailRoutes(
  app: ApiServer,
  services: {
    readonly db: Database
    readonly downloads: DownloadService
    readonly organizations: { get(id: string): Promise<unknown> }
  },
): void {
  const { db, downloads, organizations } = services

  app.get(
    '/organizations/:id/mailboxes',
    {
      schema: {
        operationId: 'listMailboxes',
        tags,
        params: ById,
        querystring: MailboxQuery,
        response: { 200: PageOf(MailboxView) },
      },
    },
    async (request) => {
      await organizations.get(request.params.id)
      return listMailboxes(db, request.params.id, request.query, mailboxesOf(request))
    },
  )

  app.get(
    '/mailboxes/:id/folders',
    {
      schema: {
        operationId: 'listFolders',
        tags,
        params: ById,
        querystring: AtQuery,
        response: { 200: PageOf(FolderView) },
      },
    },
    // All of them at once: a tree cannot be shown in pages, and Exchange bounds their number.
    async (request) => ({
      items: await listFolders(db, request.params.id, request.query.at),
      nextCursor: null,
    }),
  )

  app.get(
    '/mailboxes/:id/settings',
    {
      schema: {
        operationId: 'getMailboxSettings',
        tags,
        params: ById,
        querystring: AtQuery,
        response: { 200: MailboxSettingsView },
      },
    },
    async (request) => downloads.settings(request.params.id, request.query.at),
  )

  app.get(
    '/mailboxes/:id/items',
    {
      schema: {
        operationId: 'listMails',
        tags,
        params: ById,
        querystring: MailItemQuery,
        response: { 200: PageOf(MailItemView) },
      },
    },
    async (request) => listItems(db, request.params.id, request.query),
  )

  app.get(
    '/organizations/:id/search',
    {
      schema: {
        operationId: 'searchMails',
        tags,
        params: ById,
        querystring: MailSearchQuery,
        response: { 200: PageOf(MailItemView) },
      },
    },
    async (request) => {
      await organizations.get(request.params.id)
      return searchItems(db, request.params.id, request.query, mailboxesOf(request))
    },
  )

  app.get(
    '/items/:id',
    { schema: { operationId: 'getMail', tags, params: ById, response: { 200: MailDetailView } } },
    async (request) => downloads.detail(request.params.id, request.signal),
  )

  app.get(
    '/items/:id/preview',
    {
      schema: {
        operationId: 'previewMail',
        tags,
        params: ById,
        description: 'The body as a page that can do nothing',
      },
    },
    async (request, reply) => {
      const page = await downloads.preview(request.params.id, request.signal)
      return reply.headers(previewHeaders).send(page)
    },
  )

  app.get(
    '/items/:id/attachments/:index',
    {
      schema: {
        operationId: 'downloadAttachment',
        tags,
        params: Type.Object({ id: Id, index: Type.Integer({ minimum: 0, maximum: 10_000 }) }),
      },
    },
    async ({ params: { id, index }, signal }, reply) => {
      const attachment = await downloads.attachment(id, index, signal)
      return sendDownload(reply, { ...attachment, contentType: 'application/octet-stream' })
    },
  )

  app.get(
    '/items/:id/eml',
    { schema: { operationId: 'downloadEml', tags, params: ById } },
    async (request, reply) => {
      const { name, size, content } = await downloads.eml(request.params.id)
      return sendDownload(reply, { name, contentType: 'message/rfc822', size, content })
    },
  )
}
