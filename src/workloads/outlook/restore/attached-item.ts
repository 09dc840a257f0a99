/**
 * An attached mail, event or contact as Graph takes it: an item within the attachment. ("Add attachment" to an event, example of an item attachment;
 * "itemAttachment", Microsoft Graph v1.0, 2026) What has more to it than such an item can say stays the file that it is read as.
 */
import { type Json, objectOf, objectsOf, textOf } from '../graph-json.ts'
import { pick } from './target.ts'

const common = ['subject', 'body', 'importance', 'categories']
const fields: Readonly<Record<string, readonly string[]>> = {
  message: [
    ...common, 'from', 'sender', 'toRecipients', 'ccRecipients', 'bccRecipients', 'replyTo', 'sentDateTime', 'receivedDateTime', 'internetMessageId',
    'isRead', 'flag',
  ],
  event: [
    ...common, 'start', 'end', 'isAllDay', 'location', 'locations', 'sensitivity', 'showAs', 'isReminderOn', 'reminderMinutesBeforeStart',
  ],
  contact: [
    'assistantName', 'birthday', 'businessAddress', 'businessHomePage', 'businessPhones', 'categories', 'children', 'companyName', 'department',
    'displayName', 'emailAddresses', 'fileAs', 'generation', 'givenName', 'homeAddress', 'homePhones', 'imAddresses', 'initials', 'jobTitle',
    'manager', 'middleName', 'mobilePhone', 'nickName', 'officeLocation', 'otherAddress', 'personalNotes', 'profession', 'spouseName', 'surname',
    'title',
  ],
} // biome-ignore format: lists
/** Bytes of JSON: well below the 3 MB that an attachment may have in one request. */
const largest = 2_000_000

/** @param attachment as it was backed up. @returns the attachment to create; undefined where only the file has all of it */
export function attachedItem(attachment: Json): Json | undefined {
  const item = objectOf(attachment['item'])
  const type = /^#?microsoft\.graph\.(message|event|contact)$/.exec(textOf(item['@odata.type']))?.[1]
  const wanted = type === undefined ? undefined : fields[type]
  if (type === undefined || wanted === undefined) return undefined
  // What is attached to it lies in the file alone.
  if (item['hasAttachments'] === true) return undefined
  // A series has rules, and people are not to be invited again.
  if (item['recurrence'] || objectsOf(item['attendees']).length > 0) return undefined
  const request = {
    '@odata.type': '#microsoft.graph.itemAttachment',
    name: textOf(attachment['name']) || 'attachment',
    item: { '@odata.type': `#microsoft.graph.${type}`, ...pick(item, wanted) },
  }
  return Buffer.byteLength(JSON.stringify(request)) <= largest ? request : undefined
}
