/**
 * A server that speaks restic's REST protocol (rest-server, `rclone serve restic`, this product's own endpoint). Servers differ in
 * what they promise: rclone overwrites, so a save looks first, and saves of one name in this process wait for each other.
 * Source: restic doc/100_references.rst, “REST Backend”.
 */
import type * as Undici from 'undici'
import type { Dispatcher } from 'undici'
import { isAppError } from '../../errors/index.ts'
import type { Backend, FileType } from '../backend.ts'
import { fail } from '../errors.ts'
import { checkedName, isFileName } from './file-name.ts'
import { collectBody, exactRange, rangeHeader, totalOf } from './range-answer.ts'
import { readListing } from './rest-listing.ts'
import { type RetryingOptions, retryingBackend } from './retrying-backend.ts'
import { createTurns } from './turns.ts'

/** Account and certificates for a REST server, and how often is tried. */
export interface RestBackendOptions extends RetryingOptions {
  readonly user?: string
  readonly password?: string
  /** PEM of an authority to trust besides the usual ones. */
  readonly certificateAuthority?: string
  /** Connections at once; default 8. */
  readonly connections?: number
}

const place = 'REST server'
const listingVersion2 = 'application/vnd.x.restic.rest.v2'

/** `url` is the repository's address without user and password. Errors: `STO_LOCATION_INVALID`. */
export function restBackend(url: string, options: RestBackendOptions = {}): Backend {
  return retryingBackend(plainRestBackend(url, options), options)
}

