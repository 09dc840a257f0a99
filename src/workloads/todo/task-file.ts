/** A task as a calendar file with a VTODO (RFC 5545, section 3.6.2); steps, which that has no place for, as lines of its description. */
import { type ContentLine, contentLine, escapeText } from '../outlook/content-lines.ts'
import { type Json, objectOf, objectsOf, textOf, textsOf, timeOf } from '../outlook/graph-json.ts'
import { htmlText } from '../outlook/html-text.ts'
import { recurrenceRule } from '../outlook/recurrence.ts'
import { encodeJson, graphJsonLine } from '../outlook/stored-item.ts'
import { icsTime } from '../outlook/time-zones.ts'

const statusOf: Readonly<Record<string, string>> = {
  notStarted: 'NEEDS-ACTION',
  inProgress: 'IN-PROCESS',
  completed: 'COMPLETED',
  waitingOnOthers: 'NEEDS-ACTION',
  deferred: 'NEEDS-ACTION',
}

/** The file, piece by piece. @param json task with `checklistItems` and `linkedResources` */
export async function* taskFile(
  json: Json,
  attachments: () => AsyncIterable<string>,
): AsyncGenerator<Uint8Array> {
  const head: ContentLine[] = [
    { name: 'BEGIN', value: 'VCALENDAR' },
    { name: 'VERSION', value: '2.0' },
    { name: 'PRODID', value: '-//BDRCloud//BDRCloud Server//EN' },
    { name: 'BEGIN', value: 'VTODO' },
    ...properties(json),
    { name: graphJsonLine, parameters: { ENCODING: 'BASE64', VALUE: 'BINARY' }, value: encodeJson(json) },
  ]
  yield Buffer.from(head.map(contentLine).join(''))
  for await (const piece of attachments()) yield Buffer.from(piece)
  yield Buffer.from(
    [
      { name: 'END', value: 'VTODO' },
      { name: 'END', value: 'VCALENDAR' },
    ]
      .map(contentLine)
      .join(''),
  )
}

function moment(name: string, value: unknown): ContentLine[] {
  const at = timeOf(value)
  return at === null ? [] : [{ name, value: icsTime(at, undefined) }]
}

/** To Do keeps days, as midnight. */
function date(name: string, value: unknown): ContentLine[] {
  const at = timeOf(objectOf(value)['dateTime'])
  return at === null
    ? []
    : [{ name, parameters: { VALUE: 'DATE' }, value: icsTime(at, undefined).slice(0, 8) }]
}

function properties(json: Json): ContentLine[] {
  const start = json['recurrence']
    ? (json['startDateTime'] ?? json['dueDateTime'] ?? { dateTime: json['createdDateTime'] })
    : json['startDateTime']
  const rule = json['recurrence'] ? recurrenceRule(json['recurrence'], undefined, true) : undefined
  const names = textsOf(json['categories'])
  const description = descriptionOf(json)
  return [
    { name: 'UID', value: escapeText(textOf(json['id'])) },
    ...moment('DTSTAMP', json['lastModifiedDateTime'] ?? json['createdDateTime'] ?? '1970-01-01T00:00:00Z'),
    ...moment('CREATED', json['createdDateTime']),
    ...moment('LAST-MODIFIED', json['lastModifiedDateTime']),
    { name: 'SUMMARY', value: escapeText(textOf(json['title'])) },
    ...(description === '' ? [] : [{ name: 'DESCRIPTION', value: escapeText(description) }]),
    ...date('DTSTART', start),
    ...date('DUE', json['dueDateTime']),
    ...moment('COMPLETED', objectOf(json['completedDateTime'])['dateTime']),
    { name: 'STATUS', value: statusOf[textOf(json['status'])] ?? 'NEEDS-ACTION' },
    ...(rule === undefined ? [] : [{ name: 'RRULE', value: rule }]),
    ...(json['importance'] === 'high'
      ? [{ name: 'PRIORITY', value: '1' }]
      : json['importance'] === 'low'
        ? [{ name: 'PRIORITY', value: '9' }]
        : []),
    ...(names.length === 0 ? [] : [{ name: 'CATEGORIES', value: names.map(escapeText).join(',') }]),
    ...objectsOf(json['linkedResources'])
      .slice(0, 1)
      .flatMap((link) =>
        /^https?:\/\/\S+$/.test(textOf(link['webUrl']))
          ? [{ name: 'URL', value: textOf(link['webUrl']) }]
          : [],
      ),
  ]
}

function descriptionOf(json: Json): string {
  const body = objectOf(json['body'])
  const content = textOf(body['content'])
  const text = textOf(body['contentType']).toLowerCase() === 'html' ? htmlText(content) : content
  const steps = objectsOf(json['checklistItems']).map(
    (step) => `[${step['isChecked'] === true ? 'x' : ' '}] ${textOf(step['displayName'])}`,
  )
  return [...(text.trim() === '' ? [] : [text]), ...steps].join('\n')
}
