/** Attachments of events and tasks: what they are as JSON, their bytes from Graph while the file is written. */
import { type GraphClient, isMicrosoftError, preferImmutableIds } from '../../microsoft/index.ts'
import { binaryLine, contentLine } from './content-lines.ts'
import { isJson, type Json, textOf } from './graph-json.ts'
import { listed } from './rounds.ts'
import { attachmentParameter } from './stored-item.ts'

/** Microsoft takes at most 150 MB; encoded and with all else it is more. */
const largestAttachment = 256 * 1024 * 1024
/** Bytes of JSON: of an attached item, and of all of an event. */
const longestItem = 1024 * 1024
const mostItems = 4 * longestItem

/** Without their bytes. @param path of the item */
export async function listAttachments(
  graph: GraphClient,
  user: string,
  path: string,
  signal: AbortSignal,
): Promise<Json[]> {
  const found: Json[] = []
  // Pictures in the text are named by their content id, which files alone have: it is asked for by their type.
  const query = {
    $select:
      'id,name,contentType,size,isInline,lastModifiedDateTime,microsoft.graph.fileAttachment/contentId',
  }
  for await (const { value } of listed({ graph, user, path: `${path}/attachments`, query, signal }))
    found.push(...value.map(({ contentBytes: _bytes, ...json }) => json))
  return found
}

/**
 * Attached mails, events and contacts with what Graph says of them, so that they can be attached again; the rest as it is. An item that is too
 * long for that, or that Graph does not open, has its file alone. ("Get attachment", example with `$expand`, Microsoft Graph v1.0, 2026)
 * @param path of the item
 */
export async function withAttachedItems(
  graph: GraphClient,
  user: string,
  path: string,
  attachments: readonly Json[],
  signal: AbortSignal,
): Promise<Json[]> {
  const described: Json[] = []
  let room = mostItems
  for (const attachment of attachments) {
    const item = isItemAttachment(attachment)
      ? await attachedItem(
          graph,
          user,
          `${path}/attachments/${encodeURIComponent(textOf(attachment['id']))}`,
          signal,
        )
      : undefined
    const length = item === undefined ? 0 : Buffer.byteLength(JSON.stringify(item))
    const fits = item !== undefined && length <= Math.min(longestItem, room)
    if (fits) room -= length
    described.push(fits ? { ...attachment, item } : attachment)
  }
  return described
}

/** The same without them. */
export function withoutAttachedItems(attachments: readonly Json[]): Json[] {
  return attachments.map(({ item: _item, ...attachment }) => attachment)
}

function isItemAttachment(attachment: Json): boolean {
  return textOf(attachment['@odata.type']).endsWith('.itemAttachment')
}

async function attachedItem(
  graph: GraphClient,
  user: string,
  path: string,
  signal: AbortSignal,
): Promise<Json | undefined> {
  try {
    const { body } = await graph.request<Json>({
      path,
      query: { $expand: 'microsoft.graph.itemAttachment/item' },
      prefer: [preferImmutableIds],
      mailbox: user,
      signal,
    })
    return isJson(body['item']) ? body['item'] : undefined
  } catch (error) {
    const status = isMicrosoftError(error) ? (error.microsoft.httpStatus ?? 0) : 0
    if (status < 400 || status >= 500 || status === 429 || status === 401) throw error
    return undefined
  }
}

/** Lines of the file, one an attachment: bytes, or the address of one that lies in the cloud. @throws MicrosoftError */
export async function* attachmentLines(
  graph: GraphClient,
  user: string,
  path: string,
  attachments: readonly Json[],
  signal: AbortSignal,
): AsyncGenerator<string> {
  for (const attachment of attachments) {
    const id = textOf(attachment['id'])
    const name = textOf(attachment['name'])
    if (textOf(attachment['@odata.type']).endsWith('.referenceAttachment')) {
      const address = textOf(attachment['sourceUrl'])
      if (/^https?:\/\//.test(address))
        yield contentLine({ name: 'ATTACH', parameters: { FILENAME: name }, value: address })
      continue
    }
    const { body } = await graph.request<AsyncIterable<Uint8Array>>({
      path: `${path}/attachments/${encodeURIComponent(id)}/$value`,
      as: 'stream',
      maxBytes: largestAttachment,
      prefer: [preferImmutableIds],
      mailbox: user,
      signal,
    })
    const type = textOf(attachment['contentType'])
    yield* binaryLine(
      'ATTACH',
      {
        FMTTYPE: /^[\w.+-]+\/[\w.+-]+$/.test(type) ? type : 'application/octet-stream',
        FILENAME: name,
        [attachmentParameter]: id,
      },
      body,
    )
  }
}
