/** What an administrator changes on an organization that exists, in a browser. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import type { OrganizationView } from '../../src/contract/index.ts'
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

const looks = (name: string) => look(page, `tasks-${name}`)
const card = () => page.getByRole('region', { name: 'Rights and workloads' })
const now = () => product.session.get<OrganizationView>(`/organizations/${organization.id}`)

test('restore rights are revoked after a sign-in that shows exactly what will change', {
  skip: noBrowser,
}, async () => {
  covers('management', 'global', 'revoke-restore-rights')
  await card().getByText('The server may write, without an end.').waitFor()
  await looks('rights')
  await button(card(), 'Revoke restore rights').click()
  await page.getByRole('heading', { name: 'Sign in as an administrator of Contoso' }).waitFor()
  await looks('sign-in')
  await button(page, 'Microsoft Sign in').click()
  await signInAtMicrosoft(page, persona(product, 'User'))
  const refused = await atDialog(page, 'Need Admin Approval')
  await refused.getByText('Privileged Identity Management', { exact: false }).waitFor()
  await looks('need-admin-approval')
  await button(refused, 'Sign in as another account').click()
  await signInAtMicrosoft(page, persona(product, globalAdministrator))
  const dialog = await atDialog(page, 'Revoke restore rights')
  const changes = dialog.getByRole('list', { name: 'Changes' })
  await changes.getByText('Microsoft Graph permission Mail.ReadWrite').waitFor()
  assert.equal(await changes.getByRole('listitem').count(), 2)
  await looks('grant-access')
  await button(dialog, 'Confirm').click()
  await page.getByRole('heading', { name: 'Revoke restore rights: done' }).waitFor({ timeout: 60_000 })
  await looks('done')
  const { restoreRights, writeGranted } = await now()
  assert.deepEqual({ restoreRights, writeGranted }, { restoreRights: false, writeGranted: false })
  await link(page, 'Back to Contoso').click()
  await card().getByText('None: the server only reads.').waitFor()
})

test('restore rights are granted with an end by a one-time code', { skip: noBrowser }, async () => {
  covers('management', 'global', 'grant-restore-rights')
  await button(card(), 'Grant restore rights').click()
  const ends = await atDialog(page, 'Grant restore rights')
  await ends.getByRole('radio', { name: 'At a time of your choice' }).check()
  await looks('end')
  await ends.getByRole('radio', { name: 'In 1 hour' }).check()
  await button(ends, 'Next: sign in').click()
  await button(page, 'Use a one-time code').click()
  const code = (await page.getByTestId('user-code').innerText()).trim()
  await looks('one-time-code')
  const address = await page.locator('a[target="_blank"]', { hasText: 'devicelogin' }).getAttribute('href')
  const device = await openConsole(browser)
  await device.goto(address ?? '')
  await device.locator('input[name="otc"], input[name="code"], input[type="text"]').first().fill(code)
  await button(device, 'Next').click()
  await signInAtMicrosoft(device, persona(product, globalAdministrator))
  await button(device, 'Continue').click()
  // A tab that is closed at once may take what it sends with it.
  await device.getByText(/You may now close this window/).waitFor()
  await device.context().close()
  await page.getByRole('checkbox', { name: /I have completed the authorization process/ }).click()
  const dialog = await atDialog(page, 'Grant Access')
  await looks('grant-restore')
  await dialog.getByText('This server may write to the organization until', { exact: false }).waitFor()
  await button(dialog, 'Grant Access').click()
  await page.getByRole('heading', { name: 'Grant restore rights: done' }).waitFor({ timeout: 60_000 })
  const { restoreRights, restoreRightsUntil } = await now()
  assert.equal(restoreRights, true)
  const minutes = (Date.parse(restoreRightsUntil ?? '') - Date.now()) / 60_000
  assert.ok(minutes > 50 && minutes <= 60, `${minutes}`)
  await link(page, 'Back to Contoso').click()
  await card().getByText('until', { exact: false }).first().waitFor()
  await looks('rights-with-end')
})

test('the server says that write rights are still granted when their end has come', {
  skip: noBrowser,
}, async () => {
  // The end comes while the page is open.
  await page.clock.install()
  await page.reload()
  await card().getByText('until', { exact: false }).first().waitFor()
  await page.clock.fastForward('02:00:00')
  await card().getByText('Write rights still granted in the tenant').waitFor()
  await looks('still-granted')
})
