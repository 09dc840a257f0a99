/** Adding an organization by each method with the keyboard alone: Tab, arrows, Space and Enter, and what is typed into fields. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser, noBrowser } from '../browser.ts'
import {
  atDialog,
  atHeading,
  button,
  openConsole,
  press,
  signInToConsole,
  tabTo,
  type,
} from '../console-walk.ts'
import { offeredPermissions, registerByHand } from '../onboarding/manual.ts'
import { globalAdministrator, operator, type Product, persona, startProduct } from '../product.ts'

let product: Product
let browser: Browser
let page: Page

before(async () => {
  if (noBrowser) return
  product = await startProduct({ users: 2, mails: 4, clouds: ['global', 'usgov', 'china'] })
  browser = await launchBrowser()
  page = await openConsole(browser)
  await signInToConsole(page, product.address, operator)
})
after(async () => {
  await browser?.close()
  await product?.stop()
})

/** Goes to the chosen one of a group of radio buttons and on with the arrows. */
async function choose(name: string): Promise<void> {
  const wanted = page.getByRole('radio', { name, exact: true })
  await wanted.waitFor()
  const group = page.getByRole('radiogroup').filter({ has: wanted })
  await tabTo(group.getByRole('radio', { checked: true }))
  for (let step = 0; step < 8 && !(await wanted.isChecked()); step += 1)
    await page.keyboard.press('ArrowDown')
  assert.ok(await wanted.isChecked(), name)
}

/** Microsoft's pages are not ours; they are gone through in the same way. */
async function signInByKeyboard(on: Page, account: { upn: string; password: string }): Promise<void> {
  const other = on.locator('button', { hasText: 'Use another account' })
  const typed = on.getByLabel('Email address, phone number or user name')
  await other.or(typed).first().waitFor()
  if (await other.isVisible()) await press(other)
  await type(typed, account.upn)
  await on.keyboard.press('Enter')
  await type(on.getByLabel(/^Password/), account.password)
  await on.keyboard.press('Enter')
}

async function openWizard(): Promise<void> {
  await page.goto(`${product.address}/organizations/add`)
  await atHeading(page, 'Step 1: Add Method Selection')
}

async function grantAndSave(name: string): Promise<void> {
  const dialog = await atDialog(page, 'Grant Access', 60)
  // It takes the focus.
  await dialog.and(page.locator(':focus-within')).waitFor()
  await press(button(dialog, 'Grant Access'))
  await press(button(await atDialog(page, 'The application is ready', 120), 'Next::Completion Steps'))
  await save(name)
}

async function save(name: string): Promise<void> {
  await type(page.getByLabel('Organization Name'), name)
  await press(button(page, 'Save'))
  await atHeading(page, 'Add & Manage Microsoft 365 Organizations')
  const card = page.getByRole('article', { name })
  // One for each workload.
  await card.getByText('Read: OK').nth(1).waitFor()
}

test('by the Automatic Credential Process', { skip: noBrowser }, async () => {
  await page.goto(`${product.address}/organizations`)
  await press(
    page
      .getByRole('link', { name: 'Add Microsoft 365 organization', exact: true })
      .or(button(page, 'Add Microsoft 365 organization'))
      .first(),
  )
  await atHeading(page, 'Step 1: Add Method Selection')
  await press(button(page, 'Next::BDRCloud Server Authorization'))
  await atHeading(page, 'Step 2: BDRCloud Server Authorization')
  await press(button(page, 'Microsoft Sign in'))
  await signInByKeyboard(page, persona(product, globalAdministrator))
  await grantAndSave('Harbour by keyboard')
})

test('by the Device Code Process', { skip: noBrowser }, async () => {
  await openWizard()
  await choose('Azure US Government (GCC High)')
  await choose('Device Code Process')
  await press(button(page, 'Next::BDRCloud Server Authorization'))
  await atHeading(page, 'Step 2: BDRCloud Server Authorization')
  const code = await page.getByTestId('user-code').innerText()
  await press(button(page, 'Copy: One-time code'))
  assert.equal(await page.evaluate('window.clipboardText'), code)
  await press(page.getByRole('checkbox', { name: /^I have completed the authorization process/ }), 'Space')
  await page.getByText('Microsoft has not seen a finished sign-in', { exact: false }).waitFor()
  const device = await openConsole(browser)
  await device.goto((await page.getByRole('list').getByRole('link').first().getAttribute('href')) ?? '')
  await type(device.getByLabel('Code'), code)
  await device.keyboard.press('Enter')
  await signInByKeyboard(device, persona(product, globalAdministrator, 'usgov'))
  await press(button(device, 'Continue'))
  await device.getByText(/You may now close this window/).waitFor()
  await device.context().close()
  await grantAndSave('Agency by keyboard')
})

test('by the Manual Process', { skip: noBrowser }, async () => {
  const { tenant } = product.simulator.clouds.get('china') ?? assert.fail('china')
  const { appId, secret } = registerByHand(tenant, offeredPermissions(tenant))
  await openWizard()
  await choose('Azure China')
  await choose('Manual Process')
  await press(button(page, 'Next::Completion Steps'))
  await atHeading(page, 'Step 2: Completion Steps')
  const scripts = page.getByRole('tab', { selected: true })
  await tabTo(scripts)
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Enter')
  await page.getByRole('tab', { name: 'Azure CLI (bash)', selected: true }).waitFor()
  await type(page.getByLabel('Tenant ID'), tenant.domains[0] ?? '')
  await type(page.getByLabel('Application ID'), appId)
  await type(page.locator('input[type=password]'), secret)
  await save('Shanghai by keyboard')
})
