/** Removing an organization in a browser, with and without its application and its backups; undoing it; adding it again. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import type { OrganizationView } from '../../src/contract/index.ts'
import { launchBrowser, noBrowser } from '../browser.ts'
import {
  atDialog,
  atHeading,
  button,
  link,
  look,
  openConsole,
  signInAtMicrosoft,
  signInToConsole,
} from '../console-walk.ts'
import { covers } from '../covers.ts'
import {
  addOrganization,
  backUp,
  finishOnboarding,
  globalAdministrator,
  operator,
  type Product,
  persona,
  signIn,
  startOnboarding,
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
  await backUp(product, organization.id)
  browser = await launchBrowser()
  page = await openConsole(browser)
  await signInToConsole(page, product.address, operator)
  await page.goto(`${product.address}/organizations/${organization.id}`)
})
after(async () => {
  await browser?.close()
  await product?.stop()
})

const looks = (name: string) => look(page, `remove-${name}`)
const region = (name: string) => page.getByRole('region', { name, exact: true })
const now = () => product.session.get<OrganizationView>(`/organizations/${organization.id}`)
const applications = () =>
  product.simulator.tenant.directory.applications.filter(
    ({ uniqueName, deletedDateTime }) => deletedDateTime === null && uniqueName?.startsWith('bdrcloud-'),
  )

async function openDialog() {
  await button(page, 'Remove organization').click()
  return atDialog(page, 'Remove organization')
}

test('the application goes with an administrator; without one the removal can be taken back', {
  skip: noBrowser,
}, async () => {
  const dialog = await openDialog()
  await dialog.getByText('The server destroys its credential', { exact: false }).waitFor()
  await looks('dialog')
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'hidden' })
  const again = await openDialog()
  await again.getByRole('checkbox', { name: 'Delete the application in the tenant, too' }).check()
  await button(again, 'Remove Contoso').click()
  await page.getByRole('heading', { name: 'Sign in as an administrator of Contoso' }).waitFor()
  await page.getByText('The removal waits for an administrator').waitFor()
  await looks('waits')
  assert.equal((await now()).state, 'removing')
  await button(page, 'Take back the removal').click()
  await button(page, 'Back up now').waitFor()
  assert.equal((await now()).state, 'active')
  assert.equal(applications().length, 1)
  await page.goto(`${product.address}/organizations/${organization.id}`)
})

test('backups are deleted only after the name was typed, in seven days, and that can be undone', {
  skip: noBrowser,
}, async () => {
  covers('management', 'global', ['remove', 'remove-backups'])
  const dialog = await openDialog()
  await dialog.getByRole('radio', { name: 'Delete the backups in 7 days' }).check()
  const remove = button(dialog, 'Remove Contoso')
  const typed = dialog.getByLabel(/^Type Contoso to confirm/)
  await typed.fill('contoso')
  assert.equal(await remove.getAttribute('aria-disabled'), 'true', 'letter for letter')
  await typed.fill('Contoso')
  await looks('dialog-backups')
  await remove.click()
  const statement = region('Statement of removal')
  await statement.locator('h2:focus').waitFor()
  await statement.getByText("The server's copy of the application password was destroyed.").waitFor()
  const left = statement.getByRole('list', { name: 'Left in the tenant, to be deleted by hand' })
  await left.getByText(organization.applicationId, { exact: false }).first().waitFor()
  await left.getByText('The application password stays valid', { exact: false }).waitFor()
  await statement.getByText('Restore points').waitFor()
  await looks('removed')
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    link(statement, 'Download the statement').click(),
  ])
  assert.match(await readFile(await download.path(), 'utf8'), /^Statement of removal/)

  await link(page, 'Add & Manage Microsoft 365 Organizations').first().click()
  const list = region('Removed organizations')
  await list.getByText(/will be deleted .*This can be undone until then/).waitFor()
  await looks('list')
  await button(list, 'Keep the backups of Contoso').click()
  await list.getByText(/Its backups are kept/).waitFor()
  assert.equal((await now()).removal?.backups.state, 'kept')

  await button(list, 'Delete the backups of Contoso').click()
  const asked = await atDialog(page, 'Delete the backups')
  await asked.getByLabel(/^Type Contoso to confirm/).fill('Contoso')
  await looks('delete-backups')
  await button(asked, 'Delete in 7 days').click()
  await button(list, 'Keep the backups of Contoso').waitFor()
  const { deleteAt } = (await now()).removal?.backups ?? {}
  const days = (Date.parse(deleteAt ?? '') - Date.now()) / 86_400_000
  assert.ok(days > 6.9 && days <= 7, `${days}`)
})

test('the wizard says that the backups of a removed organization are here, and goes on with them', {
  skip: noBrowser,
}, async () => {
  covers('management', 'global', 'add-again')
  await link(page, 'Add again: Contoso').click()
  await atHeading(page, 'Step 1: Add Method Selection')
  await page.getByLabel('Domain of the organization').fill(organization.defaultDomain)
  await page.getByText('Backups of this organization are here').waitFor()
  await page.getByText(/adding the organization again keeps them/).waitFor()
  await looks('wizard')
  const { id } = await startOnboarding(product)
  await signIn(product, id)
  await page.goto(`${product.address}/onboarding/${id}`)
  await (await atDialog(page, 'Grant Access')).getByText('Backups of this organization are here').waitFor()
  await looks('wizard-grant')
  const added = await finishOnboarding(product, id)
  assert.equal(added.id, organization.id)
  assert.ok(added.addedAgainAt)
  await page.goto(`${product.address}/organizations/${organization.id}`)
  await region('Connection').getByText('Continues the backups of before').waitFor()
})

test('with the application: what is deleted is shown first, and the statement says what was', {
  skip: noBrowser,
}, async () => {
  covers('management', 'global', 'remove-application')
  const before = applications()
  const dialog = await openDialog()
  await dialog.getByRole('checkbox', { name: 'Delete the application in the tenant, too' }).check()
  await button(dialog, 'Remove Contoso').click()
  await button(page, 'Microsoft Sign in').click()
  await signInAtMicrosoft(page, persona(product, globalAdministrator))
  const confirm = await atDialog(page, 'Remove the application from the tenant')
  await confirm
    .getByRole('list', { name: 'Changes' })
    .getByText(/application/i)
    .first()
    .waitFor()
  await looks('clean-exit')
  assert.equal(applications().length, before.length, 'nothing is deleted before that')
  await button(confirm, 'Confirm').click()
  await page
    .getByRole('heading', { name: 'Remove the application from the tenant: done' })
    .waitFor({ timeout: 60_000 })
  await looks('clean-exit-done')
  await link(page, 'Back to Contoso').click()
  const statement = region('Statement of removal')
  const gone = statement.getByRole('list', { name: 'Removed in the tenant' })
  await gone
    .getByText(/application/i)
    .first()
    .waitFor()
  await looks('statement')
  assert.equal(applications().length, before.length - 1)
  const { state, removal } = await now()
  assert.equal(state, 'removed')
  assert.ok(removal?.statement?.removedInTenant.length)
})
