import { createHash } from 'node:crypto'
import { GraphError } from '../graph/errors.ts'
import { badBody, badProperty, itemNotFound } from '../mail/failures.ts'
import { freshKey } from '../mail/mailbox.ts'
import type { AddRoute, MailRequest } from '../mail/route.ts'
import { checkRecurrence } from './series.ts'
import {
  bodyOf,
  chosen,
  collectionIn,
  dateTime,
  itemIn,
  listPage,
  type Outlook,
  trackCollections,
  trackItems,
} from './shared.ts'
import {
  addCollection,
  addItem,
  type Collection,
  collectionsOf,
  type Fields,
  type Item,
  removeCollection,
  removeItem,
  touchCollection,
  touchItem,
} from './store.ts'
import { readZonedTime } from './time.ts'

/** To Do: lists, tasks, their steps and what they are linked to. */

export const taskDefaults: Fields = {
  importance: 'normal', isReminderOn: false, status: 'notStarted', title: '', categories: [], body: { content: '', contentType: 'text' },
  hasAttachments: false,
} // biome-ignore format: a record of defaults
const optional = [
  'dueDateTime',
  'startDateTime',
  'completedDateTime',
  'reminderDateTime',
  'recurrence',
] as const

const listJson = (one: Collection): Fields => ({
  '@odata.etag': `W/"${createHash('sha256').update(`${one.id} ${one.changedAt}`).digest('base64url').slice(0, 16)}"`,
  id: one.id,
  displayName: one.name,
  isOwner: true,
  isShared: false,
  wellknownListName: one.wellKnown ?? 'none',
})

const childId = (item: Item, key: string): string =>
  createHash('sha256').update(`${item.id} ${key}`).digest('hex').slice(0, 32)

const childrenOf = (item: Item, kind: string): Fields[] =>
  [...item.children]
    .filter(([, child]) => child.kind === kind)
    .map(([key, child]) => ({ id: childId(item, key), ...child.fields }))

const present = (
  item: Item,
  select: readonly string[] | undefined,
  expand: readonly { readonly name: string }[],
): Fields => {
  const json = {
    '@odata.etag': `W/"${createHash('sha256').update(`${item.id} ${item.changedAt}`).digest('base64url').slice(0, 16)}"`,
    id: item.id,
    createdDateTime: dateTime(item.createdAt),
    lastModifiedDateTime: dateTime(item.modifiedAt),
    bodyLastModifiedDateTime: dateTime(item.modifiedAt),
    ...taskDefaults,
    ...item.fields,
    hasAttachments: item.attachments.length > 0,
  }
  const expanded = expand.map(({ name }) => {
    if (name !== 'checklistItems' && name !== 'linkedResources' && name !== 'attachments')
      throw badProperty(`Could not find a property named '${name}' on type 'microsoft.graph.todoTask'.`)
    return [
      name,
      name === 'attachments'
        ? item.attachments.map((one) => ({ id: one.key, name: one.name, size: one.bytes.length }))
        : childrenOf(item, name),
    ]
  })
  return {
    ...chosen(
      json,
      select,
      'todoTask',
      optional.filter((name) => !(name in json)),
    ),
    ...Object.fromEntries(expanded),
  }
}

export const readTask = (body: Fields): Fields => {
  for (const name of Object.keys(body))
    if (
      !(name in taskDefaults) &&
      !optional.some((one) => one === name) &&
      !['checklistItems', 'linkedResources', '@odata.type'].includes(name)
    )
      throw badBody(
        `The property '${name}' does not exist on type 'microsoft.graph.todoTask' or cannot be set.`,
      )
  checkRecurrence(body['recurrence'])
  const zoned = (['dueDateTime', 'startDateTime', 'completedDateTime', 'reminderDateTime'] as const)
    .filter((name) => body[name] !== undefined && body[name] !== null)
    .map((name) => {
      const { dateTime: at, timeZone } = readZonedTime(body[name], name)
      return [name, { dateTime: `${at}.0000000`, timeZone }]
    })
  const plain = Object.entries(body).filter(
    ([name]) => (name in taskDefaults && name !== 'hasAttachments') || name === 'recurrence',
  )
  return { ...Object.fromEntries(plain), ...Object.fromEntries(zoned) }
}

