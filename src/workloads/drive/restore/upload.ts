/**
 * Puts content into a drive. An upload session carries the dates along, takes the content in fragments, and goes on where it broke: what
 * Microsoft has is asked for, and a session that has ended begins anew. ("driveItem: createUploadSession", Microsoft Graph, 2026)
 */
import { type GraphClient, graphPath, isMicrosoftError, isNotFound } from '../../../microsoft/index.ts'
import type { GraphDriveItem } from '../drive-item.ts'
import { fail } from './errors.ts'
import { writeUnits } from './target-folder.ts'

/** Fragments are multiples of 320 KiB, and less than 60 MiB; 10 MiB in ten minutes are 140 kbit/s. */
const fragmentBytes = 32 * 327_680
const fragmentTimeLimit = 600_000
/** Without a single fragment taken in between. */
const triesInARow = 5

export interface Upload {
  readonly driveId: string
  readonly folderId: string
  readonly name: string
  readonly size: number
  readonly conflict: 'fail' | 'replace'
  /** RFC 3339; null where nothing is known. */
  readonly createdAt: string | null
  readonly modifiedAt: string | null
  /** `length` bytes from `offset` on. */
  read(offset: number, length: number): AsyncIterable<Uint8Array>
}

type Session = { readonly uploadUrl: string }
type Progress = { readonly nextExpectedRanges?: readonly string[] }

/** @throws MicrosoftError (409: the name is taken; 507: no space); WRK_RESTORE_UPLOAD_LOST */
export async function upload(graph: GraphClient, file: Upload, signal: AbortSignal): Promise<GraphDriveItem> {
  return file.size === 0 ? uploadNothing(graph, file, signal) : uploadFragments(graph, file, signal)
}

export function fileSystemInfo({ createdAt, modifiedAt }: Pick<Upload, 'createdAt' | 'modifiedAt'>): object {
  return {
    ...(createdAt === null ? {} : { createdDateTime: createdAt }),
    ...(modifiedAt === null ? {} : { lastModifiedDateTime: modifiedAt }),
  }
}

/** A session cannot carry a file without bytes. */
async function uploadNothing(graph: GraphClient, file: Upload, signal: AbortSignal): Promise<GraphDriveItem> {
  const { driveId, folderId, name, conflict } = file
  const { body } = await graph.request<GraphDriveItem>({
    method: 'PUT',
    path: graphPath`/drives/${driveId}/items/${folderId}:/${name}:/content`,
    query: { '@microsoft.graph.conflictBehavior': conflict },
    headers: { 'content-type': 'application/octet-stream' },
    body: new Uint8Array(0),
    service: 'files',
    weight: writeUnits,
    priority: 'high',
    signal,
  })
  return setDates(graph, driveId, body.id, file, signal)
}

/** Created and modified as they were. */
export async function setDates(
  graph: GraphClient,
  driveId: string,
  itemId: string,
  dates: Pick<Upload, 'createdAt' | 'modifiedAt'>,
  signal: AbortSignal,
): Promise<GraphDriveItem> {
  const { body } = await graph.request<GraphDriveItem>({
    method: 'PATCH',
    path: graphPath`/drives/${driveId}/items/${itemId}`,
    body: { fileSystemInfo: fileSystemInfo(dates) },
    service: 'files',
    weight: writeUnits,
    priority: 'high',
    signal,
  })
  return body
}

async function uploadFragments(
  graph: GraphClient,
  file: Upload,
  signal: AbortSignal,
): Promise<GraphDriveItem> {
  let session: Session | undefined
  let sent = 0
  let fruitless = 0
  try {
    for (;;) {
      signal.throwIfAborted()
      if (fruitless > triesInARow) throw fail('WRK_RESTORE_UPLOAD_LOST', { name: file.name })
      if (session === undefined) {
        session = await openSession(graph, file, signal)
        sent = 0
      }
      try {
        const answer = await sendFragment(graph, file, session, sent, signal)
        if (answer.item) return answer.item
        fruitless = answer.next > sent ? 0 : fruitless + 1
        sent = answer.next
      } catch (error) {
        if (signal.aborted || !mayGoOn(error)) throw error
        fruitless += 1
        const next = await received(graph, session, signal)
        if (next === undefined) session = undefined
        else sent = next
        // The whole has arrived, and the answer was lost: whether the file is there, the caller sees.
        if (next !== undefined && next >= file.size) throw error
      }
    }
  } catch (error) {
    if (session !== undefined) await cancel(graph, session)
    throw error
  }
}

async function openSession(graph: GraphClient, file: Upload, signal: AbortSignal): Promise<Session> {
  const { driveId, folderId, name, conflict } = file
  const { body } = await graph.request<Session>({
    method: 'POST',
    path: graphPath`/drives/${driveId}/items/${folderId}:/${name}:/createUploadSession`,
    body: {
      item: { '@microsoft.graph.conflictBehavior': conflict, fileSystemInfo: fileSystemInfo(file) },
    },
    service: 'files',
    weight: writeUnits,
    priority: 'high',
    // One that nobody uses ends by itself.
    idempotent: true,
    signal,
  })
  return body
}

async function sendFragment(
  graph: GraphClient,
  file: Upload,
  { uploadUrl }: Session,
  start: number,
  signal: AbortSignal,
): Promise<{ readonly item?: GraphDriveItem; readonly next: number }> {
  const length = Math.min(fragmentBytes, file.size - start)
  const bytes = Buffer.concat(await Array.fromAsync(file.read(start, length)))
  const { status, body } = await graph.request<GraphDriveItem & Progress>({
    method: 'PUT',
    path: uploadUrl,
    anonymous: true,
    headers: { 'content-range': `bytes ${start}-${start + length - 1}/${file.size}` },
    body: bytes,
    service: 'files',
    priority: 'high',
    timeoutMs: fragmentTimeLimit,
    signal,
  })
  if (status !== 202) return { item: body, next: file.size }
  return { next: firstMissing(body) ?? start + length }
}

/** Where Microsoft wants the upload to go on; undefined when the session has ended. */
async function received(
  graph: GraphClient,
  { uploadUrl }: Session,
  signal: AbortSignal,
): Promise<number | undefined> {
  try {
    const { body } = await graph.request<Progress>({
      path: uploadUrl,
      anonymous: true,
      service: 'files',
      priority: 'high',
      signal,
    })
    return firstMissing(body)
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}

function firstMissing({ nextExpectedRanges }: Progress): number | undefined {
  const start = /^(\d+)-/.exec(nextExpectedRanges?.[0] ?? '')?.[1]
  return start === undefined ? undefined : Number(start)
}

/** A broken line, a fragment that has arrived already (416), or a session that has ended (404). */
function mayGoOn(error: unknown): boolean {
  if (!isMicrosoftError(error)) return false
  const status = error.microsoft.httpStatus
  if (status === undefined) return error.code === 'MSG_UNREACHABLE' || error.code === 'MSG_TIMEOUT'
  return status === 416 || status === 404 || status >= 500
}

/** So that no name stays taken; a session that cannot be told ends by itself. */
async function cancel(graph: GraphClient, { uploadUrl }: Session): Promise<void> {
  await graph
    .request({
      method: 'DELETE',
      path: uploadUrl,
      anonymous: true,
      as: 'none',
      service: 'files',
      retryBudgetMs: 1,
      signal: AbortSignal.timeout(5_000),
    })
    .catch(() => undefined)
}
