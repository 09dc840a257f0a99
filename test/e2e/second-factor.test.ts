/** An operator sets up an authenticator app, signs in by two steps and by a recovery code, and has the app taken off. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page as Tab } from 'playwright-core'
import { launchBrowser, noBrowser } from '../browser.ts'
import { atDialog, atHeading, button, look, openConsole, signInToConsole } from '../console-walk.ts'
import { operator, type Product, startProduct } from '../product.ts'
import { appCode } from '../security/authenticator-app.ts'

let product: Product
let browser: Browser
let tab: Tab
let key = ''
let recoveryCodes: string[] = []

before(async () => {
  if (noBrowser) return
  product = await startProduct({ users: 1, mails: 1 })
  browser = await launchBrowser()
  tab = await openConsole(browser)
  await signInToConsole(tab, product.address, operator)
})
after(async () => {
  await browser?.close()
  await product?.stop()
})

/** A code of a step that was not used before: each counts once. */
let lastStep = 0
async function nextCode(): Promise<string> {
  const now = () => Math.floor(Date.now() / 30_000)
  // One step early counts as well.
  const step = Math.max(now(), lastStep + 1)
  while (step > now() + 1) await new Promise((resolve) => setTimeout(resolve, 500))
  lastStep = step
  return appCode(key, step * 30_000)
}

async function givePassword(page: Tab): Promise<void> {
  await page.goto(`${product.address}/sign-in`)
  await page.getByLabel('User name').fill(operator.userName)
  await page.getByLabel(/^Password/).fill(operator.password)
  await button(page, 'Sign in').click()
  await atHeading(page, 'Second step')
}

test('an authenticator app is set up with a QR code, a key and recovery codes', {
  skip: noBrowser,
}, async () => {
  await tab.goto(`${product.address}/settings/account`)
  const card = tab.getByRole('region', { name: 'Security' })
  await card.getByText(/Not set up/).waitFor()
  await look(tab, 'second-factor-account')
  await button(card, 'Set up authenticator app').click()
  const dialog = await atDialog(tab, 'Set up authenticator app')
  await dialog.getByLabel(/^Your password/).fill('not this one at all')
  await button(dialog, 'Continue').click()
  await dialog.getByText('The password is wrong.').waitFor()
  await dialog.getByLabel(/^Your password/).fill(operator.password)
  await button(dialog, 'Continue').click()
  await dialog.getByRole('img', { name: 'QR code for the authenticator app' }).waitFor()
  key = (await dialog.getByLabel('Key', { exact: true }).inputValue()).replaceAll(' ', '')
  assert.match(key, /^[A-Z2-7]{32}$/)
  await look(tab, 'second-factor-qr-code')
  await dialog.getByLabel(/^Code/).fill('000 000')
  await button(dialog, 'Confirm code').click()
  await dialog.getByText('The code is wrong, or was used already.').waitFor()
  await dialog.getByLabel(/^Code/).fill(await nextCode())
  await button(dialog, 'Confirm code').click()
  const shown = await dialog.getByRole('region', { name: 'Recovery codes' }).innerText()
  recoveryCodes = shown.trim().split(/\s+/)
  assert.equal(recoveryCodes.length, 10)
  await look(tab, 'second-factor-recovery-codes')
  const [download] = await Promise.all([tab.waitForEvent('download'), button(dialog, 'Download').click()])
  assert.equal(download.suggestedFilename(), 'bdrcloud-recovery-codes.txt')
  await button(dialog, 'Close').click()
  await card.getByText(/10 left/).waitFor()
  await look(tab, 'second-factor-account-set-up')
  assert.ok(!(await tab.content()).includes(recoveryCodes[0] ?? 'none'), 'shown once')
})

test('signing in asks for the code after the password', { skip: noBrowser }, async () => {
  const page = await openConsole(browser)
  await givePassword(page)
  await look(page, 'second-factor-sign-in')
  await page.getByLabel(/^Code/).fill('000000')
  await button(page, 'Sign in').click()
  await page.getByText('The code is wrong, or was used already.').waitFor()
  await page.getByLabel(/^Code/).fill(await nextCode())
  await page.keyboard.press('Enter')
  await atHeading(page, 'Data Source')
  await page.context().close()
})

test('a recovery code signs in, once', { skip: noBrowser }, async () => {
  const [code = ''] = recoveryCodes
  const page = await openConsole(browser)
  await givePassword(page)
  await button(page, 'Use a recovery code').click()
  await look(page, 'second-factor-recovery-code')
  await page.getByLabel(/^Recovery code/).fill(code.toLowerCase())
  await button(page, 'Sign in').click()
  await atHeading(page, 'Data Source')
  await page.goto(`${product.address}/settings/account`)
  await page.getByText(/9 left/).waitFor()
  await page.context().close()

  const again = await openConsole(browser)
  await givePassword(again)
  await button(again, 'Use a recovery code').click()
  await again.getByLabel(/^Recovery code/).fill(code)
  await button(again, 'Sign in').click()
  await again.getByText('The code is wrong, or was used already.').waitFor()
  await again.context().close()
})

