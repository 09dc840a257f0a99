/** What is in the backups, with the command line alone: calendars, contacts, tasks, files, settings of a mailbox. */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type {
  DriveView,
  FileView,
  MailboxSettingsView,
  MailboxView,
  OlderVersionView,
  OnboardingView,
  OutlookItemDetailView,
  OutlookItemView,
  ProtectionView,
  RestoreItemView,
  RestoreView,
} from '../../src/contract/index.ts'
import { commandLine } from '../cli/command-line.ts'
import {
  backUp,
  control,
  finishOnboarding,
  grantPermissions,
  operator,
  type Product,
  signIn,
  startProduct,
} from '../product.ts'

let product: Product
let line: ReturnType<typeof commandLine>
let user: string
let organizationId: string
let drive: string | undefined
const saved = (name: string) => join(product.folder, name)

before(async () => {
  product = await startProduct({ users: 2, mails: 1, events: 6, contacts: 4, tasks: 4, files: 3 })
  const onboarding = await product.session.post<OnboardingView>('/onboardings', {
    method: 'credential',
    cloud: 'global',
    workloads: ['mail', 'files', 'calendar', 'contacts', 'todo'],
    restoreRights: true,
    credentialKind: 'password',
  })
  await signIn(product, onboarding.id)
  const organization = await finishOnboarding(product, onboarding.id)
  grantPermissions(product, organization, 'MailboxSettings.Read')
  // Takes a token that tells of it.
  await product.session.post(`/organizations/${organization.id}/verify`)
  const { drives } = await control<{ drives: { id: string; userId?: string }[] }>(product, 'drives/drives')
  organizationId = organization.id
  drive = drives.find(({ userId }) => userId !== undefined)?.id
  await control(product, 'drives/add', { drive, path: ['Quay', 'Pumps.txt'], text: 'pumps' })
  await control(product, 'drives/add', { drive, path: ['Quay', 'Cranes.txt'], text: 'cranes' })
  await control(product, 'drives/share', {
    drive,
    path: ['Quay', 'Pumps.txt'],
    link: { type: 'view', scope: 'organization' },
  })
  assert.equal((await backUp(product, organization.id)).state, 'succeeded')
  line = commandLine(product.folder, { BDRCLOUD_SERVER: product.address })
  const password = saved('password')
  writeFileSync(password, operator.password)
  await line.json(['login', '--user', operator.userName, '--password-file', password])
})
after(() => product?.stop())

interface Restored {
  readonly restore: RestoreView
  readonly items: RestoreItemView[]
}

test('events are listed by user and calendar, found, shown, saved in each form and restored', async () => {
  const users = await line.json<MailboxView[]>(['calendar', 'list'])
  user = users.find(({ items }) => items > 0)?.userPrincipalName ?? assert.fail('nobody has events')
  const events = await line.json<OutlookItemView[]>(['calendar', 'list', user])
  assert.equal(events.length, users.find(({ userPrincipalName }) => userPrincipalName === user)?.items)
  const event = events.find(({ title }) => /^\p{L}{4}/u.test(title)) ?? assert.fail('no event with a title')
  const folders = await line.bdrcloud(['calendar', 'list', user, '--folders'])
  assert.match(folders.out, /^CALENDAR +EVENTS +ID/)
  const inIt = await line.json<OutlookItemView[]>(['calendar', 'list', user, '--folder', event.folderPath])
  assert.ok(inIt.every(({ folderId }) => folderId === event.folderId) && inIt.length > 0)
  const table = await line.bdrcloud(['calendar', 'search', event.title.slice(0, 4), '--user', user])
  assert.match(table.out, /^START +SUBJECT +ORGANIZER +SERIES +USER +CALENDAR +ID/)
  assert.ok(table.out.includes(event.id))
  const shown = await line.bdrcloud(['calendar', 'show', event.id])
  assert.match(shown.out, /^title +\S/m)
  assert.match(shown.out, /^start +\d{4}-/m)
  assert.equal((await line.json<OutlookItemDetailView>(['calendar', 'show', event.id])).item.id, event.id)

  await line.json(['calendar', 'download', event.id, '--output', saved('one.json')])
  assert.equal(JSON.parse(readFileSync(saved('one.json'), 'utf8')).subject, event.title)
  await line.json(['calendar', 'download', '--user', user, '--output', saved('all.ics')])
  assert.equal(readFileSync(saved('all.ics'), 'utf8').match(/^BEGIN:VCALENDAR/gm)?.length, 1)
  const unclear = await line.bdrcloud(['calendar', 'download', '--user', user, '--output', saved('all.txt')])
  assert.equal(unclear.code, 2)
  assert.match(unclear.err, /\.ics for one file with all events, or in \.zip/)

  const { restore } = await line.json<Restored>([
    'calendar',
    'restore',
    event.id,
    '--into',
    'From the backup',
  ])
  assert.deepEqual([restore.state, restore.folderName], ['succeeded', 'From the backup'])
})

