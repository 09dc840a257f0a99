/**
 * Brings the content of many files to the disk: blobs are gathered by pack, neighbours fetched in one request, and opened and written by
 * worker threads while the next request is under way. Memory: a few requests of 8 MiB, and what is known of the files of one round.
 */
import { isAppError } from '../../errors/index.ts'
import type { RepositoryInternals } from '../create-repository.ts'
import { sealOverhead } from '../format/crypto.ts'
import { inParallel } from '../maintain/in-parallel.ts'
import type { BlobLocation } from '../read/blob-index.ts'
import { loadBlobFrom } from '../read/load-blob.ts'
import { type Span, spansOf } from '../read/spans.ts'
import type { FileWorkers } from './file-workers.ts'
import type { BlobUse, NewFile } from './write-worker.ts'

const largestRequest = 8 * 1024 * 1024
const filesPerTask = 500

/** A file whose content is to be written. */
export interface PlannedFile extends NewFile {
  readonly content: readonly string[]
  /** For messages. */
  readonly location: string
}

export interface ContentContext {
  readonly internals: RepositoryInternals
  readonly workers: FileWorkers
  readonly signal: AbortSignal
  /** A file is whole and has its name, or never will be: then `failure` says why. */
  readonly onFile: (file: PlannedFile, failure: string | undefined) => void
  /** Content bytes that were written. */
  readonly onBytes: (bytes: number) => void
}

/** A file with parts still to come. */
interface OpenFile {
  readonly file: PlannedFile
  remaining: number
  failure: string | undefined
}

/** A blob and all places it goes to. */
interface Wanted {
  readonly blob: BlobLocation
  readonly uses: { readonly open: OpenFile; readonly use: BlobUse }[]
}

type Packs = ReadonlyMap<string, ReadonlyMap<string, Wanted>>

/** Rejects when the store cannot be reached or the work is cancelled; no unfinished file is left behind then. */
export async function restoreContent(context: ContentContext, files: readonly PlannedFile[]): Promise<void> {
  const open = new Set<OpenFile>()
  try {
    await createEmptyFiles(
      context,
      files.filter(({ content }) => content.length === 0),
    )
    const packs = planPacks(context, files, open)
    await inParallel(requestsOf(packs), context.workers.threads + 1, async ({ pack, span }) => {
      context.signal.throwIfAborted()
      const wanted = span.blobs.flatMap(({ id }) => packs.get(pack)?.get(id) ?? [])
      await restoreRequest(context, pack, span, wanted)
      await finishFiles(context, open, wanted)
    })
  } finally {
    const paths = [...open].map(({ file }) => file.temporary)
    if (paths.length > 0) await context.workers.write('removeFiles', { paths })
  }
}

async function createEmptyFiles(context: ContentContext, files: readonly PlannedFile[]): Promise<void> {
  for (let from = 0; from < files.length; from += filesPerTask) {
    context.signal.throwIfAborted()
    const some = files.slice(from, from + filesPerTask)
    const faults = await context.workers.write('createEmpty', { files: some.map(newFile) })
    for (const [index, file] of some.entries()) context.onFile(file, faults[index]?.fault)
  }
}

function planPacks(context: ContentContext, files: readonly PlannedFile[], open: Set<OpenFile>): Packs {
  const index = context.internals.index()
  const packs = new Map<string, Map<string, Wanted>>()
  for (const file of files) {
    const places = file.content.map((id) => index.find('data', id)[0])
    const known = places.filter((place) => place !== undefined)
    if (known.length < places.length) {
      context.onFile(file, 'parts of it are in no index of the repository')
      continue
    }
    if (known.length === 0) continue
    const size = known.reduce((sum, place) => sum + plainLength(place), 0)
    const one: OpenFile = {
      file: size === file.size ? file : { ...file, size },
      remaining: known.length,
      failure: size === file.size ? undefined : `it has ${size} bytes, its node says ${file.size}`,
    }
    open.add(one)
    let offset = 0
    for (const blob of known) {
      const blobs = packs.get(blob.pack) ?? new Map<string, Wanted>()
      packs.set(blob.pack, blobs)
      const wanted = blobs.get(blob.id) ?? { blob, uses: [] }
      blobs.set(blob.id, wanted)
      const whole = known.length === 1 ? { whole: newFile(one.file) } : {}
      wanted.uses.push({ open: one, use: { temporary: file.temporary, offset, ...whole } })
      offset += plainLength(blob)
    }
  }
  return packs
}

