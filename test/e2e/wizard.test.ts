/** A person with only a browser: from the setup link to a listed organization, with 'Application Password'. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser, noBrowser } from '../browser.ts'
import {
  atDialog,
  atHeading,
  button,
  link,
  look,
  openConsole,
  setUp,
  signInAtMicrosoft,
  startWizard,
} from '../console-walk.ts'
import { covers } from '../covers.ts'
import { type FreshProduct, globalAdministrator, operator, persona, startFreshProduct } from '../product.ts'

let product: FreshProduct
let browser: Browser
let page: Page

before(async () => {
  if (noBrowser) return
  product = await startFreshProduct({ users: 2, mails: 20, lagSeconds: 3 })
  browser = await launchBrowser()
  page = await openConsole(browser)
})
after(async () => {
  await browser?.close()
  await product?.stop()
})

const looks = (name: string) => look(page, `wizard-${name}`)

test('the setup link makes the first operator, hands out the recovery kit and opens the console', {
  skip: noBrowser,
}, async () => {
  await setUp(page, product.setupLink, operator, looks)
  assert.equal(new URL(page.url()).hash, '', 'the setup token is not left in the address')
  await link(page, 'SaaS Applications').waitFor()
  await link(page, 'Data Source').waitFor()
  await looks('data-source-empty')
})

test('the way to the wizard has the words of the printed guide', { skip: noBrowser }, async () => {
  covers('credential', 'global', 'offered')
  await link(page, 'Add Microsoft 365 organization').click()
  await atHeading(page, 'Add & Manage Microsoft 365 Organizations')
  await looks('organizations-empty')
  await link(page, 'Add Microsoft 365 organization').click()
  await atHeading(page, 'Step 1: Add Method Selection')
  for (const name of ['Azure Cloud Environment Selection', 'Select a method to add M365 organization'])
    await page.getByRole('heading', { name, exact: true }).waitFor()
  for (const name of ['Automatic Credential Process', 'Application Password'])
    await page.getByRole('radio', { name, exact: true, checked: true }).waitFor()
  for (const name of ['Device Code Process', 'Manual Process', 'Application Certificate (SSL)'])
    await page.getByRole('radio', { name, exact: true }).waitFor()
  await page.getByText('GCC', { exact: false }).first().waitFor()
  await page.getByRole('list', { name: 'Microsoft Graph permissions that result' }).waitFor()
  for (const name of ['Azure (US Government GCC High & DOD)', 'Azure China'])
    await page.getByText(name, { exact: true }).waitFor()
  await looks('step-1')
})

test('the wizard adds an organization with an application password', { skip: noBrowser }, async () => {
  covers('credential', 'global', ['grant-access', 'creation-in-progress', 'completing', 'password', 'saved'])
  await startWizard(page, 'password')
  await looks('step-2')
  await page.reload()
  await button(page, 'Microsoft Sign in').click()
  await signInAtMicrosoft(page, persona(product, globalAdministrator), looks)

  const grant = await atDialog(page, 'Grant Access')
  await grant.getByText(persona(product, globalAdministrator).upn).waitFor()
  await button(grant, 'Cancel').waitFor()
  await looks('grant-access')
  await page.reload()
  await button(await atDialog(page, 'Grant Access'), 'Grant Access').click()

  const progress = await atDialog(page, 'Application Creation is in Progress')
  await progress
    .getByText(/next try in \d+ s/)
    .first()
    .waitFor()
  await looks('in-progress')
  if (await progress.isVisible()) await page.reload()
  const ready = await atDialog(page, 'The application is ready', 120)
  await looks('ready')
  await button(ready, 'Next::Completion Steps').click()

  await atHeading(page, 'Step 3: Completion Steps')
  const name = page.getByLabel('Organization Name')
  assert.notEqual(await name.inputValue(), '')
  const password = page.getByLabel('Application Password', { exact: true })
  assert.match(await password.inputValue(), /^•+$/, 'masked')
  await page
    .getByText(
      "Note: Make sure the 'Application password' is copied and saved locally for future reference.",
      { exact: true },
    )
    .waitFor()
  await looks('step-3')
  // The button says so for some seconds.
  await Promise.all([
    page.getByText('Application Password copied', { exact: true }).waitFor({ state: 'attached' }),
    page.locator('button', { hasText: 'Copied' }).waitFor(),
    button(page, 'Copy: Application Password').click(),
  ])
  const secret = await page.evaluate<string>('window.clipboardText')
  assert.ok(secret.length > 20, 'the password is in the clipboard')
  assert.match(await password.inputValue(), /^•+$/, 'masked after copying, too')
  await button(page, 'Show: Application Password').click()
  await button(page, 'Hide: Application Password').waitFor()
  assert.equal(await password.inputValue(), secret)
  for (const field of ['Tenant ID', 'Application ID']) {
    const input = page.getByLabel(field, { exact: true })
    assert.match(await input.inputValue(), /^[0-9a-f-]{36}$/)
    assert.ok(!(await input.isEditable()), `${field} is fixed`)
  }
  await page.reload()
  await page.getByText('The password was shown already.', { exact: false }).waitFor()
  await looks('step-3-password-gone')
  await name.fill('Harbour Lights, head office')
  await button(page, 'Save').click()

  await atHeading(page, 'Add & Manage Microsoft 365 Organizations')
  const card = page.getByRole('article', { name: 'Harbour Lights, head office' })
  await card.getByText('Application Password').waitFor()
  await card.getByText('Read: OK').first().waitFor()
  await card.getByText('Write: OK').first().waitFor()
  await looks('organizations')
})

test('an organization that is listed cannot be added twice', { skip: noBrowser }, async () => {
  covers('credential', 'global', 'tenant-exists')
  await link(page, 'Add Microsoft 365 organization').click()
  await startWizard(page, 'password')
  await button(page, 'Microsoft Sign in').click()
  // Microsoft knows the account still and asks nothing.
  await page.getByRole('heading', { name: 'The organization was not added' }).waitFor()
  await looks('already-there')
})