test('contacts and tasks go the same ways, to another user as well', async () => {
  const contacts = await line.json<OutlookItemView[]>(['contact', 'list', user])
  const [contact] = contacts
  assert.ok(contact?.contact)
  await line.json(['contact', 'download', '--user', user, '--output', saved('all.vcf')])
  assert.equal(readFileSync(saved('all.vcf'), 'utf8').match(/^BEGIN:VCARD/gm)?.length, contacts.length)
  const others = await line.json<MailboxView[]>(['task', 'list'])
  const other = others.find(({ userPrincipalName }) => userPrincipalName !== user)?.userPrincipalName ?? ''
  const moved = await line.json<Restored>(['contact', 'restore', contact.id, '--to-user', other])
  assert.deepEqual([moved.restore.state, moved.restore.targetUser?.userPrincipalName], ['succeeded', other])
  const tasks = await line.bdrcloud(['task', 'list', user])
  assert.match(tasks.out, /^TITLE +STATUS +DUE +TASK LIST +ID/)
  const nobody = await line.bdrcloud(['task', 'list', 'nobody@nowhere.example'])
  assert.equal(nobody.code, 2)
  assert.match(nobody.err, /bdrcloud task list/)
  const neither = await line.bdrcloud(['contact', 'restore'])
  assert.match(neither.err, /Either ids of contacts or --user/)
})

test('files are listed, found, saved one as it is and a folder as ZIP, and restored', async () => {
  const [pumps] = await line.json<FileView[]>(['file', 'search', 'pumps'])
  assert.equal(pumps?.name, 'Pumps.txt')
  const drives = await line.json<DriveView[]>(['file', 'list'])
  const address = drives.find(({ id }) => id === pumps?.driveId)?.userPrincipalName ?? ''
  const top = await line.bdrcloud(['file', 'list', address])
  assert.match(top.out, /^NAME +SIZE +MODIFIED/)
  const inQuay = await line.json<FileView[]>(['file', 'list', address, 'Quay'])
  assert.deepEqual(inQuay.map(({ name }) => name).sort(), ['Cranes.txt', 'Pumps.txt'])
  await line.json(['file', 'download', pumps?.id ?? '', '--output', saved('Pumps.txt')])
  assert.equal(readFileSync(saved('Pumps.txt'), 'utf8'), 'pumps')
  const zip = saved('quay.zip')
  await line.json(['file', 'download', '--drive', address, '--folder', 'Quay', '--output', zip])
  assert.ok(readFileSync(zip).includes('Quay/Cranes.txt'))
  const again = await line.bdrcloud(['file', 'download', pumps?.id ?? '', '--output', saved('Pumps.txt')])
  assert.notEqual(again.code, 0)
  const missing = await line.bdrcloud(['file', 'list', address, 'Nowhere'])
  assert.match(missing.err, /There is no folder "Nowhere"/)
  const { restore, items } = await line.json<Restored>(['file', 'restore', pumps?.id ?? '', '--into', 'Back'])
  assert.equal(restore.state, 'succeeded', JSON.stringify(items))
})

