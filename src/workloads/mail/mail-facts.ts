/**
 * What the catalog and `_items.jsonl` say of a mail, derived from Graph's answer.
 *
 * The fingerprint decides whether a message whose change key moved has to be fetched again. Exchange builds MIME anew at
 * each read, so bytes cannot be compared; and `lastModifiedDateTime` moves with a read flag. So the fingerprint covers
 * what a person can change in the content (subject, people, dates, attachments, the beginning of the body) and none of the
 * state (read, flag, categories, folder). A received message whose body was edited far below its beginning is the one
 * change that it misses; drafts, where that is common, are fetched again whenever their change key moved.
 */
import { createHash } from 'node:crypto'
import { fail } from '../errors.ts'
import type { GraphMessage, GraphRecipient } from './graph-message.ts'
import { plainJson, plainText } from './plain-text.ts'

export interface MailPerson {
  name: string
  address: string
}

export interface MailFacts {
  readonly externalId: string
  readonly changeKey: string
  readonly fingerprint: string
  readonly subject: string
  readonly fromName: string
  readonly fromAddress: string
  /** Milliseconds since the epoch; null when Graph gave none. */
  readonly receivedAt: number | null
  readonly sentAt: number | null
  readonly isRead: boolean
  readonly isDraft: boolean
  readonly flag: 'notFlagged' | 'flagged' | 'complete'
  readonly importance: string
  readonly hasAttachments: boolean
  readonly categories: string[]
  readonly internetMessageId: string | null
  readonly people: { to: MailPerson[]; cc: MailPerson[]; bcc: MailPerson[]; replyTo: MailPerson[] }
  /** Graph's properties as read, without the preview of the body. */
  readonly metadata: Record<string, unknown>
  readonly searchText: string
}

const fingerprintFields = [
  'internetMessageId',
  'subject',
  'bodyPreview',
  'from',
  'toRecipients',
  'ccRecipients',
  'bccRecipients',
  'receivedDateTime',
  'sentDateTime',
  'hasAttachments',
  'isDraft',
] as const

const longestSearchText = 20_000

/** Whether the answer names enough fields to judge the content by it. */
export function isWhole(message: GraphMessage): boolean {
  return (
    message.changeKey !== undefined &&
    message.receivedDateTime !== undefined &&
    message.isRead !== undefined &&
    message.bodyPreview !== undefined
  )
}

/** @throws WRK_MESSAGE_INCOMPLETE without a change key */
export function mailFacts(message: GraphMessage): MailFacts {
  if (!message.changeKey) throw fail('WRK_MESSAGE_INCOMPLETE', { property: 'changeKey' })
  const sender = person(message.from ?? message.sender)
  const people = {
    to: persons(message.toRecipients),
    cc: persons(message.ccRecipients),
    bcc: persons(message.bccRecipients),
    replyTo: persons(message.replyTo),
  }
  const subject = plainText(message.subject)
  return {
    externalId: message.id,
    changeKey: message.changeKey,
    fingerprint: fingerprint(message),
    subject,
    fromName: sender.name,
    fromAddress: sender.address,
    receivedAt: time(message.receivedDateTime),
    sentAt: time(message.sentDateTime),
    isRead: message.isRead ?? false,
    isDraft: message.isDraft ?? false,
    flag: flagStatus(message.flag?.flagStatus),
    importance: plainText(message.importance ?? 'normal'),
    hasAttachments: message.hasAttachments ?? false,
    categories: (message.categories ?? []).map(plainText),
    internetMessageId: message.internetMessageId ? plainText(message.internetMessageId) : null,
    people,
    metadata: metadata(message),
    searchText: searchText(subject, [sender, ...people.to, ...people.cc, ...people.bcc]),
  }
}

function fingerprint(message: GraphMessage): string {
  const fields = fingerprintFields.map((field) => message[field] ?? null)
  return createHash('sha256').update(JSON.stringify(fields)).digest('hex').slice(0, 32)
}

function metadata(message: GraphMessage): Record<string, unknown> {
  const { bodyPreview: _preview, ...fields } = message
  const kept = Object.fromEntries(Object.entries(fields).filter(([name]) => !name.startsWith('@odata.')))
  return plainJson(kept) as Record<string, unknown>
}

function person(recipient: GraphRecipient | null | undefined): MailPerson {
  return {
    name: plainText(recipient?.emailAddress?.name),
    address: plainText(recipient?.emailAddress?.address),
  }
}

function persons(recipients: readonly GraphRecipient[] | null | undefined): MailPerson[] {
  return (recipients ?? []).map(person)
}

function time(text: string | null | undefined): number | null {
  const milliseconds = text ? Date.parse(text) : Number.NaN
  return Number.isNaN(milliseconds) ? null : milliseconds
}

function flagStatus(status: string | null | undefined): MailFacts['flag'] {
  return status === 'flagged' || status === 'complete' ? status : 'notFlagged'
}

/** Addresses are added in pieces too, so that a search for a name or a domain alone finds them. */
function searchText(subject: string, people: readonly MailPerson[]): string {
  const words = [subject]
  let length = subject.length
  for (const { name, address } of people) {
    const text = `${name} ${address} ${address.replaceAll(/[^\p{L}\p{N}]+/gu, ' ')}`
    words.push(text)
    length += text.length
    if (length > longestSearchText) break
  }
  return words.join('\n').slice(0, longestSearchText).toWellFormed()
}
