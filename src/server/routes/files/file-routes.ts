/** Looking at drives that are backed up: folders, files, search, and one file to be saved. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { listDrives, listFileVersions, listFolderContent, searchFiles } from '../../../catalog/index.ts'
import {
  DriveQuery,
  DriveView,
  FileDetailView,
  FileQuery,
  FileSearchQuery,
  FileView,
  FolderContentView,
  Id,
  OlderVersion,
  OlderVersionView,
  PageOf,
  PageQuery,
} from '../../../contract/index.ts'
import type { Database } from '../../../database/index.ts'
import type { FileDownloads } from '../../../jobs/index.ts'
import type { ApiServer } from '../../api-server.ts'
import { mailboxesOf } from '../../authorize.ts'
import { downloadHeaders, shownHeaders } from '../exports/send-download.ts'
import { byteRange } from './byte-range.ts'

type OpenFile = Awaited<ReturnType<FileDownloads['open']>>

const ById = Type.Object({ id: Id })
const ByVersion = Type.Object({ id: Id, version: OlderVersion })
const tags = ['files']
const bytesText = 'The bytes, or one range of them (`Range: bytes=…`)'

export function registerFileRoutes(
  app: ApiServer,
  services: {
    readonly db: Database
    readonly fileDownloads: FileDownloads
    readonly organizations: { get(id: string): Promise<unknown> }
  },
): void {
  const { db, fileDownloads, organizations } = services

  app.get(
    '/organizations/:id/drives',
    {
      schema: {
        operationId: 'listDrives',
        tags,
        params: ById,
        querystring: DriveQuery,
        response: { 200: PageOf(DriveView) },
      },
    },
    async (request) => {
      await organizations.get(request.params.id)
      return listDrives(db, request.params.id, request.query, mailboxesOf(request))
    },
  )

  app.get(
    '/drives/:id/files',
    {
      schema: {
        operationId: 'listFiles',
        tags,
        params: ById,
        querystring: FileQuery,
        response: { 200: FolderContentView },
      },
    },
    async (request) => listFolderContent(db, request.params.id, request.query),
  )

  app.get(
    '/organizations/:id/file-search',
    {
      schema: {
        operationId: 'searchFiles',
        tags,
        params: ById,
        querystring: FileSearchQuery,
        response: { 200: PageOf(FileView) },
      },
    },
    async (request) => {
      await organizations.get(request.params.id)
      return searchFiles(db, request.params.id, request.query, mailboxesOf(request))
    },
  )

  app.get(
    '/files/:id',
    { schema: { operationId: 'getFile', tags, params: ById, response: { 200: FileDetailView } } },
    async (request) => fileDownloads.detail(request.params.id),
  )

  app.get(
    '/files/:id/preview',
    {
      schema: {
        operationId: 'previewFile',
        tags,
        params: ById,
        description: 'A picture, or the beginning of a text as plain text',
      },
    },
    async (request, reply) => {
      const { contentType, bytes } = await fileDownloads.preview(request.params.id)
      return reply.headers(shownHeaders(contentType)).send(bytes)
    },
  )

  app.get(
    '/files/:id/content',
    {
      schema: {
        operationId: 'downloadFile',
        tags,
        params: ById,
        description: bytesText,
      },
    },
    async (request, reply) => sendFile(request, reply, await fileDownloads.open(request.params.id)),
  )

  app.get(
    '/files/:id/versions',
    {
      schema: {
        operationId: 'listFileVersions',
        tags,
        params: ById,
        querystring: PageQuery,
        description: 'Older versions of the file that Microsoft kept and the backup took, newest first',
        response: { 200: PageOf(OlderVersionView) },
      },
    },
    async (request) => listFileVersions(db, request.params.id, request.query),
  )

  app.get(
    '/files/:id/versions/:version/content',
    { schema: { operationId: 'downloadFileVersion', tags, params: ByVersion, description: bytesText } },
    async (request, reply) => {
      const { id, version } = request.params
      return sendFile(request, reply, await fileDownloads.open(id, version))
    },
  )
}

function sendFile(
  { headers: { range: asked, 'if-range': ifRange } }: Pick<FastifyRequest, 'headers'>,
  reply: Pick<FastifyReply, 'code'>,
  file: OpenFile,
): FastifyReply {
  const { name, size, tag } = file
  const etag = `"${tag}"`
  const range = byteRange(asked, ifRange?.toString(), etag, size)
  const headers = { ...downloadHeaders(name, 'application/octet-stream'), etag, 'accept-ranges': 'bytes' }
  if (range === 'beyond')
    return reply
      .code(416)
      .headers({ ...headers, 'content-range': `bytes */${size}`, 'content-length': 0 })
      .send('')
  const { start, end } = range === 'whole' ? { start: 0, end: size } : range
  return reply
    .code(range === 'whole' ? 200 : 206)
    .headers({
      ...headers,
      'content-length': end - start,
      ...(range === 'whole' ? {} : { 'content-range': `bytes ${start}-${end - 1}/${size}` }),
    })
    .send(file.read(start, end - start))
}
