/** Managing an organization in a browser: health and drift, edit, another credential by hand, rotation, upgrade. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import type { OrganizationView } from '../../src/contract/index.ts'
import { systemClock } from '../../src/shared/index.ts'
import { launchBrowser, noBrowser } from '../browser.ts'
import {
  atDialog,
  button,
  link,
  look,
  openConsole,
  signInAtMicrosoft,
  signInToConsole,
} from '../console-walk.ts'
import { covers } from '../covers.ts'
import { foreignPassword, grant, revoke, uploadCertificate } from '../organizations/tenant-changes.ts'
import {
  addOrganization,
  globalAdministrator,
  operator,
  type Product,
  persona,
  startProduct,
} from '../product.ts'

let product: Product
let browser: Browser
let page: Page
let organization: OrganizationView

before(async () => {
  if (noBrowser) return
  product = await startProduct({ users: 2, mails: 6 })
  organization = await addOrganization(product)
  browser = await launchBrowser()
  page = await openConsole(browser)
  await signInToConsole(page, product.address, operator)
  await page.goto(`${product.address}/organizations/${organization.id}`)
})
after(async () => {
  await browser?.close()
  await product?.stop()
})

const looks = (name: string) => look(page, `manage-${name}`)
const region = (name: string) => page.getByRole('region', { name, exact: true })
const now = () => product.session.get<OrganizationView>(`/organizations/${organization.id}`)
const tenant = () => ({ simulator: product.simulator, clock: systemClock })

test("'Verify now' reports what changed in the tenant, since when and what to do; what was added can be accepted", {
  skip: noBrowser,
}, async () => {
  covers('management', 'global', ['list', 'verify'])
  const health = region('Health')
  await button(page, 'Verify now').click()
  await health.getByText('Nothing has changed in the tenant since all was well.').waitFor()
  grant(tenant(), 'Calendars.Read')
  const giveBack = revoke(tenant(), 'Mail.ReadWrite')
  await button(page, 'Verify now').click()
  const drift = health.getByRole('list', { name: 'What changed since all was well' })
  await drift.getByText('The permission Mail.ReadWrite was taken away from the application.').waitFor()
  await drift.getByText(/given the permission Calendars\.Read/).waitFor()
  await drift.getByText(/API permissions, and grant it again/).waitFor()
  await drift
    .getByText(/^Since /)
    .first()
    .waitFor()
  await looks('drift')
  await link(page, 'Add & Manage Microsoft 365 Organizations').first().click()
  await page.getByRole('article').getByText('And 1 more.', { exact: false }).waitFor()
  await looks('list')
  await link(page, 'Open Contoso').click()
  await button(health, 'Accept what was added').click()
  const asked = await atDialog(page, 'Accept what was added?')
  await looks('accept')
  await button(asked, 'Accept what was added').click()
  await asked.waitFor({ state: 'hidden' })
  await drift.getByText(/given the permission/).waitFor({ state: 'hidden' })
  giveBack()
  await button(page, 'Verify now').click()
  await drift.getByText(/was taken away/).waitFor({ state: 'hidden' })
  revoke(tenant(), 'Calendars.Read')
  await button(health, 'Earlier checks').click()
  const history = await atDialog(page, 'Earlier checks')
  await history.getByText("by 'Verify now'").first().waitFor()
  await looks('history')
  await page.keyboard.press('Escape')
  await history.waitFor({ state: 'hidden' })
})

test('the name changes without a password; what is fixed, and what asks for the password, is said', {
  skip: noBrowser,
}, async () => {
  covers('management', 'global', 'edit')
  // Another tab has read the old name and does not listen yet.
  const other = await openConsole(browser)
  const listening = Promise.withResolvers<void>()
  await other.route('**/events', async (route) => {
    await listening.promise
    await route.continue()
  })
  await signInToConsole(other, product.address, operator)
  await other.goto(`${product.address}/organizations/${organization.id}`)
  await other.getByRole('heading', { level: 1, name: organization.name }).waitFor()
  await button(region('Connection'), 'Edit').click()
  const dialog = await atDialog(page, 'Edit organization')
  await dialog.getByText('Fixed since the organization was added').waitFor()
  await looks('edit')
  await dialog.getByLabel(/^Organization Name/).fill('')
  assert.equal(await button(dialog, 'Save').getAttribute('aria-disabled'), 'true')
  await dialog.getByLabel(/^Organization Name/).fill('Harbour North')
  // By keyboard: Enter in the field saves.
  await page.keyboard.press('Enter')
  await dialog.waitFor({ state: 'hidden' })
  await page.getByRole('heading', { level: 1, name: 'Harbour North' }).waitFor()
  assert.equal((await now()).name, 'Harbour North')
  listening.resolve()
  await other.getByRole('heading', { level: 1, name: 'Harbour North' }).waitFor()
  await other.context().close()
})

