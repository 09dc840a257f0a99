import type { FastifyInstance } from 'fastify'
import { GraphError } from '../graph/errors.ts'
import { attach } from './attachment-routes.ts'
import type { House, UploadSession } from './house.ts'
import { attachmentId } from './identifiers.ts'
import { freshKey } from './mailbox.ts'
import { messageIdIn } from './present-message.ts'

/** The address that an upload session gives: its own key, and no place for a token. Pieces come in order, at most 4 MB each. */

const pieceLimit = 4 * 1024 * 1024

const finish = async (house: House, session: UploadSession): Promise<string> => {
  const bytes = Buffer.concat(session.chunks)
  const key = `uploaded-${freshKey(session.mailbox)}`
  await attach(house, session.mailbox, session.message, {
    key,
    kind: 'file',
    name: session.name,
    contentType: session.contentType,
    size: bytes.length,
    isInline: session.isInline,
    ...(session.contentId === undefined ? {} : { contentId: session.contentId }),
    bytes: () => bytes,
  })
  const message = messageIdIn(session.message, session.immutableIds)
  return `${house.tenant.endpoints.graph}/v1.0/users('${session.mailbox.userId}')/messages('${message}')/attachments('${attachmentId(message, key)}')`
}

const sessionOf = (house: House, token: string, authorization: string | undefined): UploadSession => {
  if (authorization !== undefined)
    throw new GraphError(
      401,
      'InvalidAuthenticationToken',
      'The upload address is its own authorization: send no Authorization header.',
    )
  const session = house.uploads.get(token)
  if (
    !session ||
    session.expires < house.tenant.clock.now() ||
    !session.mailbox.messages.has(session.message.id)
  )
    throw new GraphError(404, 'ErrorItemNotFound', 'The upload session was not found.')
  return session
}

const progress = (session: UploadSession) => ({
  ExpirationDateTime: new Date(session.expires).toISOString(),
  NextExpectedRanges: [String(session.received)],
})

export const addUploadRoutes = (app: FastifyInstance, house: House): void => {
  if (!app.hasContentTypeParser('application/octet-stream'))
    app.addContentTypeParser('application/octet-stream', { parseAs: 'buffer' }, (_request, body, done) =>
      done(null, body),
    )
  const url = '/outlookUploads/:token'
  const config = { anonymous: true }
  app.put<{ Params: { token: string } }>(url, { config }, async (request, reply) => {
    const session = sessionOf(house, request.params.token, request.headers.authorization)
    const range = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(request.headers['content-range'] ?? '')
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
    const [start, end, total] = [Number(range?.[1]), Number(range?.[2]), Number(range?.[3])]
    if (!range || end - start + 1 !== body.length || total !== session.size || end >= total)
      throw new GraphError(
        400,
        'ErrorInvalidContentRange',
        'The Content-Range header does not fit the content or the announced size.',
      )
    if (body.length > pieceLimit)
      throw new GraphError(413, 'BadRequest', 'The maximum request length supported is 4MB.')
    if (start !== session.received)
      throw new GraphError(
        416,
        'ErrorInvalidContentRange',
        `The next expected range starts at ${session.received}.`,
      )
    session.chunks.push(body)
    session.received += body.length
    if (session.received < session.size) return progress(session)
    house.uploads.delete(request.params.token)
    return reply
      .code(201)
      .header('location', await finish(house, session))
      .send()
  })
  app.get<{ Params: { token: string } }>(url, { config }, async (request) =>
    progress(sessionOf(house, request.params.token, request.headers.authorization)),
  )
  app.delete<{ Params: { token: string } }>(url, { config }, async (request, reply) => {
    sessionOf(house, request.params.token, request.headers.authorization)
    house.uploads.delete(request.params.token)
    return reply.code(204).send()
  })
}
