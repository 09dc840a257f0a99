import Type, { type Static } from 'typebox'
import { AtQuery, Person } from './mail.ts'
import { Id, Nullable, PageQuery, Time } from './primitives.ts'

/** Kinds of items beside mails that a mailbox has. */
export const OutlookWorkloadName = Type.Union([
  Type.Literal('calendar'),
  Type.Literal('contacts'),
  Type.Literal('todo'),
])
export type OutlookWorkloadName = Static<typeof OutlookWorkloadName>

/** One row of a list: what all kinds have, and one of `event`, `contact` and `task`. */
export const OutlookItemView = Type.Object({
  /** This version of it. */
  id: Id,
  /** Of the calendars, contacts or tasks of a user, as `GET /organizations/:id/mailboxes?workload=` lists them. */
  mailboxId: Id,
  userPrincipalName: Type.String(),
  workload: OutlookWorkloadName,
  /** Calendar, contact folder or task list. */
  folderId: Id,
  folderPath: Type.String(),
  title: Type.String(),
  /** Bytes of its file. */
  size: Type.Integer(),
  categories: Type.Array(Type.String()),
  hasAttachments: Type.Boolean(),
  event: Nullable(
    Type.Object({
      /** Of a series: of its first occurrence. */
      start: Nullable(Time),
      end: Nullable(Time),
      /** Then start and end are midnight in UTC of the first day and of the day after the last. */
      isAllDay: Type.Boolean(),
      isSeries: Type.Boolean(),
      isCancelled: Type.Boolean(),
      location: Type.String(),
      organizer: Nullable(Person),
    }),
  ),
  contact: Nullable(
    Type.Object({
      company: Type.String(),
      jobTitle: Type.String(),
      /** The first of each. */
      email: Nullable(Type.String()),
      phone: Nullable(Type.String()),
    }),
  ),
  task: Nullable(
    Type.Object({
      /** As Microsoft Graph says it: notStarted, inProgress, completed, waitingOnOthers, deferred. */
      status: Type.String(),
      /** A day. */
      due: Nullable(Type.String()),
      importance: Type.String(),
      steps: Type.Integer(),
    }),
  ),
})
export type OutlookItemView = Static<typeof OutlookItemView>

/** `GET /mailboxes/:id/outlook-items`: contacts by name, events and tasks the latest first (when an event begins, a task is due). */
export const OutlookItemQuery = Type.Object({
  ...PageQuery.properties,
  ...AtQuery.properties,
  folder: Type.Optional(Id),
  search: Type.Optional(Type.String({ maxLength: 200 })),
})
export type OutlookItemQuery = Static<typeof OutlookItemQuery>

/** `GET /organizations/:id/outlook-search`: words over titles, people, places, numbers and folders. */
export const OutlookSearchQuery = Type.Object({
  ...PageQuery.properties,
  ...AtQuery.properties,
  query: Type.String({ minLength: 1, maxLength: 200 }),
  workload: OutlookWorkloadName,
  mailbox: Type.Optional(Id),
})
export type OutlookSearchQuery = Static<typeof OutlookSearchQuery>

const Recurrence = Type.Object({
  /** In English, e.g. "every 2 weeks on Monday and Friday until 2026-05-01". */
  words: Type.String(),
  /** RRULE of RFC 5545; null for a pattern that is none of Microsoft's six. */
  rule: Nullable(Type.String()),
})
const NamedText = Type.Object({ name: Type.String(), value: Type.String() })

export const EventDetail = Type.Object({
  /** The zone the event was planned in, as Microsoft names it; null where it says none. */
  timeZone: Nullable(Type.String()),
  /** The wall clock there, `2026-03-27T09:00:00`; the same as in UTC without a zone. */
  localStart: Nullable(Type.String()),
  localEnd: Nullable(Type.String()),
  attendees: Type.Array(
    Type.Object({
      name: Type.String(),
      address: Type.String(),
      /** required, optional, resource */
      type: Type.String(),
      /** none, accepted, tentativelyAccepted, declined, notResponded, organizer */
      answer: Type.String(),
    }),
  ),
  recurrence: Nullable(Recurrence),
  /** Occurrences that differ from their series. */
  exceptions: Type.Array(
    Type.Object({
      originalStart: Nullable(Time),
      start: Nullable(Time),
      end: Nullable(Time),
      subject: Type.String(),
      location: Type.String(),
    }),
  ),
  /** Days of occurrences that were cancelled. */
  cancelled: Type.Array(Type.String()),
  onlineMeeting: Nullable(Type.String()),
  showAs: Type.String(),
  sensitivity: Type.String(),
  reminderMinutes: Nullable(Type.Integer()),
})

export const ContactDetail = Type.Object({
  /** `displayName`, `givenName`, `surname` and so on, as Microsoft Graph calls them; those that are there. */
  names: Type.Array(NamedText),
  department: Type.String(),
  emails: Type.Array(Person),
  /** `business`, `home`, `mobile` */
  phones: Type.Array(NamedText),
  /** `business`, `home`, `other`; lines are separated by line breaks. */
  addresses: Type.Array(NamedText),
  /** A day; the year 1604 stands for none (Outlook). */
  birthday: Nullable(Type.String()),
  /** Web page, profession, manager, assistant, spouse, instant messaging. */
  more: Type.Array(NamedText),
  /** Then `GET /outlook-items/:id/photo` shows it. */
  hasPhoto: Type.Boolean(),
})

export const TaskDetail = Type.Object({
  start: Nullable(Type.String()),
  completed: Nullable(Type.String()),
  reminderAt: Nullable(Time),
  recurrence: Nullable(Recurrence),
  steps: Type.Array(Type.Object({ title: Type.String(), done: Type.Boolean() })),
})

/** `GET /outlook-items/:id`. The text itself is at `/outlook-items/:id/preview`, for a sandboxed frame. */
export const OutlookItemDetailView = Type.Object({
  item: OutlookItemView,
  event: Nullable(EventDetail),
  contact: Nullable(ContactDetail),
  task: Nullable(TaskDetail),
  attachments: Type.Array(
    Type.Object({
      index: Type.Integer(),
      name: Type.String(),
      contentType: Type.String(),
      size: Type.Integer(),
      inline: Type.Boolean(),
      /** Day of the changed occurrence that has it; null: the item itself. */
      occurrence: Nullable(Type.String()),
    }),
  ),
  /** What a task came from, attachments that lie in the cloud: to be read, never to be followed unasked. */
  links: Type.Array(Type.Object({ name: Type.String(), address: Type.String() })),
  /** Whether there is a text to be shown. */
  hasText: Type.Boolean(),
  /** What the sanitized preview left out, e.g. "3 remote images". */
  removed: Type.Array(Type.String()),
})
export type OutlookItemDetailView = Static<typeof OutlookItemDetailView>

/** `GET /outlook-items/:id/content`: the file (.ics, .vcf), or Microsoft Graph's own JSON. */
export const OutlookContentQuery = Type.Object({
  format: Type.Optional(Type.Union([Type.Literal('file'), Type.Literal('json')])),
})
export type OutlookContentQuery = Static<typeof OutlookContentQuery>
