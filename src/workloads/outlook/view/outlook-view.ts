/** Events, contacts and tasks as people look at them: one row of a list, and all that there is to see. From Graph's JSON alone. */
import { originalStart } from '../../calendar/original-start.ts'
import { type Json, objectOf, objectsOf, personOf, textOf, textsOf, timeOf } from '../graph-json.ts'
import type { OutlookWorkload } from '../outlook-workload.ts'
import { recurrenceRule } from '../recurrence.ts'
import { ianaZone, offsetAt } from '../time-zones.ts'
import { recurrenceWords } from './recurrence-words.ts'

type Top = OutlookWorkload['top']

/** What a row of a list says, but for what all kinds have. @param json the item's line in the catalog will do */
export function outlookSummary(top: Top, json: Json) {
  return {
    event: top === 'calendar' ? eventSummary(json) : null,
    contact: top === 'contacts' ? contactSummary(json) : null,
    task: top === 'todo' ? taskSummary(json) : null,
  }
}

/** All of it, but for its text and attachments. @param hasPhoto whether the file of a contact holds one */
export function outlookDetail(top: Top, json: Json, hasPhoto: boolean) {
  return {
    event: top === 'calendar' ? eventDetail(json) : null,
    contact: top === 'contacts' ? contactDetail(json, hasPhoto) : null,
    task: top === 'todo' ? taskDetail(json) : null,
  }
}

/** The text that a person wrote: HTML or plain. */
export function outlookText(
  top: Top,
  json: Json,
): { readonly html: string | null; readonly text: string | null } {
  if (top === 'contacts') return { html: null, text: textOf(json['personalNotes']) || null }
  const body = objectOf(json['body'])
  const content = textOf(body['content']) || null
  return textOf(body['contentType']).toLowerCase() === 'html'
    ? { html: content, text: null }
    : { html: null, text: content }
}

/** Addresses that the item leads to: what a task came from, and attachments that lie in the cloud. */
export function outlookLinks(json: Json): { name: string; address: string }[] {
  const links = objectsOf(json['linkedResources']).map((link) => ({
    name: textOf(link['displayName']) || textOf(link['applicationName']),
    address: textOf(link['webUrl']),
  }))
  const attached = objectsOf(json['attachments']).map((attachment) => ({
    name: textOf(attachment['name']),
    address: textOf(attachment['sourceUrl']),
  }))
  return [...links, ...attached].filter(({ address }) => address !== '')
}

/** The day of the changed occurrence that has the attachment; null where the item itself has it. */
export function occurrenceWith(json: Json, attachmentId: string): string | null {
  const has = (one: Json) => objectsOf(one['attachments']).some(({ id }) => id === attachmentId)
  if (has(json)) return null
  const exception = objectsOf(json['exceptionOccurrences']).find(has)
  const at = exception && originalStart(exception, json)
  return at === undefined || at === null ? null : new Date(at).toISOString().slice(0, 10)
}

const iso = (value: unknown): string | null => {
  const at = timeOf(value)
  return at === null ? null : new Date(at).toISOString()
}
const inner = (value: unknown): unknown => objectOf(value)['dateTime']
const day = (value: unknown): string | null => iso(inner(value))?.slice(0, 10) ?? null
const place = (json: Json): string => textOf(objectOf(json['location'])['displayName'])

function eventSummary(json: Json) {
  const organizer = personOf(json['organizer'])
  return {
    start: iso(inner(json['start'])),
    end: iso(inner(json['end'])),
    isAllDay: json['isAllDay'] === true,
    isSeries: Boolean(json['recurrence']),
    isCancelled: json['isCancelled'] === true,
    location: place(json),
    organizer: organizer.name || organizer.address ? organizer : null,
  }
}

function contactSummary(json: Json) {
  const [email] = objectsOf(json['emailAddresses']).map(personOf)
  const [phone] = phones(json)
  return {
    company: textOf(json['companyName']),
    jobTitle: textOf(json['jobTitle']),
    email: email?.address || null,
    phone: phone?.value ?? null,
  }
}

function taskSummary(json: Json) {
  const { steps } = json
  return {
    status: textOf(json['status']) || 'notStarted',
    due: day(json['dueDateTime']),
    importance: textOf(json['importance']) || 'normal',
    steps: typeof steps === 'number' ? steps : objectsOf(json['checklistItems']).length,
  }
}

