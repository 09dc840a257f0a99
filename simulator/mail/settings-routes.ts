import { GraphError } from '../graph/errors.ts'
import { badBody } from './failures.ts'
import { folderOf, type House } from './house.ts'
import { freshKey, wellKnownFolder } from './mailbox.ts'
import { isRecord } from './message-input.ts'
import type { AddRoute, MailRequest } from './route.ts'

type Fields = Readonly<Record<string, unknown>>

/** What belongs to a mailbox beside its mails: settings, rules and the list of categories. */

const categories: readonly (readonly [string, string])[] = [
  ['Red category', 'preset0'],
  ['Blue category', 'preset7'],
  ['Kunden / Müller', 'preset3'],
  ['重要', 'preset5'],
]

const writable = new Set([
  'automaticRepliesSetting',
  'dateFormat',
  'delegateMeetingMessageDeliveryOptions',
  'language',
  'timeFormat',
  'timeZone',
  'workingHours',
])

const objectIn = (mail: MailRequest): Fields => {
  if (!isRecord(mail.request.body)) throw badBody('Empty Payload. JSON content expected.')
  return mail.request.body
}

export const addSettingsRoutes = (add: AddRoute, house: House): void => {
  /** What a test set takes the place of what is there by itself. */
  const changed = (userId: string, name: string, otherwise: unknown): unknown =>
    house.settings.get(userId)?.[name] ?? otherwise
  const set = (userId: string, name: string, value: unknown): void => {
    house.settings.set(userId, { ...house.settings.get(userId), [name]: value })
  }
  const rulesOf = (userId: string) => changed(userId, 'rules', []) as Fields[]
  const categoriesOf = (userId: string) =>
    changed(
      userId,
      'categories',
      categories.map(([displayName, color], index) => ({
        id: `${userId.slice(0, 35)}${index}`,
        displayName,
        color,
      })),
    ) as Fields[]
  add('GET', '/mailboxSettings', 'GET /users/{id}/mailboxSettings', (mail) => ({
    '@odata.context': mail.context('mailboxSettings'),
    archiveFolder: wellKnownFolder(mail.mailbox, 'archive')?.id ?? null,
    timeZone: 'UTC',
    dateFormat: 'yyyy-MM-dd',
    timeFormat: 'HH:mm',
    delegateMeetingMessageDeliveryOptions: 'sendToDelegateOnly',
    language: { locale: 'en-US', displayName: 'English (United States)' },
    automaticRepliesSetting: { status: 'disabled', externalAudience: 'all' },
    workingHours: {
      daysOfWeek: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'],
      startTime: '08:00:00',
      endTime: '17:00:00',
    },
    userPurpose: house.office.userOf(mail.mailbox.userId)?.mailboxKind ?? 'user',
    ...(changed(mail.mailbox.userId, 'settings', {}) as object),
  }))
  add('GET', '/outlook/masterCategories', 'GET /users/{id}/outlook/masterCategories', (mail) => ({
    '@odata.context': mail.context('masterCategories'),
    value: categoriesOf(mail.mailbox.userId),
  }))
  add('GET', '/mailFolders/inbox/messageRules', 'GET /users/{id}/mailFolders/inbox/messageRules', (mail) => ({
    '@odata.context': mail.context('messageRules'),
    value: rulesOf(mail.mailbox.userId),
  }))
  add('PATCH', '/mailboxSettings', 'PATCH /users/{id}/mailboxSettings', (mail) => {
    const body = objectIn(mail)
    for (const name of Object.keys(body))
      if (!writable.has(name)) throw badBody(`The property '${name}' cannot be changed.`)
    const before = changed(mail.mailbox.userId, 'settings', {}) as object
    set(mail.mailbox.userId, 'settings', { ...before, ...body })
    return { '@odata.context': mail.context('mailboxSettings'), ...before, ...body }
  })
  add('POST', '/outlook/masterCategories', 'POST /users/{id}/outlook/masterCategories', (mail) => {
    const { displayName, color } = objectIn(mail)
    if (typeof displayName !== 'string') throw badBody("The property 'displayName' is required.")
    const there = categoriesOf(mail.mailbox.userId)
    if (there.some((one) => String(one['displayName']).toLowerCase() === displayName.toLowerCase()))
      throw new GraphError(409, 'ErrorItemSaveAlreadyExists', 'The category exists already.')
    const made = { id: freshKey(mail.mailbox), displayName, color: color ?? 'none' }
    set(mail.mailbox.userId, 'categories', [...there, made])
    mail.reply.code(201)
    return made
  })
  add(
    'POST',
    '/mailFolders/inbox/messageRules',
    'POST /users/{id}/mailFolders/inbox/messageRules',
    (mail) => {
      const { id: _id, ...body } = objectIn(mail)
      const actions = body['actions']
      if (typeof body['displayName'] !== 'string' || !isRecord(actions))
        throw badBody("The properties 'displayName' and 'actions' are required.")
      // A folder of a rule has to be there.
      for (const name of ['moveToFolder', 'copyToFolder'])
        if (typeof actions[name] === 'string') folderOf(mail.mailbox, actions[name])
      const made = { id: freshKey(mail.mailbox), isReadOnly: false, hasError: false, ...body }
      set(mail.mailbox.userId, 'rules', [...rulesOf(mail.mailbox.userId), made])
      mail.reply.code(201)
      return made
    },
  )
}
