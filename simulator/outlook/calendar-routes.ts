import { createHash } from 'node:crypto'
import { GraphError } from '../graph/errors.ts'
import { deltaPage, readDeltaState } from '../mail/delta.ts'
import { badBody, badQuery, itemNotFound } from '../mail/failures.ts'
import type { AddRoute, MailRequest } from '../mail/route.ts'
import { type Holder, itemHolder } from './attachment-routes.ts'
import {
  eventDefaults,
  eventId,
  eventsBetween,
  ownerOf,
  presentEvent,
  presentOccurrence,
  readWindow,
} from './present-event.ts'
import { checkRecurrence, datesOf, occurrenceId, readOccurrenceId } from './series.ts'
import {
  bodyOf,
  collectionIn,
  itemIn,
  listPage,
  type Outlook,
  propertyFilter,
  readProperties,
} from './shared.ts'
import {
  addCollection,
  addItem,
  type Collection,
  collectionsOf,
  type Exception,
  type Fields,
  type Item,
  removeCollection,
  removeItem,
  type Store,
  textOr,
  touchCollection,
  touchItem,
} from './store.ts'
import { readZonedTime } from './time.ts'

/** Calendars and events. What is done to a meeting with attendees is sent to them, as Exchange does: there is no way around it. */

const calendarJson = (store: Store, one: Collection): Fields => ({
  id: one.id,
  name: one.name,
  color: 'auto',
  hexColor: '',
  isDefaultCalendar: one.wellKnown === 'calendar',
  changeKey: createHash('sha256').update(`${one.id} ${one.changedAt}`).digest('base64url').slice(0, 24),
  canShare: true,
  canViewPrivateItems: true,
  canEdit: true,
  allowedOnlineMeetingProviders: ['teamsForBusiness'],
  defaultOnlineMeetingProvider: 'teamsForBusiness',
  isTallyingResponses: one.wellKnown === 'calendar',
  isRemovable: one.wellKnown === undefined,
  owner: store.mailbox.scene.owner,
  ...one.fields,
})

/** What may be set; anything else a body names is ignored where Graph sets it itself. */
const writable = [
  'subject', 'body', 'start', 'end', 'location', 'locations', 'attendees', 'recurrence', 'isAllDay', 'importance', 'sensitivity', 'showAs',
  'categories', 'isReminderOn', 'reminderMinutesBeforeStart', 'responseRequested', 'allowNewTimeProposals', 'hideAttendees', 'isOnlineMeeting',
  'onlineMeetingProvider', 'transactionId', 'isDraft',
] // biome-ignore format: a list
const ignored = [
  'singleValueExtendedProperties',
  'multiValueExtendedProperties',
  'attachments',
  'reminder',
  '@odata.type',
]

const readFields = (body: Fields): Fields => {
  for (const name of Object.keys(body))
    if (!(name in eventDefaults) && !writable.includes(name) && !ignored.includes(name))
      throw badBody(`The property '${name}' does not exist on type 'microsoft.graph.event' or cannot be set.`)
  const fields = Object.fromEntries(Object.entries(body).filter(([name]) => writable.includes(name)))
  checkRecurrence(fields['recurrence'])
  return {
    ...fields,
    ...('start' in fields && { start: readZonedTime(fields['start'], 'start') }),
    ...('end' in fields && { end: readZonedTime(fields['end'], 'end') }),
  }
}

const addressesOf = (fields: Fields): string[] =>
  ((fields['attendees'] ?? []) as { emailAddress?: { address?: string } }[]).flatMap(
    ({ emailAddress }) => emailAddress?.address ?? [],
  )

const tell = (store: Store, kind: 'invitation' | 'update' | 'cancellation', fields: Fields): void => {
  const to = addressesOf(fields)
  if (to.length > 0) store.sent.push({ kind, subject: textOr(fields['subject'], ''), to })
}

export const createEvent = (store: Store, calendar: Collection, body: Fields, at: number): Item => {
  const fields = readFields(body)
  if (!fields['start'] || !fields['end']) throw badBody('The start and end of an event are required.')
  const item = addItem(store, calendar, { organizer: ownerOf(store), ...fields }, at)
  readProperties(body, item)
  tell(store, 'invitation', fields)
  return item
}

type Found = { readonly item: Item; readonly date?: string; readonly exception?: Exception }

const findEvent = (store: Store, mail: MailRequest): Found => {
  const id = mail.parameter('event')
  const calendar = mail.parameter('calendar')
  const within = calendar === '' ? undefined : collectionIn(store, 'calendars', calendar)
  const part = readOccurrenceId(id)
  if (!part) return { item: itemIn(store, 'calendars', mail, id, within) }
  const { date } = part
  // The id of a master lost the signs that fill it up.
  const item = [part.master, `${part.master}=`, part.master.replace(/=$/, '')]
    .map((master) =>
      collectionsOf(store, 'calendars')
        .flatMap((one) => [...one.items.values()])
        .find((it) => eventId(mail, it) === master),
    )
    .find((found) => found !== undefined)
  if (!item || item.cancelled.has(date) || !datesOf(item, date).includes(date)) throw itemNotFound()
  const exception = item.exceptions.get(date)
  return { item, date, ...(exception && { exception }) }
}

