/** Calendars, contacts and tasks at restore points over the API: lists, search, one item safely shown, files, one file of many. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import ICAL from 'ical.js'
import { listFolders, listMailboxes } from '../../src/catalog/index.ts'
import type {
  ExportView,
  MailboxSettingsView,
  OutlookItemDetailView,
  OutlookItemView,
  OutlookWorkloadName,
  Page,
} from '../../src/contract/index.ts'
import { createDownloadService, createOutlookDownloads } from '../../src/jobs/index.ts'
import { registerExportRoutes, registerMailRoutes, registerOutlookRoutes } from '../../src/server/index.ts'
import { systemClock } from '../../src/shared/index.ts'
import { openBackupLab } from '../jobs/backup-lab.ts'
import { createTestServer } from '../server.ts'

const lab = await openBackupLab({ users: 1, mails: 1, events: 24, contacts: 9, tasks: 9 })
const { db } = lab.database
const { repositories } = lab.service
await db
  .updateTable('organizations')
  .set({ workloads: JSON.stringify(['mail', 'calendar', 'contacts', 'todo']) })
  .execute()
const address = (await lab.mailboxes())[0]?.userPrincipalName ?? ''
interface Listed {
  readonly id: string
  readonly fields: Record<string, unknown>
  readonly attachments: readonly { name: string }[]
  readonly photo: string | null
}
const control = async <T>(verb: string, body: object): Promise<T> => {
  const answer = await fetch(`${lab.simulator.ready.clouds.global.pages}/_control/outlook/${verb}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ mailbox: address, ...body }),
  })
  assert.ok(answer.ok, await answer.clone().text())
  return (await answer.json()) as T
}
const truth = async (kind: string) => (await control<{ items: Listed[] }>('list', { kind })).items
const first = await lab.backUp()
assert.equal(first.state, 'succeeded')

const downloads = createDownloadService({ db, repositories, clock: systemClock })
const outlookDownloads = createOutlookDownloads({ db, repositories })
const organizations = { get: async () => undefined }
const server = await createTestServer({
  routes: (api) => {
    registerMailRoutes(api, { db, downloads, organizations })
    registerOutlookRoutes(api, { outlookDownloads, organizations })
    registerExportRoutes(api, { db, downloads, organizations })
  },
})
after(async () => {
  await server.stop()
  await lab.stop()
})
const { headers } = await server.signIn()
const call = (url: string) => server.app.inject({ url: `/api/v1${url}`, headers })
async function get<T>(url: string): Promise<T> {
  const answer = await call(url)
  assert.equal(answer.statusCode, 200, answer.body)
  return answer.json()
}
const mailboxOf = async (workload: OutlookWorkloadName) =>
  (await listMailboxes(db, lab.organizationId, { workload })).items.find(
    ({ userPrincipalName }) => userPrincipalName === address,
  )?.id ?? assert.fail(`no ${workload}`)
async function all(workload: OutlookWorkloadName, query = ''): Promise<OutlookItemView[]> {
  const found: OutlookItemView[] = []
  let cursor: string | null = null
  do {
    const page: Page<OutlookItemView> = await get(
      `/mailboxes/${await mailboxOf(workload)}/outlook-items?limit=4${query}${cursor ? `&cursor=${cursor}` : ''}`,
    )
    found.push(...page.items)
    cursor = page.nextCursor
  } while (cursor !== null)
  return found
}
const kinds = { calendar: 'calendars', contacts: 'contactFolders', todo: 'lists' } as const

test('lists hold everything once, page by page, in their order, with what their columns need', async () => {
  const events = await all('calendar')
  assert.equal(events.length, (await truth(kinds.calendar)).length)
  const starts = events.map(({ event }) => event?.start ?? '')
  assert.deepEqual(starts, starts.toSorted().reverse())
  assert.ok(events.some(({ event }) => event?.isSeries) && events.some(({ event }) => event?.organizer))

  const contacts = await all('contacts')
  assert.equal(contacts.length, (await truth(kinds.contacts)).length)
  assert.equal(new Set(contacts.map(({ id }) => id)).size, contacts.length)
  assert.ok(contacts.some(({ contact }) => contact?.email?.includes('@') && contact.company))

  const tasks = await all('todo')
  assert.equal(tasks.length, (await truth(kinds.todo)).length)
  assert.ok(tasks.some(({ task }) => task?.due && task.status))
  assert.ok(tasks.every(({ event, contact }) => event === null && contact === null))
})

test('a folder, words, and an earlier time narrow a list; mails and unknown folders do not answer as events', async () => {
  const mailbox = await mailboxOf('calendar')
  const folders = await listFolders(db, mailbox)
  const events = await all('calendar')
  for (const { id, items } of folders) {
    const inIt = await all('calendar', `&folder=${id}`)
    assert.equal(inIt.length, items)
    assert.ok(inIt.every(({ folderId }) => folderId === id))
  }
  const [some] = events.filter(({ title }) => /^\p{L}{4,}/u.test(title))
  const word = /^\p{L}{4,}/u.exec(some?.title ?? '')?.[0] ?? ''
  const found = await all('calendar', `&search=${encodeURIComponent(word)}`)
  assert.ok(found.some(({ id }) => id === some?.id) && found.length < events.length)
  const everywhere = await get<Page<OutlookItemView>>(
    `/organizations/${lab.organizationId}/outlook-search?workload=calendar&limit=200&query=${encodeURIComponent(word)}`,
  )
  assert.deepEqual(
    everywhere.items.map(({ id }) => id),
    found.map(({ id }) => id),
  )

  const gone = (await truth(kinds.contacts))[0]
  assert.ok(gone)
  await control('delete', { id: gone.id })
  const second = await lab.backUp()
  assert.equal(second.state, 'succeeded')
  const now = await all('contacts')
  const then = await all('contacts', `&at=${first.sequence}`)
  assert.deepEqual([then.length - now.length, then.length], [1, (await truth(kinds.contacts)).length + 1])

  const mails = (await listMailboxes(db, lab.organizationId, {})).items[0]
  assert.equal((await call(`/mailboxes/${mails?.id}/outlook-items`)).statusCode, 404)
  const mail = await get<Page<{ id: string }>>(`/mailboxes/${mails?.id}/items`)
  assert.equal((await call(`/outlook-items/${mail.items[0]?.id}`)).statusCode, 404)
})

test('one event: who, when, attachments as they were; its text can do nothing', async () => {
  const known = await truth(kinds.calendar)
  const events = await all('calendar')
  const meeting = events.find(({ event }) => event?.organizer)
  const detail = await get<OutlookItemDetailView>(`/outlook-items/${meeting?.id}`)
  assert.ok(detail.event?.attendees.every(({ address: one }) => one.includes('@')))
  assert.ok(detail.event?.localStart)

  const attached = known.find(({ attachments }) => attachments.length > 0)
  assert.ok(attached)
  const holder = events.find(
    ({ title, hasAttachments }) => hasAttachments && title === attached.fields['subject'],
  )
  const shown = await get<OutlookItemDetailView>(`/outlook-items/${holder?.id}`)
  assert.deepEqual(
    shown.attachments
      .filter(({ occurrence }) => occurrence === null)
      .map(({ name }) => name)
      .sort(),
    attached.attachments.map(({ name }) => name).sort(),
  )
  const saved = await call(`/outlook-items/${holder?.id}/attachments/0`)
  assert.equal(saved.rawPayload.length, shown.attachments[0]?.size)
  assert.match(String(saved.headers['content-disposition']), /^attachment/)
  assert.equal((await call(`/outlook-items/${holder?.id}/attachments/99`)).statusCode, 404)

  await control('update', {
    id: attached.id,
    fields: { body: { contentType: 'html', content: '<p>Bring <b>boots</b></p><script>alert(1)</script>' } },
  })
  await lab.backUp()
  const changed = (await all('calendar')).find(({ title }) => title === attached.fields['subject'])
  const page = await call(`/outlook-items/${changed?.id}/preview`)
  assert.match(page.body, /Bring <b>boots<\/b>/)
  assert.doesNotMatch(page.body, /<script|alert/)
  assert.match(String(page.headers['content-security-policy']), /^sandbox; default-src 'none'/)
  const cleaned = await get<OutlookItemDetailView>(`/outlook-items/${changed?.id}`)
  assert.deepEqual([cleaned.hasText, cleaned.removed], [true, ['1 script']])
})

test('a picture in the text of an event is shown, though Graph counts it as no attachment', async () => {
  const pixels = Buffer.from('the pixels of a logo').toString('base64')
  const content = '<p>Our logo</p><img src="cid:logo@contoso"><img src="cid:lost@contoso">'
  const { ids } = await control<{ ids: string[] }>('create', {
    kind: kinds.calendar,
    fields: { subject: 'Illustrated', body: { contentType: 'html', content } },
  })
  await control('attach', {
    id: ids[0],
    name: 'logo.png',
    contentType: 'image/png',
    isInline: true,
    contentId: '<logo@contoso>',
    base64: pixels,
  })
  await lab.backUp()
  const event = (await all('calendar')).find(({ title }) => title === 'Illustrated')
  assert.equal(event?.hasAttachments, false)
  const page = await call(`/outlook-items/${event.id}/preview`)
  assert.ok(page.body.includes(`data:image/png;base64,${pixels}`), page.body)
  const { attachments, removed } = await get<OutlookItemDetailView>(`/outlook-items/${event.id}`)
  assert.deepEqual([attachments[0]?.inline, removed], [true, ['1 missing inline image']])
})

test('one contact: its photo is pixels; files and JSON are what is stored', async () => {
  const contacts = await all('contacts')
  const withPhoto = contacts.find(({ hasAttachments }) => hasAttachments)
  assert.ok(withPhoto)
  const detail = await get<OutlookItemDetailView>(`/outlook-items/${withPhoto.id}`)
  assert.equal(detail.contact?.hasPhoto, true)
  const photo = await call(`/outlook-items/${withPhoto.id}/photo`)
  assert.match(String(photo.headers['content-type']), /^image\/(png|jpeg)$/)
  assert.match(String(photo.headers['content-security-policy']), /sandbox/)
  const card = await call(`/outlook-items/${withPhoto.id}/content`)
  assert.match(String(card.headers['content-disposition']), /\.vcf"/)
  assert.match(card.body, /^BEGIN:VCARD\r\n/)
  assert.equal(card.rawPayload.length, withPhoto.size)
  const json = await get<{ displayName: string }>(`/outlook-items/${withPhoto.id}/content?format=json`)
  assert.equal(json.displayName, withPhoto.title)
  const without = contacts.find(({ hasAttachments }) => !hasAttachments)
  assert.equal((await call(`/outlook-items/${without?.id}/photo`)).statusCode, 415)
})

test('a calendar, and all contacts, are saved as ZIP or as one file; mails are not one file', async () => {
  const asked = async (selection: object) => {
    const answer = await server.app.inject({
      method: 'POST',
      url: `/api/v1/organizations/${lab.organizationId}/exports`,
      headers,
      payload: { selection },
    })
    assert.equal(answer.statusCode, 201, answer.body)
    return answer.json<ExportView>()
  }
  const calendar = await asked({ mailbox: await mailboxOf('calendar') })
  const zip = await call(`/exports/${calendar.id}`)
  assert.match(String(zip.headers['content-disposition']), /"events-.*\.zip"/)
  const one = await call(`/exports/${calendar.id}?as=file`)
  assert.match(String(one.headers['content-disposition']), /"events-.*\.ics"/)
  const parsed = new ICAL.Component(ICAL.parse(one.body) as unknown[])
  const masters = parsed
    .getAllSubcomponents('vevent')
    .filter((event) => event.getFirstProperty('recurrence-id') === null)
  assert.equal(masters.length, calendar.items)
  const cards = await asked({ mailbox: await mailboxOf('contacts') })
  const vcf = await call(`/exports/${cards.id}?as=file`)
  assert.equal(vcf.body.match(/^BEGIN:VCARD\r$/gm)?.length, cards.items)
  const mails = (await listMailboxes(db, lab.organizationId, {})).items[0]
  const mail = await asked({ mailbox: mails?.id })
  const refused = await call(`/exports/${mail.id}?as=file`)
  assert.deepEqual([refused.statusCode, refused.json().code], [422, 'JOB_EXPORT_NOT_ONE_FILE'])
})

test('settings of a mailbox are answered as Graph had them, and are nothing for who has none', async () => {
  const mails = (await listMailboxes(db, lab.organizationId, {})).items[0]
  const view = await get<MailboxSettingsView>(`/mailboxes/${mails?.id}/settings`)
  assert.equal(view.userPrincipalName, address)
  assert.ok(view.settings?.['workingHours'] && view.settings['automaticRepliesSetting'])
  assert.ok(view.categories.every(({ displayName }) => typeof displayName === 'string'))
  const other = await get<MailboxSettingsView>(`/mailboxes/${await mailboxOf('calendar')}/settings`)
  assert.deepEqual(other, { userPrincipalName: address, settings: null, rules: [], categories: [] })
  assert.equal((await call(`/mailboxes/${mails?.id}/settings?at=999`)).statusCode, 404)
})
