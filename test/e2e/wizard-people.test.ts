/**
 * Who else comes along in the wizard: people who may not grant, people who change their mind, and at last the
 * administrator, with 'Application Certificate (SSL)'.
 */
import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser, noBrowser } from '../browser.ts'
import {
  atDialog,
  atHeading,
  button,
  look,
  openConsole,
  signInAtMicrosoft,
  signInToConsole,
  startWizard,
} from '../console-walk.ts'
import { covers } from '../covers.ts'
import { globalAdministrator, operator, type Product, persona, startProduct } from '../product.ts'

let product: Product
let browser: Browser
let page: Page

before(async () => {
  if (noBrowser) return
  product = await startProduct({ users: 2, mails: 20, lagSeconds: 2 })
  browser = await launchBrowser()
})
// Microsoft remembers who signed in, so each begins in a browser of its own.
beforeEach(async () => {
  if (noBrowser) return
  page = await openConsole(browser)
  await signInToConsole(page, product.address, operator)
})
afterEach(async () => {
  await page?.context().close()
})
after(async () => {
  await browser?.close()
  await product?.stop()
})

const looks = (name: string) => look(page, `people-${name}`)

/** From the list to Microsoft's sign-in page. */
async function goToMicrosoft(credential: 'password' | 'certificate' = 'password'): Promise<void> {
  await page.goto(`${product.address}/organizations/add`)
  await startWizard(page, credential)
  await button(page, 'Microsoft Sign in').click()
}

/** Applications in the tenant that are not deleted for good; the ready-made ones aside. */
async function applications(): Promise<unknown[]> {
  const answer = await fetch(`${product.simulator.ready.control}/applications`)
  return ((await answer.json()) as { applications: unknown[] }).applications
}

test("an ordinary user sees 'Need Admin Approval'", { skip: noBrowser }, async () => {
  covers('credential', 'global', ['role-missing', 'need-admin-approval', 'cancelled'])
  const user = persona(product, 'User')
  await goToMicrosoft()
  await signInAtMicrosoft(page, user)
  const dialog = await atDialog(page, 'Need Admin Approval')
  const text = await dialog.innerText()
  for (const word of [
    user.upn,
    'Global Administrator',
    'Privileged Role Administrator',
    'Privileged Identity',
  ])
    assert.ok(text.includes(word), `"${word}" stands in: ${text}`)
  assert.ok(await dialog.getByRole('textbox', { name: 'Link to hand to an administrator' }).inputValue())
  await looks('approval-user')
  await page.reload()
  await button(await atDialog(page, 'Need Admin Approval'), 'Cancel').click()
  await page.getByRole('heading', { name: 'Adding the organization was cancelled' }).waitFor()
  await looks('cancelled')
  assert.deepEqual(await applications(), [])
})

test("a cancel on Microsoft's page names both possible causes", { skip: noBrowser }, async () => {
  covers('credential', 'global', 'sign-in-refused')
  await goToMicrosoft()
  await page.getByRole('link', { name: 'Cancel and go back' }).click()
  const dialog = await atDialog(page, 'Need Admin Approval')
  const text = await dialog.innerText()
  assert.match(text, /cancel/i)
  assert.match(text, /administrator/i)
  await looks('access-denied')
  assert.deepEqual(await applications(), [])
})

test("'Cancel' on 'Grant Access' leaves nothing in the tenant", { skip: noBrowser }, async () => {
  covers('credential', 'global', ['grant-cancelled', 'cancelled'])
  await goToMicrosoft()
  await signInAtMicrosoft(page, persona(product, 'Privileged Role Administrator'))
  await button(await atDialog(page, 'Grant Access'), 'Cancel').click()
  await page.getByText('Nothing is left in the tenant.').waitFor()
  assert.deepEqual(await applications(), [])
})

test('a Cloud Application Administrator hands over to a Global Administrator, with a certificate', {
  skip: noBrowser,
}, async () => {
  covers('credential', 'global', ['role-missing', 'grant-access', 'certificate', 'saved'])
  const limited = persona(product, 'Cloud Application Administrator')
  await goToMicrosoft('certificate')
  await signInAtMicrosoft(page, limited)
  const approval = await atDialog(page, 'Need Admin Approval')
  await approval.getByText(limited.upn, { exact: true }).waitFor()
  await approval.getByText('Cloud Application Administrator', { exact: true }).waitFor()
  await looks('approval-cloud-application-administrator')

  await button(approval, 'Sign in as another account').click()
  await signInAtMicrosoft(page, persona(product, globalAdministrator), looks)
  await button(await atDialog(page, 'Grant Access'), 'Grant Access').click()
  await atDialog(page, 'Application Creation is in Progress')
  const ready = await atDialog(page, 'The application is ready', 120)
  await ready.getByText('Certificate', { exact: false }).first().waitFor()
  await button(ready, 'Next::Completion Steps').click()
  await atHeading(page, 'Step 3: Completion Steps')
  const certificate = page.getByLabel('Application Certificate (SSL)', { exact: true })
  assert.match(await certificate.inputValue(), /^[0-9A-Fa-f:]{40,}$/)
  await looks('step-3-certificate')
  await button(page, 'Save').click()
  await atHeading(page, 'Add & Manage Microsoft 365 Organizations')
  await page.getByText('Application Certificate (SSL)').waitFor()
  await page.getByText('Read: OK').first().waitFor()
  assert.equal((await applications()).length, 1)
})
