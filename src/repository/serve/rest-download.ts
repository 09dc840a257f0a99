/** Files and listings on their way to a client, piece by piece and no faster than it reads. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Backend, FileType, StoredFile } from '../backend.ts'
import { requestedRange } from './byte-range.ts'

const pieceSize = 4 * 1024 * 1024
const version2 = 'application/vnd.x.restic.rest.v2'
const version1 = 'application/vnd.x.restic.rest.v1'

/** Answers GET and HEAD of a file: 200, 206, 404 or 416. */
export async function sendFile(
  backend: Backend,
  type: FileType,
  name: string,
  request: IncomingMessage,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  const state = await backend.stat(type, name, signal)
  if (!state) return void response.writeHead(404).end()
  const { size } = state
  const range = requestedRange(request.headers.range, size)
  if (range === 'unsatisfiable')
    return void response.writeHead(416, { 'content-range': `bytes */${size}` }).end()
  const { offset, length } = range ?? { offset: 0, length: size }
  const headers = {
    'content-type': 'application/octet-stream',
    'content-length': length,
    'accept-ranges': 'bytes',
    ...(range ? { 'content-range': `bytes ${offset}-${offset + length - 1}/${size}` } : {}),
  }
  if (request.method === 'HEAD') return void response.writeHead(200, headers).end()
  const pieces = piecesOf(backend, type, name, offset, length, signal)
  // The first one before the status: what cannot be read is an error then, not an answer that breaks off.
  const first = await pieces.next()
  response.writeHead(range ? 206 : 200, headers)
  if (first.done) return void response.end()
  await pipeline(Readable.from(after(first.value, pieces)), response, { signal })
}

/** Answers the listing of a kind of files in the version that the client asks for. */
export async function sendListing(
  backend: Backend,
  type: FileType,
  request: IncomingMessage,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  const withSizes = (request.headers.accept ?? '').includes(version2)
  const files = backend.list(type, signal)[Symbol.asyncIterator]()
  const first = await files.next()
  response.writeHead(200, { 'content-type': withSizes ? version2 : version1 })
  async function* parts() {
    yield '['
    let separator = ''
    for (let next = first; !next.done; next = await files.next()) {
      yield `${separator}${JSON.stringify(entryOf(next.value, withSizes))}`
      separator = ','
    }
    yield ']'
  }
  await pipeline(Readable.from(gathered(parts())), response, { signal })
}

function entryOf({ name, size }: StoredFile, withSizes: boolean): object | string {
  return withSizes ? { name, size } : name
}

async function* piecesOf(
  backend: Backend,
  type: FileType,
  name: string,
  offset: number,
  length: number,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  for (let at = 0; at < length; at += pieceSize) {
    const range = { offset: offset + at, length: Math.min(pieceSize, length - at) }
    yield await backend.load(type, name, range, signal)
  }
}

async function* after<T>(first: T, rest: AsyncIterable<T>): AsyncGenerator<T> {
  yield first
  yield* rest
}

/** Small texts put together, so that each write is worth it. */
async function* gathered(parts: AsyncIterable<string>): AsyncGenerator<Buffer> {
  let text = ''
  for await (const part of parts) {
    text += part
    if (text.length < 32_768) continue
    yield Buffer.from(text)
    text = ''
  }
  if (text !== '') yield Buffer.from(text)
}
