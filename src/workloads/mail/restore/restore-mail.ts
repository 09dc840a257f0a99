/**
 * Puts one mail back into its mailbox. Safe to repeat: each restored mail carries a marker (who it was, which content), and
 * a mail whose marker is in the target folder already is not created again.
 *
 * Order: look for the marker → create (one request with all that only a draft may change) → large attachments. A mail that is
 * found again gets the large attachments that it does not have, so that an end between the last two does no harm.
 */
import { createHash } from 'node:crypto'
import {
  type GraphClient,
  graphPath,
  isMicrosoftError,
  isNotFound,
  isTransient,
  preferImmutableIds,
} from '../../../microsoft/index.ts'
import type { Clock } from '../../../shared/index.ts'
import type { StoredBytes } from '../../content/content.ts'
import { openMail } from '../view/open-mail.ts'
import { addAttachment, missingAttachments } from './attachments.ts'
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
  /** Its MIME. */
  readonly content: StoredBytes
  /** An earlier attempt at this very mail was cut off. */
  readonly resumed: boolean
}

export interface RestoredMail {
  readonly outcome: 'restored' | 'already-there'
  readonly messageId: string
}

/** Milliseconds before Microsoft is asked again when its answer was lost: it may still be working on the request. */
const waits = [1_000, 3_000, 9_000]

/** Errors: `WRK_ATTACHMENT_TOO_LARGE`, `WRK_RESTORE_UNCERTAIN` and those of the Graph client. */
export async function restoreMail(
  graph: GraphClient,
  mail: MailToRestore,
  clock: Clock,
  signal?: AbortSignal,
): Promise<RestoredMail> {
  const marker = markerOf(mail)
  const opened = await openMail(mail.content)
  const { body, inline, later } = await createMessageRequest(mail.facts, opened, marker)
  let outcome: RestoredMail['outcome'] = mail.resumed ? 'restored' : 'already-there'
  for (let attempt = 0; ; attempt++) {
    let messageId = await findByMarker(graph, mail, marker, signal)
    try {
      let missing = later
      if (messageId === undefined) {
        outcome = 'restored'
        messageId = await create(graph, mail, body, signal)
      } else if (later.length > 0)
        missing = await missingAttachments(graph, mail.userId, messageId, { before: inline, later }, signal)
      for (const attachment of missing) await addAttachment(graph, mail.userId, messageId, attachment, signal)
      return { outcome, messageId }
    } catch (error) {
      const wait = waits[attempt]
      // The answer was lost, not necessarily the mail: look before creating again. A session of an attachment that was
      // stored is gone (404), a piece that was stored is out of range (416).
      const mayBeThere = isTransient(error) || (messageId !== undefined && isGoneOrStored(error))
      if (signal?.aborted || !mayBeThere) throw error
      if (wait === undefined) throw fail('WRK_RESTORE_UNCERTAIN', {}, error)
      await clock.sleep(wait, signal)
    }
  }
}

function isGoneOrStored(error: unknown): boolean {
  return isNotFound(error) || (isMicrosoftError(error) && error.microsoft.httpStatus === 416)
}

/** Equal for the same content of the same mail, whatever restore asks for it. */
function markerOf(mail: MailToRestore): string {
  return createHash('sha256').update(`${mail.externalId}\n${mail.sha256}`).digest('hex')
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