/** The attachments of an event, or of one occurrence: that has its series' until it gets others. */
export const eventHolder = (store: Store, mail: MailRequest): Holder => {
  const { item, date, exception } = findEvent(store, mail)
  if (date === undefined) return itemHolder(item, eventId(mail, item))
  return {
    item,
    id: occurrenceId(eventId(mail, item), date),
    attachments: exception?.attachments ?? item.attachments,
    set: (attachments) => {
      item.exceptions.set(date, { fields: exception?.fields ?? {}, attachments })
    },
  }
}

export const addCalendarRoutes = (add: AddRoute, outlook: Outlook): void => {
  const now = () => Math.floor(outlook.house.tenant.clock.now() / 1000) * 1000
  const store = (mail: MailRequest) => outlook.storeOf(mail.mailbox)
  const calendarOf = (mail: MailRequest): Collection =>
    collectionIn(store(mail), 'calendars', mail.parameter('calendar') || 'calendar')
  /** The schemas of the other clouds lack both (v1.0, August 2026). */
  const requireSeries = ({ query }: MailRequest): void => {
    const names = [...(query.select ?? []), ...query.expand.map(({ name }) => name)]
    const name = names.find((one) => one === 'exceptionOccurrences' || one === 'cancelledOccurrences')
    if (name !== undefined && outlook.house.tenant.cloud.name !== 'global')
      throw badQuery(`Could not find a property named '${name}' on type 'microsoft.graph.event'.`)
  }
  const show = (mail: MailRequest, found: Found): Fields => {
    requireSeries(mail)
    return found.date === undefined
      ? presentEvent(mail, found.item, true)
      : presentOccurrence(mail, found.item, found.date, found.exception)
  }

  add('GET', '/calendars', 'GET /users/{id}/calendars', (mail) =>
    listPage(
      mail,
      '/calendars',
      collectionsOf(store(mail), 'calendars').map((one) => () => calendarJson(store(mail), one)),
    ),
  )
  add('POST', '/calendars', 'POST /users/{id}/calendars', (mail) => {
    const { name, ...fields } = bodyOf(mail)
    if (typeof name !== 'string' || name === '') throw badBody("The property 'name' is required.")
    if (collectionsOf(store(mail), 'calendars').some((one) => one.name.toLowerCase() === name.toLowerCase()))
      throw new GraphError(409, 'ErrorFolderExists', 'A folder with the specified name already exists.')
    mail.reply.code(201)
    return calendarJson(
      store(mail),
      addCollection(store(mail), 'calendars', name, {
        fields: fields['color'] ? { color: fields['color'] } : {},
      }),
    )
  })
  add('GET', '/calendarGroups', 'GET /users/{id}/calendars', (mail) => ({
    '@odata.context': mail.context('calendarGroups'),
    value: [
      {
        id: collectionIn(store(mail), 'calendars', 'calendar').id,
        name: 'My Calendars',
        changeKey: 'AAAA',
        classId: '0006f0b7-0000-0000-c000-000000000046',
      },
    ],
  }))
  for (const path of ['/calendar', '/calendars/:calendar']) {
    add('GET', path, 'GET /users/{id}/calendars', (mail) => calendarJson(store(mail), calendarOf(mail)))
    add('GET', `${path}/calendarView`, 'GET /users/{id}/calendarView', (mail) => view(mail, calendarOf(mail)))
    add('GET', `${path}/calendarView/delta`, 'GET /users/{id}/calendarView', (mail) =>
      track(mail, calendarOf(mail)),
    )
  }
  add('PATCH', '/calendars/:calendar', 'POST /users/{id}/calendars', (mail) => {
    const { name } = bodyOf(mail)
    const calendar = calendarOf(mail)
    if (typeof name === 'string') calendar.name = name
    touchCollection(store(mail), calendar)
    return calendarJson(store(mail), calendar)
  })
  add('DELETE', '/calendars/:calendar', 'POST /users/{id}/calendars', (mail) => {
    const calendar = calendarOf(mail)
    if (calendar.wellKnown !== undefined)
      throw new GraphError(400, 'ErrorDeleteDistinguishedFolder', 'Distinguished folders cannot be deleted.')
    removeCollection(store(mail), calendar)
    return mail.reply.code(204).send()
  })

  const view = (mail: MailRequest, calendar: Collection): Fields => {
    const { from, to } = readWindow(mail)
    return listPage(
      mail,
      `/calendars/${calendar.id}/calendarView`,
      eventsBetween(mail, calendar.items.values(), from, to).map(({ show: shown }) => shown),
    )
  }
  /** Only what a window shows: neither masters nor anything outside of it (Microsoft Graph, "event: delta", v1.0). */
  const track = async (mail: MailRequest, calendar: Collection): Promise<Fields> => {
    if (mail.query.select)
      throw badQuery("The query parameter '$select' is not supported in change tracking of events.")
    const resumed = (mail.query.deltaToken ?? mail.query.skipToken) !== undefined
    // The window goes on in the tokens, as a filter does.
    const query = resumed ? mail.query : { ...mail.query, filter: JSON.stringify(readWindow(mail)) }
    const state = readDeltaState(
      mail.mailbox,
      `view ${mail.mailbox.userId} ${calendar.id}`,
      query,
      outlook.house.behaviour,
    )
    const { from, to } = JSON.parse(state.filter ?? '{}') as { from: number; to: number }
    const shown = eventsBetween(mail, calendar.items.values(), from, to)
    // Occurrences of one series changed together and still have an order.
    const entries = shown.map(({ item, show: one }, index) => ({
      sequence: item.changedAt - 1 + (index + 1) / shown.length,
      show: one,
    }))
    const removed = (sequence: number, id: string): void => {
      if (sequence > state.removedSince)
        entries.push({ sequence, show: () => ({ '@removed': { reason: 'deleted' }, id }) })
    }
    for (const item of calendar.items.values())
      for (const date of item.cancelled) removed(item.changedAt, occurrenceId(eventId(mail, item), date))
    for (const gone of calendar.tombstones) removed(gone.sequence, eventId(mail, gone))
    const address = `${mail.address}/calendars/${calendar.id}/calendarView/delta`
    const page = await deltaPage(
      mail.mailbox,
      state,
      entries,
      address,
      mail.preferences.maximumPageSize,
      outlook.house.behaviour,
    )
    return { '@odata.context': mail.context('calendarView/$delta'), ...page.link, value: page.value }
  }
  add('GET', '/calendarView', 'GET /users/{id}/calendarView', (mail) => view(mail, calendarOf(mail)))
  add('GET', '/calendarView/delta', 'GET /users/{id}/calendarView', (mail) => track(mail, calendarOf(mail)))

  for (const path of ['/calendar/events', '/calendars/:calendar/events', '/events']) {
    add('GET', path, 'GET /users/{id}/events', (mail) => {
      const passes = propertyFilter(mail)
      const calendar = mail.parameter('calendar')
      const all =
        path === '/events'
          ? collectionsOf(store(mail), 'calendars').flatMap((one) => [...one.items.values()])
          : [...calendarOf(mail).items.values()]
      const address = calendar === '' ? path : `/calendars/${calendar}/events`
      return listPage(
        mail,
        address,
        all.filter(passes).map((item) => () => presentEvent(mail, item, false)),
      )
    })
    add('POST', path, 'POST /users/{id}/events', (mail) => {
      const item = createEvent(store(mail), calendarOf(mail), bodyOf(mail), now())
      mail.reply.code(201)
      return presentEvent(mail, item, true)
    })
  }
  for (const path of ['/events/:event', '/calendars/:calendar/events/:event']) {
    add('GET', path, 'GET /users/{id}/events', (mail) => show(mail, findEvent(store(mail), mail)))
    add('GET', `${path}/instances`, 'GET /users/{id}/events', (mail) => {
      const { item } = findEvent(store(mail), mail)
      const { from, to } = readWindow(mail)
      return listPage(
        mail,
        `/events/${mail.parameter('event')}/instances`,
        eventsBetween(mail, [item], from, to).map((one) => one.show),
      )
    })
    add('PATCH', path, 'PATCH /users/{id}/events/{id}', (mail) => {
      const body = bodyOf(mail)
      const found = findEvent(store(mail), mail)
      const fields = readFields(body)
      const { item, date } = found
      if (date === undefined) item.fields = { ...item.fields, ...fields }
      else
        item.exceptions.set(date, {
          fields: { ...found.exception?.fields, ...fields },
          attachments: found.exception?.attachments ?? [...item.attachments],
        })
      readProperties(body, item)
      touchItem(store(mail), item, now())
      tell(store(mail), 'update', { ...item.fields, ...fields })
      return show(mail, findEvent(store(mail), mail))
    })
    add('DELETE', path, 'PATCH /users/{id}/events/{id}', (mail) => {
      const { item, date } = findEvent(store(mail), mail)
      tell(store(mail), 'cancellation', item.fields)
      if (date === undefined) removeItem(store(mail), item)
      else {
        item.exceptions.delete(date)
        item.cancelled.add(date)
        touchItem(store(mail), item, now())
      }
      return mail.reply.code(204).send()
    })
  }
}
