/**
 * The content of a file, from Microsoft into the repository. A download that breaks goes on where it broke, an address that has ended is
 * asked for again, and the hash is compared with Microsoft's.
 */
import {
  type GraphClient,
  graphPath,
  isAccessDenied,
  isMicrosoftError,
  isNotFound,
} from '../../microsoft/index.ts'
import type { RepositoryWriter, StoredContent } from '../../repository/index.ts'
import { fail } from '../errors.ts'
import {
  type DriveFile,
  type DriveFolder,
  driveItemFields,
  type GraphDriveItem,
  readDriveItem,
} from './drive-item.ts'
import { createQuickXorHash } from './quick-xor-hash.ts'

/** OneDrive takes files of at most 250 GB ("Restrictions and limitations in OneDrive and SharePoint", 2026). */
const longestFile = 256 * 1024 ** 3
/** One request brings at most so much, so that its time limit holds for a slow line, too: 1 GiB in an hour is 2.4 Mbit/s. */
const longestRequest = 1024 ** 3
const requestTimeLimit = 3_600_000
/** Without a single byte in between, before the file counts as failed. */
const triesInARow = 5

export interface FetchedFile {
  readonly stored: StoredContent
  /**
   * `differs`: what Microsoft gives is not what its hash says, twice the same bytes. It is known of files that SharePoint rewrites or that are
   * labelled; they are kept as they came.
   */
  readonly hash: 'verified' | 'absent' | 'differs'
}

/**
 * Stores a file as it is now. The length that counts is the one that comes with the bytes: sizes that Microsoft lists are at times not those of
 * what it gives, for pictures of phones, Office files and PDFs (OneDrive/onedrive-api-docs, issues 492 and 1723). Where they differ, the file is
 * looked up once more, to rule out that it was just changed, and read to the end of its own length.
 * @throws WRK_FILE_INFECTED; WRK_FILE_CHANGED when it changes while it is read; WRK_FILE_INCOMPLETE; MicrosoftError; what the writer throws
 */
export async function fetchFile(
  graph: GraphClient,
  writer: RepositoryWriter,
  driveId: string,
  file: DriveFile,
  signal: AbortSignal,
): Promise<FetchedFile> {
  if (file.malware) throw fail('WRK_FILE_INFECTED')
  let before: string | undefined
  // What is listed as empty is asked for where nothing says that it is.
  let lengthComes = file.size === 0 && file.quickXorHash !== hashOfNothing
  let source = sourceOf(graph, driveId, file, signal)
  for (;;) {
    const hash = createQuickXorHash()
    try {
      const isGuess = lengthComes
      const stored = await writer.saveContent(bytesOf(graph, { ...source, isGuess }, signal, hash))
      if (file.quickXorHash === null) return { stored, hash: 'absent' }
      const digest = hash.digest()
      if (digest === file.quickXorHash) return { stored, hash: 'verified' }
      // The same twice is what Microsoft has; anything else was damaged on its way.
      if (digest === before) return { stored, hash: 'differs' }
      if (before !== undefined) throw fail('WRK_FILE_INCOMPLETE', { bytes: file.size })
      before = digest
    } catch (error) {
      if (!(error instanceof OtherLength)) throw error
      // It may just have been changed: then its tag is another one, and this throws.
      source = { ...source, address: await renewedAddress(graph, driveId, file, signal) }
      lengthComes = true
    }
  }
}

/** More or fewer bytes are on their way than the listing told. */
class OtherLength extends Error {}

const hashOfNothing = createQuickXorHash().digest()

/** The content of a file as it is now, unverified. @param start the first byte that is wanted. @throws as `fetchFile` */
export function readContent(
  graph: GraphClient,
  driveId: string,
  file: DriveFile,
  signal: AbortSignal,
  start = 0,
): AsyncGenerator<Uint8Array> {
  const source = { ...sourceOf(graph, driveId, file, signal), isGuess: true }
  return bytesOf(graph, source, signal, undefined, start)
}

/** Where bytes come from: an address that holds for some minutes, and how to get another one. */
interface ContentSource {
  /** Bytes, as Microsoft says. */
  readonly size: number
  /** Whether the length that comes with the bytes counts instead of it. */
  readonly isGuess?: boolean
  /** Null where none was told yet. */
  readonly address: string | null
  /** Throws when it is not the same content any more. */
  readonly renew: () => Promise<string>
}

function sourceOf(graph: GraphClient, driveId: string, file: DriveFile, signal: AbortSignal): ContentSource {
  const { downloadUrl: address, size } = file
  return { size, address, renew: () => renewedAddress(graph, driveId, file, signal) }
}

