/**
 * A file on its way in. It is kept in memory until it is whole and has the hash that its name says; only then the place sees it.
 * All uploads of a handler together hold a bounded amount; the body of one that finds it full is not read until there is room.
 */
import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Backend, FileType } from '../backend.ts'
import type { UploadBudget } from './upload-budget.ts'

/** restic's locks, keys and config have some hundred bytes. */
const largestSmallFile = 65_536

export interface UploadLimits {
  /** Bytes of the largest pack, index or snapshot file. */
  readonly largestFile: number
  readonly budget: UploadBudget
}

/** Answers POST of a file: 200, 400 (other bytes than the name says), 413, or 415. Errors: `STO_FILE_EXISTS`, those of the place. */
export async function receiveFile(
  backend: Backend,
  type: FileType,
  name: string,
  request: IncomingMessage,
  response: ServerResponse,
  signal: AbortSignal,
  { largestFile, budget }: UploadLimits,
): Promise<void> {
  const limit = ['config', 'keys', 'locks'].includes(type) ? largestSmallFile : largestFile
  const announced = Number(request.headers['content-length'] ?? limit)
  if (!(announced <= limit)) return refuse(response, 413)
  if (await backend.stat(type, name, signal)) return refuse(response, 403)
  await budget.take(announced, signal)
  try {
    const bytes = await bodyOf(request, limit)
    if (!bytes) return refuse(response, 413)
    if (type !== 'config' && createHash('sha256').update(bytes).digest('hex') !== name)
      return refuse(response, 400)
    await backend.save(type, name, bytes, signal)
    response.writeHead(200).end()
  } finally {
    budget.give(announced)
  }
}

/** Undefined when it is longer than allowed. A body that breaks off rejects. */
async function bodyOf(request: IncomingMessage, limit: number): Promise<Buffer | undefined> {
  const parts: Buffer[] = []
  let length = 0
  // Leaving the loop must leave the connection for the answer.
  const body: AsyncIterable<Buffer> = request.iterator({ destroyOnReturn: false })
  for await (const part of body) {
    length += part.length
    if (length > limit) return undefined
    parts.push(part)
  }
  return Buffer.concat(parts, length)
}

/** What is left of the body is not wanted, so the connection ends with the answer. */
function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, { connection: 'close' }).end()
}