function plainRestBackend(url: string, options: RestBackendOptions): Backend {
  const base = baseUrl(url)
  /** The HTTP client is a lot to load for whoever keeps repositories elsewhere. */
  let started:
    | Promise<{ readonly request: typeof Undici.request; readonly dispatcher: Dispatcher }>
    | undefined
  const client = () =>
    (started ??= import('undici').then(({ Agent, request }) => ({
      request,
      dispatcher: new Agent({
        connections: options.connections ?? 8,
        connect: {
          timeout: 15_000,
          ...(options.certificateAuthority ? { ca: options.certificateAuthority } : {}),
        },
      }),
    })))
  const { user, password = '' } = options
  const authorization =
    user === undefined
      ? {}
      : { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` }

  /** One request. 404 is an answer; refusals and failures become errors, and then the body is gone. */
  const send = async (
    action: string,
    type: FileType,
    name: string,
    method: Dispatcher.HttpMethod,
    path: string,
    extra: { headers?: Record<string, string>; body?: Uint8Array; signal?: AbortSignal | undefined } = {},
  ): Promise<Dispatcher.ResponseData> => {
    let answer: Dispatcher.ResponseData
    try {
      const { request, dispatcher } = await client()
      answer = await request(base + path, {
        dispatcher,
        method,
        headers: { ...authorization, ...extra.headers },
        ...(extra.body ? { body: extra.body } : {}),
        ...(extra.signal ? { signal: extra.signal } : {}),
      })
    } catch (cause) {
      extra.signal?.throwIfAborted()
      throw networkFailure(action, type, name, cause)
    }
    const { statusCode: status } = answer
    if ((status >= 200 && status < 300) || status === 404 || status === 416) return answer
    answer.body.on('error', () => undefined).destroy()
    const reason = `HTTP status ${status}`
    if (status === 401 || status === 403)
      throw fail('STO_STORAGE_DENIED', { place, action, type, name, reason })
    if (status === 408 || status === 429 || status >= 500)
      throw fail('STO_STORAGE_FAILED', { action, type, name, reason })
    throw fail('STO_STORAGE_UNSUITABLE', { place, action, type, name, reason })
  }
  const pathOf = (type: FileType, name: string) =>
    type === 'config' ? checkedName(type, name) : `${type}/${checkedName(type, name)}`
  const sizeOf = async (type: FileType, name: string, signal?: AbortSignal) => {
    const answer = await send('look at', type, name, 'HEAD', pathOf(type, name), { signal })
    await answer.body.dump()
    if (answer.statusCode === 404) return undefined
    const length = Number(answer.headers['content-length'])
    if (Number.isSafeInteger(length) && length >= 0) return length
    throw fail('STO_STORAGE_UNSUITABLE', {
      place,
      action: 'look at',
      type,
      name,
      reason: 'it tells no length',
    })
  }
  const saveNow = async (type: FileType, name: string, bytes: Uint8Array, signal?: AbortSignal) => {
    const path = pathOf(type, name)
    if ((await sizeOf(type, name, signal)) !== undefined) throw fail('STO_FILE_EXISTS', { type, name })
    // The first files of a repository: the folders may have to be made. A server that does not do this will say so below.
    if (type === 'keys')
      await send('save', type, name, 'POST', '?create=true', { signal }).then(drain, () => undefined)
    try {
      const body = { body: bytes, headers: { 'content-type': 'application/octet-stream' } }
      const answer = await send('save', type, name, 'POST', path, { ...body, signal })
      await drain(answer)
      if (answer.statusCode >= 400)
        throw fail('STO_STORAGE_UNSUITABLE', {
          place,
          action: 'save',
          type,
          name,
          reason: 'there is no such repository',
        })
    } catch (cause) {
      // Servers answer 403 both to what is not allowed and to what is there.
      if (isAppError(cause, 'STO_STORAGE_DENIED') && (await sizeOf(type, name, signal)) !== undefined)
        throw fail('STO_FILE_EXISTS', { type, name }, cause)
      throw cause
    }
  }
  const inTurn = createTurns()
  return {
    features: { kind: place, durable: true, appendOnly: false },
    async save(type, name, bytes, signal) {
      await inTurn(pathOf(type, name), () => saveNow(type, name, bytes, signal))
    },
    async load(type, name, range, signal) {
      const path = pathOf(type, name)
      if (range?.length === 0) {
        const size = await sizeOf(type, name, signal)
        if (size === undefined) throw fail('STO_FILE_MISSING', { type, name })
        return exactRange(type, name, range, size, Buffer.alloc(0))
      }
      const header = rangeHeader(range)
      const headers = header ? { range: header } : {}
      const answer = await send('load', type, name, 'GET', path, { headers, signal })
      if (answer.statusCode === 404) {
        await drain(answer)
        throw fail('STO_FILE_MISSING', { type, name })
      }
      if (range && answer.statusCode === 416) {
        await drain(answer)
        return exactRange(type, name, range, (await sizeOf(type, name, signal)) ?? 0, Buffer.alloc(0))
      }
      const bytes = await bodyOf(type, name, answer, signal)
      if (!range) return bytes
      if (answer.statusCode === 206) {
        const contentRange = String(answer.headers['content-range'] ?? '')
        return exactRange(type, name, range, totalOf(contentRange), bytes)
      }
      const part = bytes.subarray(range.offset, range.offset + range.length)
      return exactRange(type, name, range, bytes.length, part)
    },
    async *list(type, signal) {
      if (type === 'config') {
        const size = await sizeOf(type, 'config', signal)
        if (size !== undefined) yield { name: 'config', size }
        return
      }
      const headers = { accept: listingVersion2 }
      const answer = await send('list', type, '', 'GET', `${type}/`, { headers, signal })
      if (answer.statusCode === 404) return drain(answer)
      try {
        for await (const { name, size } of readListing(answer.body)) {
          if (!isFileName(type, name)) continue
          const known = size ?? (await sizeOf(type, name, signal))
          if (known !== undefined) yield { name, size: known }
        }
      } catch (cause) {
        signal?.throwIfAborted()
        throw isAppError(cause) ? cause : networkFailure('list', type, '', cause)
      } finally {
        answer.body.on('error', () => undefined).destroy()
      }
    },
    async remove(type, name, signal) {
      const path = pathOf(type, name)
      // rclone answers 200 to the removal of what is not there.
      if ((await sizeOf(type, name, signal)) === undefined) throw fail('STO_FILE_MISSING', { type, name })
      const answer = await send('remove', type, name, 'DELETE', path, { signal })
      await drain(answer)
      if (answer.statusCode === 404) throw fail('STO_FILE_MISSING', { type, name })
    },
    async stat(type, name, signal) {
      const size = await sizeOf(type, name, signal)
      return size === undefined ? undefined : { size }
    },
    close: async () => (await started)?.dispatcher.destroy(),
  }
}

function baseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !['http:', 'https:'].includes(url.protocol))
    throw fail('STO_LOCATION_INVALID', { location: 'rest:', reason: 'its address is no http or https URL' })
  if (url.username || url.password || url.search || url.hash)
    throw fail('STO_LOCATION_INVALID', {
      location: `${url.protocol}//${url.host}`,
      reason: 'its address holds more than host and path',
    })
  return url.href.endsWith('/') ? url.href : `${url.href}/`
}

async function drain(answer: Dispatcher.ResponseData): Promise<void> {
  await answer.body.dump()
}

async function bodyOf(
  type: FileType,
  name: string,
  answer: Dispatcher.ResponseData,
  signal: AbortSignal | undefined,
): Promise<Buffer> {
  try {
    return await collectBody(place, type, name, answer.body)
  } catch (cause) {
    signal?.throwIfAborted()
    throw isAppError(cause) ? cause : networkFailure('load', type, name, cause)
  }
}

/** The cause's code only: messages of the network may hold addresses. */
function networkFailure(action: string, type: FileType, name: string, cause: unknown): Error {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined
  const reason = code ?? (cause instanceof Error ? cause.message : 'the connection broke')
  return fail('STO_STORAGE_FAILED', { action, type, name, reason }, cause)
}
