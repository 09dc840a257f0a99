/**
 * Reads the content of files into the repository, many at once with bounded memory: small files by the batch, as many as are waiting;
 * large ones part by part. Who asks for a file waits while enough are on their way already.
 */
import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { release } from '../threads/release.ts'
import { smallestChunk } from '../write/chunker.ts'
import type { Fault } from './fault.ts'
import { entryOf, type FileEntry } from './file-entry.ts'
import type { FileWorkers } from './file-workers.ts'
import { pathBytes, type RawPath } from './raw-path.ts'

/** What a file held when it was read, or why it could not be read. */
export type FileContent =
  | { readonly entry: FileEntry; readonly content: readonly string[]; readonly size: number }
  | Fault

export interface FileReader {
  /** Resolves when there is room; `content` resolves when the file is in the writer's hands. */
  read(path: RawPath, size: number): Promise<{ readonly content: Promise<FileContent> }>
}

/** Stores a data blob; its bytes are taken over when the promise resolves. */
export type SaveBlob = (id: string, bytes: Uint8Array) => Promise<unknown>

const bytesPerBatch = 1024 * 1024
const filesPerBatch = 256
/** Files that wait or are being read. */
const mostWaiting = 1024

interface Request {
  readonly path: RawPath
  readonly size: number
  readonly resolve: (content: FileContent) => void
  readonly reject: (reason: unknown) => void
}

export function createFileReader(options: {
  readonly workers: FileWorkers
  readonly saveBlob: SaveBlob
  readonly polynomial: bigint
  readonly signal: AbortSignal
  /** Told of content bytes as they are read. */
  readonly onBytes: (bytes: number) => void
}): FileReader {
  const { workers, saveBlob, signal } = options
  const small: Request[] = []
  const large: Request[] = []
  const waiting: (() => void)[] = []
  let unfinished = 0
  let running = 0
  let failure: { readonly reason: unknown } | undefined

  const settle = (request: Request, content: FileContent) => {
    unfinished--
    request.resolve(content)
    waiting.shift()?.()
  }
  const giveUp = (reason: unknown) => {
    failure ??= { reason }
    for (const request of [...small.splice(0), ...large.splice(0)]) request.reject(reason)
    for (const wake of waiting.splice(0)) wake()
  }

  const readBatch = async (batch: readonly Request[]): Promise<void> => {
    const files = batch.map(({ path, size }) => ({ path, size }))
    const { bytes, files: read } = await workers.read('readSmallFiles', { files }, signal)
    for (const [index, request] of batch.entries()) {
      const file = read[index]
      if (!file) large.push(request)
      else if ('fault' in file) settle(request, file)
      else {
        const { id, entry, offset, length } = file
        if (length > 0) await saveBlob(id, bytes.subarray(offset, offset + length))
        options.onBytes(length)
        settle(request, { entry, content: length === 0 ? [] : [id], size: length })
      }
    }
    release(bytes)
  }

  const readLarge = async (request: Request): Promise<void> => {
    let file: Awaited<ReturnType<typeof open>>
    try {
      file = await open(pathBytes(request.path), readFlags)
    } catch (cause) {
      return settle(request, faultOf(cause))
    }
    try {
      const entry = entryOf(await file.stat({ bigint: true }))
      if (entry.type !== 'file') return settle(request, { fault: 'it is no file any more' })
      const content: string[] = []
      let size = 0
      for (let end = false; !end; ) {
        const task = { file: file.fd, position: size, polynomial: options.polynomial }
        const part = await workers.read('readPart', task, signal)
        if ('fault' in part) return settle(request, part)
        let offset = 0
        for (const [index, id] of part.ids.entries()) {
          const length = part.lengths[index] ?? 0
          await saveBlob(id, part.bytes.subarray(offset, offset + length))
          content.push(id)
          offset += length
        }
        release(part.bytes)
        options.onBytes(offset)
        size += offset
        end = part.end
      }
      settle(request, { entry, content, size })
    } finally {
      await file.close()
    }
  }

  const run = async (batch: readonly Request[], work: () => Promise<void>): Promise<void> => {
    running++
    try {
      await work()
    } catch (reason) {
      giveUp(reason)
      // Settling twice does nothing; only those that are still open are refused.
      for (const request of batch) request.reject(reason)
    } finally {
      running--
      advance()
    }
  }

  /** One task more than threads, so that a thread finds its next one while results are being stored. */
  const advance = (): void => {
    while (running <= workers.threads) {
      const next = large.shift()
      if (next) void run([next], () => readLarge(next))
      else if (small.length > 0) {
        const batch = nextBatch(small)
        void run(batch, () => readBatch(batch))
      } else return
    }
  }

  return {
    async read(path, size) {
      while (unfinished >= mostWaiting && !failure)
        await new Promise<void>((resolve) => waiting.push(resolve))
      if (failure) throw failure.reason
      signal.throwIfAborted()
      unfinished++
      const { promise, resolve, reject } = Promise.withResolvers<FileContent>()
      promise.catch(() => undefined)
      ;(size > smallestChunk ? large : small).push({ path, size, resolve, reject })
      advance()
      return { content: promise }
    },
  }
}

const readFlags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

function nextBatch(queue: Request[]): Request[] {
  let bytes = 0
  let count = 0
  for (const { size } of queue) {
    if (count > 0 && (bytes + size > bytesPerBatch || count >= filesPerBatch)) break
    bytes += size
    count++
  }
  return queue.splice(0, count)
}

function faultOf(cause: unknown): Fault {
  if (!(cause instanceof Error && 'code' in cause)) throw cause
  return { fault: String(cause.code) }
}