test('older versions of files are asked for, listed, saved and restored', async () => {
  const set = ['protection', 'set', '--file-versions']
  const wrong = await line.bdrcloud([...set, '501'])
  assert.equal(wrong.code, 2)
  assert.match(wrong.err, /from 0 \(none\) to 500/)
  assert.deepEqual((await line.json<ProtectionView>([...set, '12'])).files, { versions: 12 })
  assert.match((await line.bdrcloud(['protection', 'show'])).out, /Versions of files +up to 12/)
  await control(product, 'drives/change', { drive, path: ['Quay', 'Pumps.txt'], text: 'other pumps' })
  assert.equal((await backUp(product, organizationId)).state, 'succeeded')
  const id = (await line.json<FileView[]>(['file', 'search', 'pumps']))[0]?.id ?? ''
  const [version] = await line.json<OlderVersionView[]>(['file', 'versions', id])
  assert.deepEqual([version?.version, version?.size], ['1.0', 5])
  assert.match((await line.bdrcloud(['file', 'versions', id])).out, /^VERSION +SIZE +MODIFIED +BY\s+1\.0 +5/)
  await line.json(['file', 'download', id, '--file-version', '1.0', '--output', saved('old.txt')])
  assert.equal(readFileSync(saved('old.txt'), 'utf8'), 'pumps')
  const { restore, items } = await line.json<Restored>(['file', 'restore', id, '--file-version', '1.0'])
  assert.deepEqual([restore.state, items[0]?.subject], ['succeeded', 'Pumps.txt (version 1.0)'])
})

test('settings of a mailbox are printed for people and as Graph had them', async () => {
  const view = await line.json<MailboxSettingsView>(['mail', 'settings', user])
  assert.equal(view.userPrincipalName, user)
  assert.ok(view.settings?.['workingHours'])
  const table = await line.bdrcloud(['mail', 'settings', user])
  assert.match(table.out, /^KIND +NAME +VALUE/)
  assert.match(table.out, /^setting +timeZone +UTC/m)
  const unknown = await line.bdrcloud(['mail', 'settings', 'nobody@nowhere.example'])
  assert.equal(unknown.code, 2)
})

test('files go to another user and to another drive, shared as they were where that is asked for', async () => {
  const [pumps] = await line.json<FileView[]>(['file', 'search', 'pumps'])
  const again = ['file', 'restore', pumps?.id ?? '', '--into', 'Elsewhere']
  const drives = await line.json<DriveView[]>(['file', 'list'])
  const other = drives.find(({ id, kind, error }) => kind === 'oneDrive' && id !== pumps?.driveId && !error)
  const address = other?.userPrincipalName ?? assert.fail('no other OneDrive')
  const moved = await line.json<Restored>([...again, '--to-user', address, '--sharing'])
  const { targetUser } = moved.restore
  assert.deepEqual([moved.restore.state, targetUser?.userPrincipalName], ['succeeded', address])
  const { drives: held } = await control<{ drives: { id: string; userId?: string }[] }>(
    product,
    'drives/drives',
  )
  const theirs = held.find(({ id, userId }) => userId !== undefined && id !== drive)?.id
  const { items } = await control<{ items: { path: string[]; sharing: string[] }[] }>(
    product,
    'drives/list',
    {
      drive: theirs,
    },
  )
  const copy = items.find(({ path }) => path[0] === 'Elsewhere' && path.at(-1) === 'Pumps.txt')
  assert.deepEqual(copy?.sharing, ['read view organization'])
  const library = drives.find(({ kind, error }) => kind === 'library' && !error)
  const inLibrary = await line.json<Restored>([...again, '--to-drive', library?.userPrincipalName ?? ''])
  assert.equal(inLibrary.restore.state, 'succeeded', JSON.stringify(inLibrary.items))
  const both = await line.bdrcloud([...again, '--to-user', address, '--to-drive', other?.id ?? ''])
  assert.equal(both.code, 2)
  assert.match(both.err, /either --to-user or --to-drive/)
})