test('another password is given by hand: it has to work, and the operator proves who is asking', {
  skip: noBrowser,
}, async () => {
  covers('management', 'global', 'replace-password')
  await link(region('Credential'), 'Replace credential').click()
  const form = page.getByRole('form', { name: 'Replace credential' })
  await form.getByText(/App registrations/).waitFor()
  const portal = form.getByRole('link', { name: 'Microsoft Entra admin center' })
  assert.equal(await portal.getAttribute('href'), 'https://entra.microsoft.com')
  await looks('replace')
  await button(form, 'Replace credential').click()
  await form.getByText('Type the value of the client secret.').waitFor()
  await form.getByText('Type the password with which you sign in to this console.').waitFor()

  const secret = form.getByLabel(/^Application Password/).and(page.locator('input[type=password]'))
  const own = form.getByLabel(/^Your password/).and(page.locator('input[type=password]'))
  const { secretText, endDateTime } = foreignPassword(tenant(), 'second')
  await secret.fill(secretText)
  await own.fill('not my password')
  await button(form, 'Replace credential').click()
  await page
    .getByRole('alert')
    .getByText(/password/i)
    .first()
    .waitFor()
  await looks('replace-own-password-wrong')

  await secret.fill('not a secret of the application')
  await own.fill(operator.password)
  await button(form, 'Replace credential').click()
  await form.getByText('Trying the new credential …').waitFor()
  await page
    .getByRole('alert')
    .getByText(/The new credential does not work, so the old one stays in use/)
    .waitFor({ timeout: 60_000 })
  await page.getByRole('alert').last().scrollIntoViewIfNeeded()
  await looks('replace-refused')
  assert.equal((await now()).credential.expiresAt, organization.credential.expiresAt)

  await secret.fill(secretText)
  await form.getByLabel(/^Expires/).fill(endDateTime.slice(0, 10))
  await own.fill(operator.password)
  await button(form, 'Replace credential').click()
  const done = region('The new credential is in use')
  await done.getByText(/The old application password stays valid until/).waitFor()
  await looks('replaced')
  const { credential } = await now()
  assert.equal(credential.expiresAt?.slice(0, 10), endDateTime.slice(0, 10))
  await link(done, 'Back to Harbour North').click()
})

test('a password gives way to a certificate after a sign-in', { skip: noBrowser }, async () => {
  covers('management', 'global', 'upgrade-to-certificate')
  const card = region('Credential')
  await card.getByText('By hand: passwords do not renew themselves').waitFor()
  await card.scrollIntoViewIfNeeded()
  await looks('password')
  await button(card, 'Upgrade to certificate').click()
  await button(page, 'Microsoft Sign in').click()
  await signInAtMicrosoft(page, persona(product, globalAdministrator))
  const dialog = await atDialog(page, 'Upgrade to certificate')
  await looks('upgrade')
  await button(dialog, 'Confirm').click()
  await page.getByRole('heading', { name: 'Upgrade to certificate: done' }).waitFor({ timeout: 60_000 })
  await looks('upgraded')
  await link(page, 'Back to Harbour North').click()
  await card.getByText(/By the server itself, on/).waitFor()
})

test("'Rotate credential' says what it does and when it happens by itself, and shows how far it is", {
  skip: noBrowser,
}, async () => {
  covers('management', 'global', 'rotate-certificate')
  const card = region('Credential')
  const { thumbprint } = (await now()).credential
  await button(card, 'Rotate credential').click()
  const dialog = await atDialog(page, 'Rotate credential')
  await dialog.getByText(/Without this it happens by itself on/).waitFor()
  await looks('rotate')
  await button(dialog, 'Rotate now').click()
  await card.getByText(/The new certificate is in use\. The old one stays/).waitFor({ timeout: 120_000 })
  await card.scrollIntoViewIfNeeded()
  await looks('rotation')
  assert.notEqual((await now()).credential.thumbprint, thumbprint)
  assert.equal(await button(card, 'Rotate credential').getAttribute('aria-disabled'), 'true')
})

test('a certificate made here is uploaded in the portal and put into use', { skip: noBrowser }, async () => {
  covers('management', 'global', 'replace-certificate')
  await link(region('Credential'), 'Replace credential').click()
  const form = page.getByRole('form', { name: 'Replace credential' })
  await button(form, 'Make certificate').click()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    button(form, 'Download the public part (.cer)').click(),
  ])
  const pem = await readFile(await download.path(), 'utf8')
  assert.doesNotMatch(pem, /PRIVATE/)
  uploadCertificate(tenant(), pem)
  await looks('replace-certificate')
  await form
    .getByLabel(/^Your password/)
    .and(page.locator('input[type=password]'))
    .fill(operator.password)
  await button(form, 'Replace credential').click()
  await region('The new credential is in use')
    .getByText(/The old certificate/)
    .waitFor()
  assert.equal((await now()).credential.kind, 'certificate')
})
