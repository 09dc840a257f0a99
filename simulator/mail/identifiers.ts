import { createHash } from 'node:crypto'

/**
 * Exchange-like identifiers: long, URL-safe base64, alike at the beginning, different near the end, case-sensitive.
 * An immutable id belongs to the item for life; an ordinary id also depends on the folder the item lies in.
 */

const digest = (label: string, length: number): string =>
  createHash('sha256').update(label).digest('base64url').slice(0, length)

const mailboxPart = (mailbox: string): string =>
  `${digest(`${mailbox}/store`, 24)}${digest(`${mailbox}/server`, 24)}`

export const folderId = (mailbox: string, key: string): string =>
  `AAMkA${mailboxPart(mailbox)}AuAAAAAA${digest(`${mailbox}/folder/${key}`, 28)}AAA=`

export const immutableMessageId = (mailbox: string, key: string): string =>
  `AAkALgAAAAAAHYQDEapmEc2byACqAC-EWg0A${mailboxPart(mailbox).slice(0, 16)}${digest(`${mailbox}/message/${key}`, 24)}AAA=`

export const ordinaryMessageId = (
  mailbox: string,
  immutable: string,
  folder: string,
  moves: number,
): string => `AAMkA${mailboxPart(mailbox)}BGAAAAAA${digest(`${immutable}/${folder}/${moves}`, 36)}AAA=`

/** Ids of attachments carry the id of their message and their own place in it. */
export const attachmentId = (messageId: string, key: string): string =>
  `${messageId.replace(/=+$/, '')}BEgAQA${digest(`attachment/${key}`, 24)}=`

export const conversationId = (mailbox: string, thread: string): string =>
  `AAQkA${mailboxPart(mailbox).slice(0, 24)}AQA${digest(`conversation/${thread}`, 22)}=`

export const conversationIndex = (thread: string, place: string): string =>
  createHash('sha256').update(thread).update(place).digest().subarray(0, 22).toString('base64')

/** Changes whenever the item changes. */
export const changeKey = (immutable: string, sequence: number): string =>
  `CQAAABYAAAC${digest(`${immutable}/${sequence}`, 24)}`