test('an owner sees who has a second factor and takes it off; the own one is removed on the own page', {
  skip: noBrowser,
}, async () => {
  const invited = await product.session.post<{ token: string }>('/operators', {
    userName: 'grace',
    displayName: 'Grace Hopper',
    role: 'auditor',
  })
  const hers = await openConsole(browser)
  await hers.goto(`${product.address}/welcome#token=${invited.token}`)
  const password = 'a pass phrase for the lady'
  await hers.getByLabel(/^Password/).fill(password)
  await hers.getByLabel(/^Repeat password/).fill(password)
  await button(hers, 'Set password and sign in').click()
  await hers.getByRole('link', { name: /Data Source/ }).waitFor()
  await hers.goto(`${product.address}/settings/account`)
  await button(hers, 'Set up authenticator app').click()
  const herDialog = await atDialog(hers, 'Set up authenticator app')
  await herDialog.getByLabel(/^Your password/).fill(password)
  await button(herDialog, 'Continue').click()
  const herKey = (await herDialog.getByLabel('Key', { exact: true }).inputValue()).replaceAll(' ', '')
  await herDialog.getByLabel(/^Code/).fill(appCode(herKey, Date.now()))
  await button(herDialog, 'Confirm code').click()
  await herDialog.getByRole('region', { name: 'Recovery codes' }).waitFor()

  await tab.goto(`${product.address}/settings/operators`)
  const row = tab.getByRole('row', { name: /Grace Hopper/ })
  await row.getByText('authenticator app').waitFor()
  await tab.getByRole('button', { name: 'Actions: Grace Hopper' }).click()
  await tab.getByRole('menuitem', { name: 'Take off second factors' }).click()
  const dialog = await atDialog(tab, 'Take off the second factors of Grace Hopper?')
  await dialog.getByLabel(/^Your password/).fill(operator.password)
  await look(tab, 'second-factor-take-off')
  await button(dialog, 'Take off second factors').click()
  await row.getByText('no second factor').waitFor()
  await hers.goto(`${product.address}/settings/account`)
  await atHeading(hers, 'Sign in')
  await hers.context().close()

  await tab.goto(`${product.address}/settings/account`)
  const card = tab.getByRole('region', { name: 'Security' })
  await button(card, 'Remove').click()
  const removal = await atDialog(tab, 'Remove the authenticator app?')
  await removal.getByLabel(/^Your password/).fill(operator.password)
  await button(removal, 'Remove').click()
  await card.getByText(/Not set up/).waitFor()
  const page = await openConsole(browser)
  await signInToConsole(page, product.address, operator)
  await page.context().close()
})

test('where the role needs a second factor, who has none sets one up before anything else opens', {
  skip: noBrowser,
}, async () => {
  await tab.goto(`${product.address}/settings/operators`)
  const card = tab.getByRole('region', { name: 'Second factor required' })
  await card.getByRole('checkbox', { name: 'Owner' }).check()
  await card.getByLabel(/^Your password/).fill(operator.password)
  await look(tab, 'second-factor-required')
  await button(card, 'Save').click()
  await tab.getByText('Saved. It counts from now on.').waitFor()

  const page = await openConsole(browser)
  await page.goto(`${product.address}/sign-in`)
  await page.getByLabel('User name').fill(operator.userName)
  await page.getByLabel(/^Password/).fill(operator.password)
  await button(page, 'Sign in').click()
  await atHeading(page, 'Set up a second factor')
  await look(page, 'second-factor-set-up-first')
  await page.goto(`${product.address}/organizations`)
  await atHeading(page, 'Set up a second factor')
  await button(page, 'Set up authenticator app').click()
  const dialog = await atDialog(page, 'Set up authenticator app')
  await dialog.getByLabel(/^Your password/).fill(operator.password)
  await button(dialog, 'Continue').click()
  const newKey = (await dialog.getByLabel('Key', { exact: true }).inputValue()).replaceAll(' ', '')
  await dialog.getByLabel(/^Code/).fill(appCode(newKey, Date.now()))
  await button(dialog, 'Confirm code').click()
  await dialog.getByRole('region', { name: 'Recovery codes' }).waitFor()
  await button(dialog, 'Close').click()
  await button(page, 'Continue').click()
  await atHeading(page, 'Data Source')
  await page.context().close()
})
