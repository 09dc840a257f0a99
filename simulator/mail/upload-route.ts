import { randomBytes } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { GraphError } from '../graph/errors.ts'
import type { House, UploadSession } from './house.ts'

/** The address that an upload session gives: its own key, and no place for a token. Pieces come in order, at most 4 MB each. */

const pieceLimit = 4 * 1024 * 1024

/** The address is its own authorization: a token must not go there. */
const anonymousSession = (house: House, token: string, authorization: string | undefined): UploadSession => {
  if (authorization !== undefined)
    throw new GraphError(
      401,
      'InvalidAuthenticationToken',
      'The upload address is its own authorization: send no Authorization header.',
    )
  return sessionOf(house, token)
}

export const sessionOf = (house: House, token: string): UploadSession => {
  const session = house.uploads.get(token)
  if (!session || session.expires < house.tenant.clock.now() || !session.isThere())
    throw new GraphError(404, 'ErrorItemNotFound', 'The upload session was not found.')
  return session
}

export const progress = (session: UploadSession) => ({
  ExpirationDateTime: new Date(session.expires).toISOString(),
  NextExpectedRanges: [String(session.received)],
})

export const openSession = (
  house: House,
  given: Pick<UploadSession, 'size' | 'isThere' | 'finish'>,
): { readonly token: string; readonly expires: number } => {
  const token = randomBytes(24).toString('base64url')
  const expires = house.tenant.clock.now() + 3_600_000
  house.uploads.set(token, { ...given, chunks: [], received: 0, expires })
  return { token, expires }
}

/** One piece: says where to go on, or the address of what is whole. */
export const takePiece = async (
  house: House,
  token: string,
  session: UploadSession,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> => {
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
  house.uploads.delete(token)
  return reply
    .code(201)
    .header('location', await session.finish(Buffer.concat(session.chunks)))
    .send()
}

export const addUploadRoutes = (app: FastifyInstance, house: House): void => {
  if (!app.hasContentTypeParser('application/octet-stream'))
    app.addContentTypeParser('application/octet-stream', { parseAs: 'buffer' }, (_request, body, done) =>
      done(null, body),
    )
  const url = '/outlookUploads/:token'
  const config = { anonymous: true }
  app.put<{ Params: { token: string } }>(url, { config }, async (request, reply) => {
    const { token } = request.params
    const session = anonymousSession(house, token, request.headers.authorization)
    return takePiece(house, token, session, request, reply)
  })
  app.get<{ Params: { token: string } }>(url, { config }, async (request) =>
    progress(anonymousSession(house, request.params.token, request.headers.authorization)),
  )
  app.delete<{ Params: { token: string } }>(url, { config }, async (request, reply) => {
    anonymousSession(house, request.params.token, request.headers.authorization)
    house.uploads.delete(request.params.token)
    return reply.code(204).send()
  })
}
