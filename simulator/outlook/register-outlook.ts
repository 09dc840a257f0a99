import type { FastifyInstance } from 'fastify'
import { corpusFiles } from '../drives/index.ts'
import type { House } from '../mail/house.ts'
import type { Mailbox } from '../mail/mailbox.ts'
import type { AddRoute, MailRequest } from '../mail/route.ts'
import { addAttachmentRoutes, itemHolder } from './attachment-routes.ts'
import { addCalendarRoutes, eventHolder } from './calendar-routes.ts'
import { addContactRoutes } from './contact-routes.ts'
import { createOutlookControl, type OutlookControl } from './control.ts'
import { populateOutlook } from './populate.ts'
import { collectionIn, itemIn, type Outlook } from './shared.ts'
import type { Store } from './store.ts'
import { addTodoRoutes } from './todo-routes.ts'

/** Adds the routes below `/users/:user`. Gives the functions behind `POST /_control/outlook/:verb`. */
export const registerOutlook = (app: FastifyInstance, add: AddRoute, house: House): OutlookControl => {
  app.addContentTypeParser(/^image\//, { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  const outlook: Outlook = { house, storeOf: storesOf(house) }
  addCalendarRoutes(add, outlook)
  addContactRoutes(add, outlook)
  addTodoRoutes(add, outlook)
  const store = (mail: MailRequest) => outlook.storeOf(mail.mailbox)
  addAttachmentRoutes(
    add, outlook, ['/events/:event/attachments', '/calendars/:calendar/events/:event/attachments'],
    { read: 'GET /users/{id}/events', write: 'PATCH /users/{id}/events/{id}' },
    (mail) => eventHolder(store(mail), mail),
  ) // biome-ignore format: one line an argument
  addAttachmentRoutes(
    add, outlook, ['/todo/lists/:list/tasks/:task/attachments'],
    { read: 'GET /users/{id}/todo/lists', write: 'POST /users/{id}/todo/lists' },
    (mail) => {
      const task = itemIn(store(mail), 'lists', mail, mail.parameter('task'), collectionIn(store(mail), 'lists', mail.parameter('list')))
      return itemHolder(task, task.id)
    },
  ) // biome-ignore format: one line an argument
  return createOutlookControl(outlook)
}

/** A store is filled when it is first asked for; with what does not depend on when that is. */
function storesOf(house: House): (mailbox: Mailbox) => Store {
  const { options, users } = house.tenant
  const owners = users.filter((user) => user.hasMailbox).map(({ id }) => id)
  const calendarFiles = corpusFiles(options.corpus, 'calendar')
  const cards = corpusFiles(options.corpus, 'contacts')
  const stores = new WeakMap<Mailbox, Store>()
  return (mailbox) => {
    const present = stores.get(mailbox)
    if (present) return present
    const place = owners.indexOf(mailbox.userId)
    const share = <T>(files: readonly T[]): readonly T[] =>
      place < 0 ? [] : files.filter((_file, number) => number % owners.length === place)
    const store = populateOutlook({
      mailbox,
      seed: options.seed,
      events: options.events,
      contacts: options.contacts,
      tasks: options.tasks,
      calendarFiles: share(calendarFiles),
      cards: share(cards),
    })
    stores.set(mailbox, store)
    return store
  }
}