export const addTodoRoutes = (add: AddRoute, outlook: Outlook): void => {
  const now = () => Math.floor(outlook.house.tenant.clock.now() / 1000) * 1000
  const store = (mail: MailRequest) => outlook.storeOf(mail.mailbox)
  const read = 'GET /users/{id}/todo/lists'
  const write = 'POST /users/{id}/todo/lists'
  const listOf = (mail: MailRequest): Collection => collectionIn(store(mail), 'lists', mail.parameter('list'))
  const taskOf = (mail: MailRequest): Item =>
    itemIn(store(mail), 'lists', mail, mail.parameter('task'), listOf(mail))
  const nameOf = (mail: MailRequest): string => {
    const { displayName } = bodyOf(mail)
    if (typeof displayName !== 'string' || displayName === '')
      throw badBody("The property 'displayName' is required.")
    return displayName
  }
  const guard = (list: Collection): Collection => {
    if (list.wellKnown !== undefined) throw new GraphError(400, 'invalidRequest', 'Invalid request')
    return list
  }

  add('GET', '/todo/lists', read, (mail) =>
    listPage(
      mail,
      '/todo/lists',
      collectionsOf(store(mail), 'lists').map((one) => () => listJson(one)),
    ),
  )
  add('GET', '/todo/lists/delta', read, (mail) =>
    trackCollections(outlook, mail, 'lists', '/todo/lists/delta', () => true, listJson, 'todoTaskList'),
  )
  add('POST', '/todo/lists', write, (mail) => {
    mail.reply.code(201)
    return listJson(addCollection(store(mail), 'lists', nameOf(mail)))
  })
  const one = '/todo/lists/:list'
  add('GET', one, read, (mail) => listJson(listOf(mail)))
  add('PATCH', one, write, (mail) => {
    const list = guard(listOf(mail))
    list.name = nameOf(mail)
    touchCollection(store(mail), list)
    return listJson(list)
  })
  add('DELETE', one, write, (mail) => {
    removeCollection(store(mail), guard(listOf(mail)))
    return mail.reply.code(204).send()
  })
  const tasks = `${one}/tasks`
  const address = (mail: MailRequest) => `/todo/lists/${mail.parameter('list')}/tasks`
  add('GET', tasks, read, (mail) =>
    listPage(
      mail,
      address(mail),
      [...listOf(mail).items.values()].map(
        (item) => () => present(item, mail.query.select, mail.query.expand),
      ),
    ),
  )
  add('GET', `${tasks}/delta`, read, (mail) =>
    trackItems(
      outlook,
      mail,
      listOf(mail),
      `${address(mail)}/delta`,
      (item) => item.id,
      (item, view) => present(item, view.select, view.expand),
    ),
  )
  add('POST', tasks, write, (mail) => {
    const body = bodyOf(mail)
    const item = addItem(store(mail), listOf(mail), readTask(body), now())
    for (const kind of ['checklistItems', 'linkedResources'] as const)
      for (const fields of (body[kind] ?? []) as Fields[])
        item.children.set(freshKey(mail.mailbox), { kind, fields: childFields(kind, fields, now()) })
    mail.reply.code(201)
    return present(item, undefined, [])
  })
  add('GET', `${tasks}/:task`, read, (mail) => present(taskOf(mail), mail.query.select, mail.query.expand))
  add('PATCH', `${tasks}/:task`, write, (mail) => {
    const item = taskOf(mail)
    item.fields = { ...item.fields, ...readTask(bodyOf(mail)) }
    touchItem(store(mail), item, now())
    return present(item, undefined, [])
  })
  add('DELETE', `${tasks}/:task`, write, (mail) => {
    removeItem(store(mail), taskOf(mail))
    return mail.reply.code(204).send()
  })
  for (const kind of ['checklistItems', 'linkedResources'] as const) {
    const path = `${tasks}/:task/${kind}`
    add('GET', path, read, (mail) =>
      listPage(
        mail,
        `${address(mail)}/${mail.parameter('task')}/${kind}`,
        childrenOf(taskOf(mail), kind).map((child) => () => child),
      ),
    )
    add('POST', path, write, (mail) => {
      const item = taskOf(mail)
      const key = freshKey(mail.mailbox)
      const fields = childFields(kind, bodyOf(mail), now())
      item.children.set(key, { kind, fields })
      touchItem(store(mail), item, now())
      mail.reply.code(201)
      return { id: childId(item, key), ...fields }
    })
    add('DELETE', `${path}/:child`, write, (mail) => {
      const item = taskOf(mail)
      const key = [...item.children.keys()].find((name) => childId(item, name) === mail.parameter('child'))
      if (key === undefined) throw itemNotFound()
      item.children.delete(key)
      touchItem(store(mail), item, now())
      return mail.reply.code(204).send()
    })
  }
}

function childFields(kind: 'checklistItems' | 'linkedResources', body: Fields, at: number): Fields {
  if (kind === 'linkedResources') {
    const { webUrl, applicationName, displayName, externalId } = body
    return {
      webUrl: webUrl ?? null,
      applicationName: applicationName ?? null,
      displayName: displayName ?? null,
      externalId: externalId ?? null,
    }
  }
  const { displayName, isChecked } = body
  if (typeof displayName !== 'string') throw badBody("The property 'displayName' is required.")
  const created = typeof body['createdDateTime'] === 'string' ? body['createdDateTime'] : dateTime(at)
  return {
    displayName,
    createdDateTime: created,
    isChecked: isChecked === true,
    ...(isChecked === true && {
      checkedDateTime: typeof body['checkedDateTime'] === 'string' ? body['checkedDateTime'] : dateTime(at),
    }),
  }
}
