import type { House } from './house.ts'
import { wellKnownFolder } from './mailbox.ts'
import type { AddRoute } from './route.ts'

/** What belongs to a mailbox beside its mails: settings and the list of categories. */

const categories: readonly (readonly [string, string])[] = [
  ['Red category', 'preset0'],
  ['Blue category', 'preset7'],
  ['Kunden / Müller', 'preset3'],
  ['重要', 'preset5'],
]

export const addSettingsRoutes = (add: AddRoute, house: House): void => {
  /** What a test set takes the place of what is there by itself. */
  const changed = (userId: string, name: string, otherwise: unknown): unknown =>
    house.settings.get(userId)?.[name] ?? otherwise
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
    value: changed(
      mail.mailbox.userId,
      'categories',
      categories.map(([displayName, color], index) => ({
        id: `${mail.mailbox.userId.slice(0, 35)}${index}`,
        displayName,
        color,
      })),
    ),
  }))
  add('GET', '/mailFolders/inbox/messageRules', 'GET /users/{id}/mailFolders/inbox/messageRules', (mail) => ({
    '@odata.context': mail.context('messageRules'),
    value: changed(mail.mailbox.userId, 'rules', []),
  }))
}
