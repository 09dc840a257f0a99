/** A person with only a browser: finds events, contacts and tasks as they were, looks at one, saves and restores some; reads a mailbox's settings. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import type { Browser, Download, Locator, Page as Tab } from 'playwright-core'
import type { OnboardingView, OrganizationView } from '../../src/contract/index.ts'
import { launchBrowser, noBrowser } from '../browser.ts'
import { atDialog, button, link, look, openConsole, press, signInToConsole, tabTo } from '../console-walk.ts'
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
let browser: Browser
let page: Tab
let organization: OrganizationView
/** Whose event is looked for. */
let owner: string

before(async () => {
  if (noBrowser) return
  product = await startProduct({ users: 2, mails: 1, events: 14, contacts: 9, tasks: 9 })
  const onboarding = await product.session.post<OnboardingView>('/onboardings', {
    method: 'credential',
    cloud: 'global',
    workloads: ['mail', 'calendar', 'contacts', 'todo'],
    restoreRights: true,
    credentialKind: 'password',
  })
  await signIn(product, onboarding.id)
  organization = await finishOnboarding(product, onboarding.id)
  grantPermissions(product, organization, 'MailboxSettings.Read')
  // Takes a token that tells of it.
  await product.session.post(`/organizations/${organization.id}/verify`)
  const mailbox = product.simulator.tenant.users.find((user) => user.hasMailbox)
  owner = mailbox?.displayName ?? ''
  await control(product, 'outlook/create', {
    mailbox: mailbox?.userPrincipalName,
    kind: 'calendars',
    collection: 'Calendar',
    fields: {
      subject: 'Harbour walk',
      body: { contentType: 'html', content: '<p>Bring <b>boots</b></p><script>alert(1)</script>' },
      start: { dateTime: '2026-03-27T08:00:00', timeZone: 'UTC' },
      end: { dateTime: '2026-03-27T09:30:00', timeZone: 'UTC' },
      location: { displayName: 'Pier 4' },
      categories: ['Blue category'],
      attendees: [
        {
          type: 'optional',
          emailAddress: { name: 'Bo Quay', address: 'bo@contoso.example' },
        },
      ],
    },
  })
  await control(product, 'mail/settings', {
    mailbox: mailbox?.userPrincipalName,
    settings: {
      automaticRepliesSetting: {
        status: 'scheduled',
        externalAudience: 'contactsOnly',
        scheduledStartDateTime: { dateTime: '2026-12-20T00:00:00.0000000', timeZone: 'UTC' },
        scheduledEndDateTime: { dateTime: '2027-01-02T00:00:00.0000000', timeZone: 'UTC' },
        internalReplyMessage: '<html><body><p>Back in January</p><script>alert(1)</script></body></html>',
      },
    },
    rules: [
      {
        id: 'AQAAAJ5dZqA=',
        displayName: 'From the board',
        sequence: 1,
        isEnabled: false,
        conditions: { senderContains: ['board', 'chair'], hasAttachments: true, bodyContains: [] },
        actions: { markImportance: 'high', stopProcessingRules: true },
      },
    ],
  })
  assert.equal((await backUp(product, organization.id)).state, 'succeeded')
  browser = await launchBrowser()
  page = await openConsole(browser)
  await signInToConsole(page, product.address, operator)
})
after(async () => {
  await browser?.close()
  await product?.stop()
})

const place = (rest: string) => `${product.address}/organizations/${organization.id}${rest}`
const tab = (name: string) => link(page.getByRole('navigation', { name: 'Organization sections' }), name)
async function savedBy(target: Locator): Promise<{ name: string; text: string }> {
  const [download] = await Promise.all([page.waitForEvent('download') as Promise<Download>, target.click()])
  return { name: download.suggestedFilename(), text: await readFile(await download.path(), 'utf8') }
}

test('an event is found by keyboard and shown with all there is to see; its text does nothing', {
  skip: noBrowser,
}, async () => {
  await page.goto(place(''))
  await tab('Calendars').click()
  const users = page.getByRole('list', { name: 'Users with calendars' }).getByRole('button')
  await users.first().waitFor()
  await look(page, 'calendar-users')
  await tabTo(users.first())
  await press(users.first())
  await page.getByRole('table', { name: 'Events' }).waitFor()
  await look(page, 'calendar-events')
  await page.getByRole('searchbox', { name: 'Search events of the organization' }).fill('harbour walk')
  const row = page.getByRole('row', { name: /Harbour walk/ })
  await row.getByRole('cell', { name: owner, exact: true }).waitFor()
  await button(row, 'Harbour walk').click()
  const shown = page.getByRole('region', { name: 'Event', exact: true })
  await shown.getByRole('heading', { name: 'Harbour walk' }).waitFor()
  await shown.getByText('Bo Quay <bo@contoso.example>').waitFor()
  await shown.getByText('no answer, optional').waitFor()
  await shown.getByText('Pier 4').waitFor()
  const text = page.frameLocator('iframe')
  await text.getByText('boots').waitFor()
  assert.equal(await text.locator('script').count(), 0)
  await shown.getByText('Left out for safety: 1 script.').waitFor()
  await look(page, 'calendar-event')
  const saved = await savedBy(link(shown, 'Download .ics'))
  assert.match(saved.name, /Harbour walk~[0-9a-f]{16}\.ics$/)
  assert.match(saved.text, /^BEGIN:VCALENDAR/)
})