/** @throws WRK_FILE_CHANGED when more bytes come than were told of; WRK_FILE_INCOMPLETE; MicrosoftError; what `renew` throws */
export async function* bytesOf(
  graph: GraphClient,
  { size: told, isGuess = false, address: known, renew }: ContentSource,
  signal: AbortSignal,
  hash?: { update(bytes: Uint8Array): void },
  start = 0,
): AsyncGenerator<Uint8Array> {
  let size = told
  let address = known
  let received = start
  let fruitless = 0
  let isSizeKnown = false
  while (received < size || (isGuess && !isSizeKnown)) {
    signal.throwIfAborted()
    address ??= await renew()
    fruitless += 1
    try {
      const onSize = (real: number) => {
        if (!isSizeKnown && isGuess) size = real
        if (real !== size) throw isSizeKnown || isGuess ? fail('WRK_FILE_CHANGED') : new OtherLength()
        isSizeKnown = true
      }
      for await (const piece of download(graph, address, received, size, onSize, signal)) {
        if (received + piece.length > size) throw fail('WRK_FILE_CHANGED')
        received += piece.length
        fruitless = 0
        hash?.update(piece)
        yield piece
      }
      // Where no length came with the bytes, the listed one counts.
      isSizeKnown = true
      if (fruitless > triesInARow) throw fail('WRK_FILE_INCOMPLETE', { bytes: size })
    } catch (error) {
      if (!mayGoOn(error) || fruitless > triesInARow || signal.aborted) throw error
      // Whether the address has ended or the line was cut: a fresh one also tells whether the file is still the same.
      address = null
    }
  }
}

/** The bytes from `start` on, at most as many as one request brings. */
async function* download(
  graph: GraphClient,
  address: string,
  start: number,
  size: number,
  onSize: (bytes: number) => void,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const end = Math.min(size, start + longestRequest)
  const whole = start === 0 && end === size
  const { status, headers, body } = await graph.request<AsyncIterable<Uint8Array>>({
    path: address,
    anonymous: true,
    as: 'stream',
    service: 'files',
    maxBytes: longestFile,
    timeoutMs: requestTimeLimit,
    headers: whole ? {} : { range: `bytes=${start}-${end - 1}` },
    signal,
  })
  const real = lengthOf(status, headers)
  // A range may be ignored: then the beginning comes once more.
  let skip = status === 206 || whole ? 0 : start
  let isTold = real === undefined
  const tell = () => {
    if (!isTold && real !== undefined) onSize(real)
    isTold = true
  }
  for await (const piece of body) {
    // Here, so that the connection is let go of when it is not what was wanted.
    tell()
    const rest = skip === 0 ? piece : piece.subarray(Math.min(skip, piece.length))
    skip -= piece.length - rest.length
    if (rest.length > 0) yield rest
  }
  tell()
}

/** Bytes of the whole content, as the answer says; undefined where it does not. */
function lengthOf(status: number, headers: Readonly<Record<string, string>>): number | undefined {
  if (headers['content-encoding'] !== undefined) return undefined
  const text =
    status === 206 ? /\/(\d+)$/.exec(headers['content-range'] ?? '')?.[1] : headers['content-length']
  return text === undefined || !/^\d+$/.test(text) ? undefined : Number(text)
}

/** A file or folder as it is now. @throws MicrosoftError, WRK_DRIVE_ITEM_INCOMPLETE */
export async function readEntry(
  graph: GraphClient,
  driveId: string,
  itemId: string,
  signal: AbortSignal,
): Promise<DriveFile | DriveFolder> {
  const { body } = await graph.request<GraphDriveItem>({
    path: graphPath`/drives/${driveId}/items/${itemId}`,
    query: { $select: driveItemFields.join(',') },
    service: 'files',
    signal,
  })
  return readDriveItem(body)
}

/** @throws WRK_FILE_CHANGED, WRK_FILE_INFECTED */
async function renewedAddress(
  graph: GraphClient,
  driveId: string,
  file: DriveFile,
  signal: AbortSignal,
): Promise<string> {
  const item = await readEntry(graph, driveId, file.externalId, signal)
  if (item.kind !== 'file' || item.contentTag !== file.contentTag) throw fail('WRK_FILE_CHANGED')
  if (item.malware) throw fail('WRK_FILE_INFECTED')
  if (item.downloadUrl === null)
    throw fail('WRK_DRIVE_ITEM_INCOMPLETE', { property: '@microsoft.graph.downloadUrl' })
  return item.downloadUrl
}

/** A broken line, an address that is no longer good (401, 403 and 404 all mean it there), or a file that has become shorter (416). */
function mayGoOn(error: unknown): boolean {
  if (!isMicrosoftError(error)) return false
  const status = error.microsoft.httpStatus
  if (status === undefined) return error.code === 'MSG_UNREACHABLE' || error.code === 'MSG_TIMEOUT'
  return status === 401 || status === 416 || isAccessDenied(error) || isNotFound(error)
}
