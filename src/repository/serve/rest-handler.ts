/**
 * restic's REST protocol over any backend, for `node:http` and what builds on it. Who may ask is decided before (`basicAccess`), and so
 * is the path of the repository; nothing here knows a password. Overwriting is refused in every mode, as rest-server does.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type AppError, isAppError } from '../../errors/index.ts'
import type { Backend } from '../backend.ts'
import { sendFile, sendListing } from './rest-download.ts'
import { isAllowed, methodsOf, type RestMode, type RestTarget, readTarget } from './rest-target.ts'
import { receiveFile, type UploadLimits } from './rest-upload.ts'
import { createUploadBudget } from './upload-budget.ts'

export interface RestHandlerOptions {
  readonly mode: RestMode
  /** Bytes of the largest file that is taken; default 256 MiB (restic's largest packs have 128 MiB and a little). */
  readonly largestFile?: number
  /** Bytes that all uploads together hold in memory; default as much as the largest file. */
  readonly uploadMemory?: number
  /** Milliseconds a connection may stand still in the middle of a request; default 120,000. */
  readonly idleLimit?: number
  /** Told after each request. */
  readonly onAccess?: (access: RestAccess) => void
}

export interface RestAccess {
  readonly method: string
  /** Path within the repository; of what is not part of the protocol only that. */
  readonly target: string
  readonly status: number
  /** False when the client went away before the answer was complete. */
  readonly complete: boolean
  /** What went wrong on this side, if anything. */
  readonly error?: AppError
}

/** Answers one request. `path` is relative to the repository and begins with a slash; a query is ignored. Never rejects. */
export type RestHandler = (request: IncomingMessage, response: ServerResponse, path: string) => Promise<void>

const defaultLargestFile = 256 * 1024 * 1024

export function createRestHandler(backend: Backend, options: RestHandlerOptions): RestHandler {
  const { mode, largestFile = defaultLargestFile, idleLimit = 120_000, onAccess } = options
  const limits = { largestFile, budget: createUploadBudget(options.uploadMemory ?? largestFile) }
  return async (request, response, address) => {
    const { method = '' } = request
    const path = address.replace(/\?.*$/s, '')
    const target = readTarget(path)
    const gone = new AbortController()
    const ended = new Promise<void>((resolve) => response.once('close', resolve))
    response.once('close', () => gone.abort(new Error('the client has gone')))
    response.setTimeout(idleLimit, () => response.destroy())
    let error: AppError | undefined
    try {
      await answer(backend, mode, target, request, response, gone.signal, limits)
    } catch (cause) {
      if (isAppError(cause)) error = cause
      refuseFor(cause, response)
    }
    await ended
    onAccess?.({
      method,
      target: target ? path : 'unknown',
      status: response.statusCode,
      complete: response.writableFinished,
      ...(error && response.statusCode >= 500 ? { error } : {}),
    })
  }
}

async function answer(
  backend: Backend,
  mode: RestMode,
  target: RestTarget | undefined,
  request: IncomingMessage,
  response: ServerResponse,
  signal: AbortSignal,
  limits: UploadLimits,
): Promise<void> {
  const { method = '' } = request
  if (!target) return void response.writeHead(404).end()
  const methods = methodsOf(target)
  if (!methods.includes(method)) return void response.writeHead(405, { allow: methods.join(', ') }).end()
  if (!isAllowed(mode, method, target))
    return void response.writeHead(403, { connection: method === 'POST' ? 'close' : 'keep-alive' }).end()
  // Places make their folders themselves.
  if (target.kind === 'repository') return void response.writeHead(200).end()
  if (target.kind === 'folder') return sendListing(backend, target.type, request, response, signal)
  const { type, name } = target
  if (method === 'POST') return receiveFile(backend, type, name, request, response, signal, limits)
  if (method !== 'DELETE') return sendFile(backend, type, name, request, response, signal)
  await backend.remove(type, name, signal)
  response.writeHead(200).end()
}

const statuses: Readonly<Record<string, number>> = {
  STO_FILE_MISSING: 404,
  STO_FILE_EXISTS: 403,
  STO_FILE_RETAINED: 403,
}

/** Nothing of the inside: the client's user need not own this server. */
function refuseFor(cause: unknown, response: ServerResponse): void {
  if (response.headersSent) return void response.destroy()
  const status = isAppError(cause) ? (statuses[cause.code] ?? 503) : 500
  response.writeHead(status, { connection: 'close' }).end()
}
