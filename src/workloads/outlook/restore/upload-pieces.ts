/** The pieces of an upload session of Outlook or To Do: in order, and on from where it is when an answer was lost. */
import { type GraphClient, isMicrosoftError, isTransient } from '../../../microsoft/index.ts'
import type { Content } from '../../content/content.ts'
import { type PieceReader, pieceReader } from '../../content/piece-reader.ts'
import { fail } from '../../errors.ts'

/** Bytes of one piece: below Graph's 4 MB, a multiple of 320 KiB. ("attachment: createUploadSession", 2026) */
const pieceSize = 12 * 327_680
/** So often in a row Graph is asked how far it is, without a piece more. */
const mostStalls = 3

export interface Upload {
  /** Where pieces go, and where it is told how far it is. */
  readonly address: string
  readonly standing: string
  /** The address carries its own right; our token must not go there. */
  readonly anonymous: boolean
  readonly mailbox: string
  /** Read piece by piece. */
  readonly content: Content
  readonly signal: AbortSignal | undefined
}

/** @throws MicrosoftError; not found (404) also where all pieces had been taken and only the last answer was lost; what reading throws */
export async function uploadPieces(graph: GraphClient, upload: Upload): Promise<void> {
  const reader = pieceReader(upload.content)
  try {
    await sendPieces(graph, upload, reader)
  } finally {
    await reader.close()
  }
}

async function sendPieces(graph: GraphClient, upload: Upload, reader: PieceReader): Promise<void> {
  const { address, anonymous, mailbox, content, signal } = upload
  const common = { anonymous, mailbox, priority: 'high', signal } as const
  let offset = 0
  for (let stalls = 0; offset < content.size; ) {
    const piece = await reader.read(offset, pieceSize)
    // Less than was counted before.
    if (piece.length === 0) throw fail('WRK_STORED_ITEM_UNREADABLE')
    try {
      await graph.request({
        ...common,
        method: 'PUT',
        path: address,
        headers: {
          'content-type': 'application/octet-stream',
          'content-range': `bytes ${offset}-${offset + piece.length - 1}/${content.size}`,
        },
        body: piece,
        as: 'none',
      })
      offset += piece.length
      stalls = 0
    } catch (error) {
      // A piece that was taken already is out of range (416).
      const mayBeThere = isTransient(error) || (isMicrosoftError(error) && error.microsoft.httpStatus === 416)
      if (signal?.aborted || !mayBeThere || stalls >= mostStalls) throw error
      stalls += 1
      const { body } = await graph.request<Record<string, unknown>>({ ...common, path: upload.standing })
      offset = nextOffset(body) ?? offset
    }
  }
}

/** Outlook writes the name large, To Do small; `26-` and `26` mean the same. */
function nextOffset(body: Record<string, unknown>): number | undefined {
  const ranges = body['NextExpectedRanges'] ?? body['nextExpectedRanges']
  const first = Array.isArray(ranges) ? Number.parseInt(String(ranges[0]), 10) : Number.NaN
  return Number.isSafeInteger(first) && first >= 0 ? first : undefined
}