function* requestsOf(packs: Packs): Iterable<{ readonly pack: string; readonly span: Span }> {
  for (const [pack, wanted] of packs) {
    const blobs = [...wanted.values()].map(({ blob }) => blob)
    for (const span of spansOf(blobs, largestRequest)) yield { pack, span }
  }
}

async function restoreRequest(
  context: ContentContext,
  pack: string,
  span: Span,
  wanted: readonly Wanted[],
): Promise<void> {
  const { workers, internals } = context
  const bytes = await loadSpan(context, pack, span)
  let damaged = wanted.map((_, position) => position)
  if (bytes) {
    const task = {
      key: internals.key,
      pack,
      bytes,
      offset: span.offset,
      blobs: span.blobs,
      uses: wanted.map(({ uses }) => uses.map(({ use }) => use)),
    }
    const result = await workers.write('restoreSpan', task, bytes)
    for (const { blob, use, fault } of result.faults) {
      const failed = wanted[blob]?.uses[use]
      if (failed) failed.open.failure ??= fault
    }
    damaged = result.damaged
  }
  for (const position of damaged) {
    const one = wanted[position]
    if (one) await restoreFromElsewhere(context, one)
  }
  for (const { blob, uses } of wanted) context.onBytes(plainLength(blob) * uses.length)
}

async function loadSpan(context: ContentContext, pack: string, span: Span): Promise<Buffer | undefined> {
  try {
    const range = { offset: span.offset, length: span.end - span.offset }
    return await context.internals.backend.load('data', pack, range, context.signal)
  } catch (cause) {
    // A pack that is missing or cut off: each blob is looked for by itself, in other packs, too.
    if (isAppError(cause, 'STO_FILE_MISSING') || isAppError(cause, 'STO_FILE_TOO_SHORT')) return undefined
    throw cause
  }
}

async function restoreFromElsewhere(context: ContentContext, { blob, uses }: Wanted): Promise<void> {
  const { internals, workers, signal } = context
  try {
    const places = internals.index().find('data', blob.id)
    const plain = await loadBlobFrom(internals, 'data', blob.id, places, signal)
    const faults = await workers.write('writeBlob', { plain, uses: uses.map(({ use }) => use) })
    for (const [index, { open }] of uses.entries()) open.failure ??= faults[index]?.fault
  } catch (cause) {
    if (!isAppError(cause, 'STO_BLOB_DAMAGED')) throw cause
    for (const { open } of uses) open.failure = cause.message
  }
}

/** Files whose last part was written get their metadata and names. */
async function finishFiles(
  context: ContentContext,
  open: Set<OpenFile>,
  wanted: readonly Wanted[],
): Promise<void> {
  const complete: OpenFile[] = []
  for (const { uses } of wanted) {
    for (const { open: one } of uses) if (--one.remaining === 0) complete.push(one)
  }
  const parts = complete.filter(({ file, failure }) => file.content.length > 1 && failure === undefined)
  if (parts.length > 0) {
    const faults = await context.workers.write('finishFiles', {
      files: parts.map(({ file }) => newFile(file)),
    })
    for (const [index, one] of parts.entries()) one.failure = faults[index]?.fault
  }
  const failed = complete.filter(({ failure }) => failure !== undefined)
  if (failed.length > 0)
    await context.workers.write('removeFiles', { paths: failed.map(({ file }) => file.temporary) })
  for (const one of complete) {
    open.delete(one)
    context.onFile(one.file, one.failure)
  }
}

function newFile({ temporary, path, size, metadata }: PlannedFile): NewFile {
  return { temporary, path, size, metadata }
}

export function plainLength({ uncompressedLength, length }: BlobLocation): number {
  return uncompressedLength ?? length - sealOverhead
}
