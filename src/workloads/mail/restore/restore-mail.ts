/**
 * Puts one mail back into its mailbox. Safe to repeat: each restored mail carries a marker (who it was, which content), and
 * a mail whose marker is in the target folder already is not created again.
 *
 * Order: look for the marker → create (one request with all that only a draft may change) → large attachments. A crash
 * between the last two leaves a mail without its large attachments: `resumed` says so, and it is made anew.
 */
import { createHash } from 'node:crypto'
import {
  type GraphClient,
  graphPath,
  isNotFound,
  isTransient,
  preferImmutableIds,
} from '../../../microsoft/index.ts'
import { type MailAttachment, parseMail } from '../view/parsed-mail.ts'
import { addAttachment } from './attachments.ts'
import { fail } from './errors.ts'
import { createMessageRequest, type MailFacts, markerProperty } from './message-json.ts'

export interface MailToRestore {
  readonly userId: string
  /** Graph id of the target folder. */
  readonly folderId: string
  /** Microsoft's immutable id of the original, part of the marker. */
  readonly externalId: string
  /** SHA-256 of the content, lowercase hex, part of the marker. */
  readonly sha256: string
  readonly facts: MailFacts
  readonly content: Uint8Array
  /** An earlier attempt at this very mail was cut off. */
  readonly resumed: boolean
}

export interface RestoredMail {
  readonly outcome: 'restored' | 'already-there'
  readonly messageId: string
}

/** Attempts when Microsoft's answer to the creation was lost. */
const attempts = 3

/** Errors: `WRK_ATTACHMENT_TOO_LARGE`, `WRK_RESTORE_UNCERTAIN` and those of the Graph client. */
export async function restoreMail(
  graph: GraphClient,
  mail: MailToRestore,
  signal?: AbortSignal,
): Promise<RestoredMail> {
  const marker = markerOf(mail)
  const parsed = await parseMail(mail.content)
  const complete = parsed.unreadable ? { ...parsed, attachments: [original(mail.content)] } : parsed
  const { body, later } = createMessageRequest(mail.facts, complete, marker)
  let resumed = mail.resumed
  let lost: unknown
  for (let attempt = 0; attempt < attempts; attempt++) {
    const found = await findByMarker(graph, mail, marker, signal)
    if (found !== undefined) {
      if (!resumed) return { outcome: 'already-there', messageId: found }
      if (later.length === 0) return { outcome: 'restored', messageId: found }
      await remove(graph, mail.userId, found, signal)
    }
    try {
      const messageId = await create(graph, mail, body, signal)
      for (const attachment of later) await addAttachment(graph, mail.userId, messageId, attachment, signal)
      return { outcome: 'restored', messageId }
    } catch (error) {
      if (signal?.aborted || !isTransient(error)) throw error
      // The answer was lost, not necessarily the mail: look before creating again.
      lost = error
      resumed = true
    }
  }
  throw fail('WRK_RESTORE_UNCERTAIN', {}, lost)
}

/** Equal for the same content of the same mail, whatever restore asks for it. */
function markerOf(mail: MailToRestore): string {
  return createHash('sha256').update(`${mail.externalId}\n${mail.sha256}`).digest('hex')
}

/** A mail that cannot be taken apart is restored with its original bytes attached, so that nothing is lost. */
function original(content: Uint8Array): MailAttachment {
  return {
    name: 'original.eml',
    contentType: 'message/rfc822',
    contentId: null,
    inline: false,
    bytes: Buffer.from(content),
  }
}

async function findByMarker(
  graph: GraphClient,
  mail: MailToRestore,
  marker: string,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const { body } = await graph.request<{ value: { id: string }[] }>({
    path: graphPath`/users/${mail.userId}/mailFolders/${mail.folderId}/messages`,
    query: {
      $select: 'id',
      $top: 1,
      $filter: `singleValueExtendedProperties/any(ep: ep/id eq '${markerProperty}' and ep/value eq '${marker}')`,
    },
    prefer: [preferImmutableIds],
    mailbox: mail.userId,
    priority: 'high',
    signal,
  })
  return body.value[0]?.id
}

async function create(
  graph: GraphClient,
  mail: MailToRestore,
  body: unknown,
  signal?: AbortSignal,
): Promise<string> {
  const answer = await graph.request<{ id: string }>({
    method: 'POST',
    path: graphPath`/users/${mail.userId}/mailFolders/${mail.folderId}/messages`,
    body,
    prefer: [preferImmutableIds],
    mailbox: mail.userId,
    priority: 'high',
    signal,
  })
  return answer.body.id
}

async function remove(
  graph: GraphClient,
  userId: string,
  messageId: string,
  signal?: AbortSignal,
): Promise<void> {
  try {
    await graph.request({
      method: 'DELETE',
      path: graphPath`/users/${userId}/messages/${messageId}`,
      prefer: [preferImmutableIds],
      mailbox: userId,
      priority: 'high',
      signal,
      as: 'none',
    })
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
}
