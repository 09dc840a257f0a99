/** The Device Code and the Manual Process in a browser, in clouds other than the global one. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser, noBrowser } from '../browser.ts'
import {
  atDialog,
  atHeading,
  button,
  enterCodeAtMicrosoft,
  link,
  look,
  openConsole,
  setUp,
} from '../console-walk.ts'
import { covers } from '../covers.ts'
import { offeredPermissions, registerByHand } from '../onboarding/manual.ts'
import { type FreshProduct, globalAdministrator, operator, persona, startFreshProduct } from '../product.ts'

let product: FreshProduct
let browser: Browser
let page: Page

before(async () => {
  if (noBrowser) return
  product = await startFreshProduct({ users: 2, mails: 8, clouds: ['global', 'usgov', 'china'] })
  browser = await launchBrowser()
  page = await openConsole(browser)
  await setUp(page, product.setupLink, operator)
})
after(async () => {
  await browser?.close()
  await product?.stop()
})

const looks = (name: string) => look(page, `methods-${name}`)
const tenant = (cloud: 'usgov' | 'china') => {
  const found = product.simulator.clouds.get(cloud)
  assert.ok(found)
  return found.tenant
}
const radio = (name: string, state: { checked?: true; disabled?: true } = {}) =>
  page.getByRole('radio', { name, exact: true, ...state })

async function openWizard(): Promise<void> {
  await page.goto(`${product.address}/organizations/add`)
  await atHeading(page, 'Step 1: Add Method Selection')
}

test('a domain chooses its cloud, and what cannot be used there says why', { skip: noBrowser }, async () => {
  covers('credential', 'usgov', 'refused')
  await openWizard()
  await page.getByLabel('Domain of the organization').fill('nowhere.example')
  await page
    .getByText('No cloud that this server knows', { exact: false })
    .or(page.getByText('was not found'))
    .first()
    .waitFor()
  await page.getByLabel('Domain of the organization').fill(tenant('usgov').domains[0] ?? '')
  await page
    .getByText(/belongs to Azure US Government \(GCC High\)/)
    .first()
    .waitFor()
  await radio('Azure US Government (GCC High)', { checked: true }).waitFor()
  await radio('Automatic Credential Process', { disabled: true }).waitFor()
  await page
    .getByText('Only Global Azure supports the Automatic Credential Process.', { exact: false })
    .waitFor()
  // The choice of the method can be skipped.
  await radio('Device Code Process', { checked: true }).waitFor()
  await looks('step-1-usgov')
  await radio('Manual Process').check()
  await button(page, 'Next::Completion Steps').waitFor()
  const workloads = page.locator('fieldset[aria-labelledby="workloads"]')
  const chosen = await workloads.getByRole('checkbox', { checked: true }).count()
  assert.ok(chosen > 1)
  for (let left = chosen; left > 0; left -= 1)
    await workloads.getByRole('checkbox', { checked: true }).first().uncheck()
  await page.getByText('Choose at least one workload.').waitFor()
  await page.getByRole('checkbox', { name: 'Mail' }).check()
})

test('the wizard adds an organization with a one-time code', { skip: noBrowser }, async () => {
  covers('device-code', 'usgov', [
    'offered',
    'code-shown',
    'completed-box',
    'code-declined',
    'new-code',
    'grant-access',
    'saved',
  ])
  await openWizard()
  await radio('Azure US Government (GCC High)').check()
  await button(page, 'Next::BDRCloud Server Authorization').click()
  await atHeading(page, 'Step 2: BDRCloud Server Authorization')
  const code = await page.getByTestId('user-code').innerText()
  await page.getByText(/Valid for \d+:\d\d more/).waitFor()
  // The button says so for some seconds.
  await Promise.all([
    page.locator('button', { hasText: 'Copied' }).waitFor(),
    button(page, 'Copy: One-time code').click(),
  ])
  assert.equal(await page.evaluate('window.clipboardText'), code)
  await looks('code')
  const box = page.getByRole('checkbox', {
    name: 'I have completed the authorization process using the one-time authorization code',
    exact: true,
  })
  // Not `check()`: the box unticks itself as soon as the answer says that nobody has signed in yet.
  await box.click()
  await page.getByText('Microsoft has not seen a finished sign-in', { exact: false }).waitFor()
  await looks('code-pending')

  const account = persona(product, globalAdministrator, 'usgov')
  await enterCodeAtMicrosoft(page, account, 'Cancel')
  await page.getByText('The sign-in with the one-time code was declined.').waitFor()
  await looks('code-declined')
  await button(page, 'New code').click()
  await page.getByTestId('user-code').filter({ hasNotText: code }).waitFor()
  await page.reload()
  await enterCodeAtMicrosoft(page, account, 'Continue')
  await button(await atDialog(page, 'Grant Access'), 'Grant Access').click()
  await button(await atDialog(page, 'The application is ready', 120), 'Next::Completion Steps').click()
  await atHeading(page, 'Step 3: Completion Steps')
  await page.getByLabel('Organization Name').fill('Harbour agency')
  await button(page, 'Save').click()
  await atHeading(page, 'Add & Manage Microsoft 365 Organizations')
  await page.getByRole('article', { name: 'Harbour agency' }).getByText('Read: OK').first().waitFor()
})

test('the wizard adds an organization with an application registered by hand and a certificate made here', {
  skip: noBrowser,
}, async () => {
  covers('manual', 'china', [
    'offered',
    'instructions',
    'azure-cli-script',
    'tenant-by-domain',
    'certificate-made-here',
    'credential-refused',
    'saved',
  ])
  const { appId, upload } = registerByHand(tenant('china'), offeredPermissions(tenant('china')))
  await openWizard()
  await radio('Azure China').check()
  await radio('Manual Process').check()
  await radio('Application Certificate (SSL)').check()
  await button(page, 'Next::Completion Steps').click()
  await atHeading(page, 'Step 2: Completion Steps')
  await link(page, 'https://entra.microsoftonline.cn').waitFor()
  await page.getByRole('tab', { name: 'Azure CLI (bash)' }).click()
  await page.getByRole('tabpanel').getByText('AzureChinaCloud', { exact: false }).waitFor()
  await looks('manual')

  await button(page, 'Save').click()
  await page.getByText('Type a name for the organization.').waitFor()
  await page.getByText('Make the certificate first', { exact: false }).waitFor()
  await looks('manual-missing')
  await page.getByLabel('Organization Name').fill('Harbour Shanghai')
  await page.getByLabel('Tenant ID').fill(tenant('china').domains[0] ?? '')
  await page.getByLabel('Application ID').fill(appId)
  await page.getByText(`tenant ${tenant('china').id}`, { exact: false }).waitFor()
  await button(page, 'Make certificate').click()
  const downloadLink = link(page, 'Download the public part (.cer)')
  await downloadLink.waitFor()
  const downloading = page.waitForEvent('download')
  await downloadLink.click()
  const file = await (await downloading).path()
  const certificate = readFileSync(file, 'utf8')
  assert.match(certificate, /^-----BEGIN CERTIFICATE-----/)
  await looks('manual-certificate')

  await button(page, 'Save').click()
  await page
    .getByText('The organization was not saved', { exact: false })
    .first()
    .waitFor({ timeout: 60_000 })
  await looks('manual-refused')
  upload(certificate)
  await page.reload()
  assert.equal(await page.getByLabel('Application ID').inputValue(), appId, 'what was typed is kept')
  await button(page, 'Save').click()
  await atHeading(page, 'Add & Manage Microsoft 365 Organizations')
  const card = page.getByRole('article', { name: 'Harbour Shanghai' })
  await card.getByText('Read: OK').first().waitFor()
  await card.getByText('Application Certificate (SSL)').first().waitFor()
})
