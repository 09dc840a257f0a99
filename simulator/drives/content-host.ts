import { Readable } from 'node:stream'
import { setImmediate as breathe } from 'node:timers/promises'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { errorBody, GraphError } from '../graph/errors.ts'
import { type Faults, logRequests, type RequestLog } from '../observation/index.ts'
import { buffersOf, type FileContent, joinedContent } from './content.ts'
import type { DriveItem } from './drive.ts'
import { invalidRequest, itemNotFound, malwareDetected } from './failures.ts'
import type { House, UploadSession } from './house.ts'
import { itemJson, sealOf } from './present.ts'
import { storeFile } from './store-file.ts'

/** The host that content comes from and goes to. Its addresses are keys of their own: a token sent along is a mistake. */

const granularity = 327_680
const largestFragment = 60 * 1024 * 1024

const refuseToken = (request: FastifyRequest): void => {
  if (request.headers.authorization === undefined) return
  throw new GraphError(
    401,
    'unauthenticated',
    'The address is its own authorization: send no Authorization header.',
  )
}

type Download = {
  readonly item: DriveItem
  readonly content: FileContent
  readonly tag: string
  readonly appId: string
}

function downloadOf(house: House, request: FastifyRequest): Download {
  const { text = '' } = request.params as Record<string, string>
  const { tempauth } = request.query as Record<string, string>
  if (tempauth !== sealOf(house, text)) throw new GraphError(401, 'unauthenticated', 'Access denied')
  const [driveId, itemId, number, expires, appId] = JSON.parse(Buffer.from(text, 'base64url').toString()) as [
    string,
    string,
    number | null,
    number,
    string,
  ]
  if (house.tenant.clock.now() > expires)
    throw new GraphError(401, 'unauthenticated', 'The access token has expired.')
  const drive = house.archive.drive(driveId)
  if (drive.lock)
    throw new GraphError(423, drive.lock, 'The resource you are attempting to access is locked.')
  const item = drive.items.get(itemId)
  const older = item?.file?.older.find((version) => version.number === number)
  const content = number === null ? item?.file?.content : older?.content
  if (!item || !content) throw itemNotFound()
  if (item.faults.has('malware')) throw malwareDetected()
  return { item, content, tag: `"{${item.id}},${number ?? item.contentChangedAt}"`, appId }
}

async function* paced(content: FileContent, start: number, end: number): AsyncGenerator<Buffer> {
  for (const bytes of buffersOf(content, start, end)) {
    yield bytes
    await breathe()
  }
}

function download(house: House, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { content, tag, appId } = downloadOf(house, request)
  const { behaviour } = house
  const userAgent = String(request.headers['user-agent'] ?? '')
  if (behaviour.chargeDownloads) reply.headers(house.throttle.enter(appId, 1, 'GET download', userAgent))
  const range = behaviour.ignoreRange ? null : /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '')
  const start = range ? Number(range[1]) : 0
  const end = range?.[2] ? Math.min(content.size, Number(range[2]) + 1) : content.size
  if (range && (start >= content.size || end <= start)) {
    return reply.code(416).header('content-range', `bytes */${content.size}`).send()
  }
  reply
    .code(range ? 206 : 200)
    .headers({ 'content-length': end - start, 'accept-ranges': 'bytes', etag: tag })
    .type('application/octet-stream')
  if (range) reply.header('content-range', `bytes ${start}-${end - 1}/${content.size}`)
  if (behaviour.breakAfterBytes === 0 || behaviour.breaks === 0 || end - start <= behaviour.breakAfterBytes)
    return reply.send(Readable.from(paced(content, start, end), { objectMode: false }))
  behaviour.breaks -= 1
  const cut = paced(content, start, start + behaviour.breakAfterBytes)
  // What was sent so far has to reach the client before the connection breaks.
  const body = async function* () {
    yield* cut
    await new Promise((resolve) => setTimeout(resolve, 50))
    request.raw.socket.destroy()
  }
  return reply.send(Readable.from(body(), { objectMode: false }))
}

function sessionOf(house: House, request: FastifyRequest): UploadSession {
  refuseToken(request)
  const { key = '' } = request.params as Record<string, string>
  const session = house.uploads.get(key)
  if (!session || session.expires < house.tenant.clock.now()) throw itemNotFound()
  return session
}

const progress = (session: UploadSession) => ({
  expirationDateTime: new Date(session.expires).toISOString(),
  nextExpectedRanges: [`${session.received}-`],
})

function takeFragment(house: House, request: FastifyRequest, reply: FastifyReply): unknown {
  const session = sessionOf(house, request)
  const range = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(request.headers['content-range'] ?? '')
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
  const [start, end, total] = [Number(range?.[1]), Number(range?.[2]), Number(range?.[3])]
  if (!range || end - start + 1 !== body.length || end >= total || total !== (session.total ?? total))
    throw invalidRequest('The Content-Range header does not fit the content.')
  if (body.length >= largestFragment)
    throw new GraphError(413, 'requestEntityTooLarge', 'The maximum fragment size is 60 MiB.')
  const isLast = end + 1 === total
  if (!isLast && body.length % granularity !== 0)
    throw invalidRequest('The fragment must be a multiple of 320 KiB.')
  if (start !== session.received)
    throw new GraphError(
      416,
      'invalidRange',
      'The uploaded fragment overlaps with data that has already been received.',
      {
        inner: { code: start < session.received ? 'fragmentOverlap' : 'fragmentOutOfOrder' },
      },
    )
  session.total = total
  // Runs of zeros are kept as their length: files beyond the memory of the machine are made of them.
  session.parts.push(body.some((byte) => byte !== 0) ? body : body.length)
  session.received = end + 1
  if (!isLast) return reply.code(202).send(progress(session))
  const { drive, parent, name, conflict, fileSystemInfo } = session
  const content = joinedContent(session.parts)
  const stored = storeFile(house, drive, parent, { name, content, conflict, fileSystemInfo })
  house.uploads.delete((request.params as Record<string, string>)['key'] ?? '')
  return reply.code(stored.isNew ? 201 : 200).send(itemJson(house, drive, stored.item))
}

/** Registers both on a server of their own. Rules of faults find it as `content`. */
export const registerContentHost = (
  app: FastifyInstance,
  { house, faults, log }: { house: House; faults: Faults; log: RequestLog },
): void => {
  logRequests(app, {
    server: 'content',
    log,
    now: () => house.tenant.clock.now(),
    batched: () => false,
    appId: () => undefined,
  })
  app.addHook('onRequest', async (request, reply) =>
    (await faults.apply('content', request, reply)) ? reply : undefined,
  )
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  app.setErrorHandler((error, request, reply) => {
    const known =
      error instanceof GraphError
        ? error
        : new GraphError(500, 'generalException', 'General exception while processing')
    const body = errorBody(known, house.tenant.clock.now(), request.id, request.id)
    return reply
      .code(known.status)
      .headers(known.options.headers ?? {})
      .type('application/json')
      .send(body)
  })
  app.get('/download/:text', async (request, reply) => {
    refuseToken(request)
    return download(house, request, reply)
  })
  app.put('/upload/:key', async (request, reply) => takeFragment(house, request, reply))
  app.get('/upload/:key', async (request) => progress(sessionOf(house, request)))
  app.delete('/upload/:key', async (request, reply) => {
    sessionOf(house, request)
    house.uploads.delete((request.params as Record<string, string>)['key'] ?? '')
    return reply.code(204).send()
  })
}