function eventDetail(json: Json) {
  const zone = textOf(json['originalStartTimeZone'])
  const iana = json['isAllDay'] === true ? undefined : ianaZone(zone)
  const local = (value: unknown) => {
    const at = timeOf(inner(value))
    return at === null
      ? null
      : new Date(at + (iana === undefined ? 0 : offsetAt(iana, at))).toISOString().slice(0, 19)
  }
  const meeting =
    textOf(objectOf(json['onlineMeeting'])['joinUrl']) || textOf(json['onlineMeetingUrl']) || null
  const minutes = Number(json['reminderMinutesBeforeStart'])
  return {
    timeZone: zone || null,
    localStart: local(json['start']),
    localEnd: local(json['end']),
    attendees: objectsOf(json['attendees']).map((one) => ({
      ...personOf(one),
      type: textOf(one['type']) || 'required',
      answer: textOf(objectOf(one['status'])['response']) || 'none',
    })),
    recurrence: recurrenceOf(json, iana, json['isAllDay'] === true),
    exceptions: objectsOf(json['exceptionOccurrences']).map((one) => {
      const original = originalStart(one, json)
      return {
        originalStart: original === null ? null : new Date(original).toISOString(),
        start: iso(inner(one['start'])),
        end: iso(inner(one['end'])),
        subject: textOf(one['subject']),
        location: place(one),
      }
    }),
    cancelled: textsOf(json['cancelledOccurrences']).flatMap(
      (id) => /(\d{4}-\d\d-\d\d)$/.exec(id)?.[1] ?? [],
    ),
    onlineMeeting: meeting,
    showAs: textOf(json['showAs']),
    sensitivity: textOf(json['sensitivity']) || 'normal',
    reminderMinutes: json['isReminderOn'] === true && Number.isInteger(minutes) ? minutes : null,
  }
}

function recurrenceOf(json: Json, zone: string | undefined, isAllDay: boolean) {
  const { recurrence } = json
  return recurrence
    ? { words: recurrenceWords(recurrence), rule: recurrenceRule(recurrence, zone, isAllDay) ?? null }
    : null
}

const nameFields = ['displayName', 'title', 'givenName', 'middleName', 'surname', 'generation', 'nickName']
const moreFields = ['businessHomePage', 'profession', 'manager', 'assistantName', 'spouseName']

function fieldsOf(json: Json, names: readonly string[]) {
  return names.flatMap((name) => {
    const value = textOf(json[name])
    return value === '' ? [] : [{ name, value }]
  })
}

function phones(json: Json): { name: string; value: string }[] {
  return [
    ...textsOf(json['businessPhones']).map((value) => ({ name: 'business', value })),
    ...(textOf(json['mobilePhone']) ? [{ name: 'mobile', value: textOf(json['mobilePhone']) }] : []),
    ...textsOf(json['homePhones']).map((value) => ({ name: 'home', value })),
  ]
}

function contactDetail(json: Json, hasPhoto: boolean) {
  return {
    names: fieldsOf(json, nameFields),
    department: textOf(json['department']),
    emails: objectsOf(json['emailAddresses']).map(personOf),
    phones: phones(json),
    addresses: ['business', 'home', 'other'].flatMap((name) => {
      const address = objectOf(json[`${name}Address`])
      const part = (field: string) => textOf(address[field])
      const lines = [
        part('street'),
        [part('postalCode'), part('city')].filter(Boolean).join(' '),
        part('state'),
        part('countryOrRegion'),
      ].filter(Boolean)
      return lines.length === 0 ? [] : [{ name, value: lines.join('\n') }]
    }),
    birthday: iso(json['birthday'])?.slice(0, 10) ?? null,
    more: [
      ...fieldsOf(json, moreFields),
      ...textsOf(json['imAddresses']).map((value) => ({ name: 'imAddress', value })),
    ],
    hasPhoto,
  }
}

function taskDetail(json: Json) {
  return {
    start: day(json['startDateTime']),
    completed: day(json['completedDateTime']),
    reminderAt: json['isReminderOn'] === true ? iso(inner(json['reminderDateTime'])) : null,
    recurrence: recurrenceOf(json, undefined, true),
    steps: objectsOf(json['checklistItems']).map((step) => ({
      title: textOf(step['displayName']),
      done: step['isChecked'] === true,
    })),
  }
}
