/** Attachments of events and tasks: what they are as JSON, their bytes from Graph while the file is written. */
import { type GraphClient, preferImmutableIds } from '../../microsoft/index.ts'
import { binaryLine, contentLine } from './content-lines.ts'
import { type Json, textOf } from './graph-json.ts'
import { listed } from './rounds.ts'
import { attachmentParameter } from './stored-item.ts'

/** Microsoft takes at most 150 MB; encoded and with all else it is more. */
const largestAttachment = 256 * 1024 * 1024

/** Without their bytes. @param path of the item */
export async function listAttachments(
  graph: GraphClient,
  user: string,
  path: string,
  signal: AbortSignal,
): Promise<Json[]> {
  const found: Json[] = []
  const query = { $select: 'id,name,contentType,size,isInline,lastModifiedDateTime' }
  for await (const { value } of listed({ graph, user, path: `${path}/attachments`, query, signal }))
    found.push(...value.map(({ contentBytes: _bytes, ...json }) => json))
  return found
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