test('selected events are saved as one file and restored into a calendar of a name', {
  skip: noBrowser,
}, async () => {
  await page.getByRole('checkbox', { name: 'Select Harbour walk' }).check()
  await page.getByText('1 selected').waitFor()
  await button(page.getByRole('toolbar'), 'Restore…').click()
  const dialog = await atDialog(page, 'Restore 1 event')
  await dialog.getByText('Nobody is invited', { exact: false }).waitFor()
  await dialog.getByRole('radio', { name: 'A calendar with this name' }).check()
  await dialog.getByRole('textbox', { name: 'Calendar name' }).fill('From the backup')
  await look(page, 'calendar-restore')
  await button(dialog, 'Restore').click()
  await dialog.getByText('Succeeded').waitFor()
  await button(dialog, 'Close').click()
  await page.getByRole('searchbox', { name: 'Search events of the organization' }).fill('')
  const users = page.getByRole('list', { name: 'Users with calendars' }).getByRole('button')
  await users.first().click()
  await page.getByRole('checkbox', { name: 'Select all that are shown' }).check()
  const calendar = await savedBy(button(page, 'One .ics file'))
  assert.match(calendar.name, /^events-.*\.ics$/)
  assert.equal(calendar.text.match(/^BEGIN:VCALENDAR/gm)?.length, 1)
})

test('contacts and tasks have their own columns and panes', { skip: noBrowser }, async () => {
  await tab('Contacts').click()
  await page.getByRole('list', { name: 'Users with contacts' }).getByRole('button').first().click()
  const contacts = page.getByRole('table', { name: 'Contacts' })
  await contacts.getByRole('columnheader', { name: 'E-mail' }).waitFor()
  await look(page, 'contacts-list')
  await contacts.getByRole('row').nth(1).getByRole('button').click()
  const contact = page.getByRole('region', { name: 'Contact', exact: true })
  await contact.getByRole('heading', { level: 2 }).waitFor()
  await look(page, 'contacts-contact')
  const all = await savedBy(link(contact, 'Download .vcf'))
  assert.match(all.text, /^BEGIN:VCARD/)

  await tab('To Do').click()
  await page.getByRole('list', { name: 'Users with tasks' }).getByRole('button').first().click()
  const tasks = page.getByRole('table', { name: 'Tasks' })
  await tasks.getByRole('columnheader', { name: 'Due' }).waitFor()
  await tasks.getByRole('row').nth(1).getByRole('button').click()
  await page.getByRole('region', { name: 'Task', exact: true }).getByText('Status').waitFor()
  await look(page, 'tasks-task')
  await button(page, 'All users').click()
  await page.goto(place('/todo?q=xylophone'))
  await page.getByText('Nothing found').waitFor()
})

test('settings of a mailbox are read and exported', { skip: noBrowser }, async () => {
  await tab('Mailbox settings').click()
  await page.locator('a[aria-current="page"]', { hasText: 'Mailbox settings' }).waitFor()
  await page.getByRole('list', { name: 'Mailboxes' }).getByRole('button', { name: owner }).click()
  await page.getByRole('heading', { name: 'Automatic replies' }).waitFor()
  await page.getByText('On between two times').waitFor()
  await page.getByText('Back in January', { exact: true }).waitFor()
  await page.getByText('sender contains: board, chair').waitFor()
  await page.getByText('stop processing rules').waitFor()
  await look(page, 'mailbox-settings')
  const saved = await savedBy(button(page, 'Export as JSON'))
  assert.ok(JSON.parse(saved.text).settings.workingHours)
})

test('settings of a mailbox are restored, after the permission that it takes was named', {
  skip: noBrowser,
}, async () => {
  const mailbox = product.simulator.tenant.users.find((user) => user.hasMailbox)
  await control(product, 'mail/settings', { mailbox: mailbox?.userPrincipalName, settings: {}, rules: [] })
  await button(page, 'Restore…').click()
  const dialog = await atDialog(page, 'Restore mailbox settings')
  const replies = dialog.getByRole('checkbox', { name: 'Automatic replies' })
  assert.equal(await replies.isChecked(), false, 'nobody is answered again unasked')
  await look(page, 'mailbox-settings-restore')
  await button(dialog, 'Restore').click()
  await dialog.getByText('MailboxSettings.ReadWrite', { exact: false }).waitFor()
  await button(dialog, 'Grant optional permissions').waitFor()
  await look(page, 'mailbox-settings-restore-not-granted')
  grantPermissions(product, organization, 'MailboxSettings.ReadWrite')
  await product.session.post(`/organizations/${organization.id}/verify`)
  await replies.check()
  await button(dialog, 'Restore').click()
  const outcome = dialog.getByRole('list', { name: 'What was restored' })
  await outcome.getByRole('listitem').filter({ hasText: 'From the board' }).getByText('Restored').waitFor()
  await outcome.getByRole('listitem').filter({ hasText: 'Automatic replies' }).getByText('Restored').waitFor()
  await look(page, 'mailbox-settings-restored')
  await button(dialog, 'Close').click()
})
