/**
 * Names of directories and files of the mail layout:
 * `/mail/<fan-out>/<user name>~<8 hex>/<folder>~<8 hex>/…/<yyyy-mm>[-n]/<time> <subject>~<16 hex>.eml`.
 *
 * The hex digits come from the id and make a name unique; what is before them is for people. Names beginning with `_` are
 * ours (`_items.jsonl`), so a person's name never begins with one.
 */
import { idHash, readable, resourcePath } from '../layout/names.ts'
import type { LayoutRules } from '../layout/write-resource-tree.ts'

/** Entries of one bucket directory, `_items.jsonl` included. */
export const bucketEntries = 1_000
export const itemsPerBucket = bucketEntries - 1

const bucketName = /^(?:\d{4}-\d{2}|undated)(?:-\d+)?$/

/** Whether a directory's name is a bucket's (folders end in `~` and 8 hex digits, so they never look like one). */
export function isBucketName(name: string): boolean {
  return bucketName.test(name)
}

/** Path of a mailbox from the repository's root, by Microsoft's id of the user. */
export function mailboxPath(user: {
  readonly externalId: string
  readonly userPrincipalName: string
}): string[] {
  return resourcePath('mail', user)
}

/** Directory name of a folder. */
export function folderDirectory(folder: { readonly externalId: string; readonly name: string }): string {
  return readable(folder.name, 60, idHash(folder.externalId).slice(0, 8))
}

/** The month of a mail's bucket, UTC; `undated` for a mail without a date or with one no calendar has. */
export function bucketMonth(receivedAt: number | null): string {
  const text = isoTime(receivedAt)
  return text === null ? 'undated' : text.slice(0, 7)
}

/** The n-th bucket of a month, counted from 1. */
export function numberedBucket(month: string, number: number): string {
  return number === 1 ? month : `${month}-${number}`
}

/** File name of a mail. */
export function mailFileName(mail: {
  readonly externalId: string
  readonly subject: string
  readonly receivedAt: number | null
}): string {
  const text = isoTime(mail.receivedAt)
  const time = text === null ? 'undated' : `${text.slice(0, 10)} ${text.slice(11, 19).replaceAll(':', '')}`
  return readable(`${time} ${mail.subject}`.trimEnd(), 120, idHash(mail.externalId).slice(0, 16), '.eml')
}

function isoTime(milliseconds: number | null): string | null {
  if (milliseconds === null || Math.abs(milliseconds) > 8.64e15) return null
  const text = new Date(milliseconds).toISOString()
  return /^\d{4}-/.test(text) ? text : null
}

/** Mails lie in buckets of a month, however few they are. */
export const mailLayout: LayoutRules = { key: 'message', isBucket: isBucketName, inlineItems: 0 }
