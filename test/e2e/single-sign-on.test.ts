/** Single sign-on in the console, against an independent provider with its own pages: set up, tested, linked, used, refused. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page as Tab } from 'playwright-core'
import { launchBrowser, noBrowser } from '../browser.ts'
import { atHeading, button, look, openConsole, signInToConsole } from '../console-walk.ts'
import { client, type OpenIdProvider, startOpenIdProvider } from '../openid-provider.ts'
import { operator, type Product, startProduct } from '../product.ts'

let product: Product
let provider: OpenIdProvider
let browser: Browser
let owner: Tab

before(async () => {
  if (noBrowser) return
  product = await startProduct({ users: 1, mails: 1 }, async () => ({
    environment: { BDRCLOUD_ALLOWED_NETWORKS: '127.0.0.0/8,::1' },
  }))
  provider = await startOpenIdProvider(`${product.address}/api/v1/session/single-sign-on/return`)
  browser = await launchBrowser()
  owner = await openConsole(browser)
  await signInToConsole(owner, product.address, operator)
})
after(async () => {
  await browser?.close()
  await provider?.stop()
  await product?.stop()
})

async function atProvider(page: Tab, account: string): Promise<void> {
  await page.locator('input[name="login"]').fill(account)
  await page.locator('input[name="password"]').fill('any')
  await page.locator('button[type="submit"]').click()
  await page.locator('input[name="prompt"][value="consent"]').waitFor({ state: 'attached' })
  await page.locator('button[type="submit"]').click()
}

test('an owner sets the provider, tests it, links the account, and signs in with it', {
  skip: noBrowser,
}, async () => {
  await owner.goto(`${product.address}/settings/single-sign-on`)
  await atHeading(owner, 'Single sign-on')
  assert.equal(
    await owner.getByLabel('Redirect address', { exact: true }).inputValue(),
    `${product.address}/api/v1/session/single-sign-on/return`,
  )
  await owner.getByLabel(/^Name/).fill('Example')
  await owner.getByLabel(/^Issuer/).fill(provider.issuer)
  await owner.getByLabel(/^Client id/).fill(client.id)
  await owner.getByLabel(/^Client secret/).fill(client.secret)
  await owner.getByLabel(/^Claim of groups or roles/).fill('groups')
  await button(owner, 'Add mapping').click()
  await owner.getByLabel(/^Value of the claim/).fill('backup-readers')
  await owner.getByLabel('Offer it on the sign-in page').check()
  await owner.getByLabel(/^Your password/).fill(operator.password)
  await look(owner, 'single-sign-on-form')
  await button(owner, 'Save provider').click()
  await owner.getByRole('heading', { name: 'Example' }).waitFor()
  await button(owner, 'Test').click()
  await owner.getByText(`${provider.issuer}/token`).waitFor()
  await look(owner, 'single-sign-on-tested')
  assert.ok(!(await owner.content()).includes(client.secret), 'the secret is nowhere any more')

  await owner.goto(`${product.address}/settings/account`)
  await button(owner, 'Link with Example').click()
  const dialog = owner.getByRole('dialog')
  await dialog.getByLabel(/^Your password/).fill(operator.password)
  await look(owner, 'single-sign-on-link')
  await dialog.getByRole('button', { name: 'Continue' }).click()
  await atProvider(owner, 'lovelace')
  await atHeading(owner, 'Your account')
  await owner.getByText('lovelace').waitFor()
  await look(owner, 'single-sign-on-linked')

  const fresh = await openConsole(browser)
  await fresh.goto(`${product.address}/settings/audit`)
  await button(fresh, 'Sign in with Example').waitFor()
  await look(fresh, 'single-sign-on-sign-in')
  await button(fresh, 'Sign in with Example').click()
  await atProvider(fresh, 'lovelace')
  await atHeading(fresh, 'Audit trail')
  await fresh.context().close()
})

test('who is unknown here is told so, and who is invited needs no password', {
  skip: noBrowser,
}, async () => {
  const stranger = await openConsole(browser)
  await stranger.goto(`${product.address}/sign-in`)
  await button(stranger, 'Sign in with Example').click()
  await atProvider(stranger, operator.userName)
  await stranger.getByText('nobody here is linked to that account').waitFor()
  await stranger.getByText('SSO_UNKNOWN').waitFor()
  await look(stranger, 'single-sign-on-refused')
  await stranger.getByRole('link', { name: 'To the sign-in page' }).click()
  await atHeading(stranger, 'Sign in')
  await stranger.context().close()

  const { address } = await product.session.post<{ address: string }>('/operators', {
    userName: 'grace',
    role: 'auditor',
  })
  const hers = await openConsole(browser)
  await hers.goto(address)
  await button(hers, 'Use Example instead of a password').waitFor()
  await look(hers, 'single-sign-on-welcome')
  await button(hers, 'Use Example instead of a password').click()
  await atProvider(hers, 'hopper')
  await atHeading(hers, 'Data Source')

  // She has no password to prove herself with: the provider asks her anew, in a tab of its own.
  await hers.goto(`${product.address}/settings/account`)
  await button(hers, 'Set up authenticator app').click()
  const dialog = hers.getByRole('dialog')
  const going = hers.context().waitForEvent('page')
  await button(hers, 'Sign in again at Example').click()
  const tab = await going
  await tab.locator('input[name="login"]').fill('hopper')
  await tab.locator('input[name="password"]').fill('any')
  await look(hers, 'single-sign-on-proof-waiting')
  await tab.locator('button[type="submit"]').click()
  await tab.getByText('It was you.').waitFor()
  await tab.close()
  await dialog.getByText('You have signed in just now', { exact: false }).waitFor()
  await look(hers, 'single-sign-on-proof')
  await dialog.getByRole('button', { name: 'Continue' }).click()
  await dialog.getByRole('img', { name: 'QR code for the authenticator app' }).waitFor()
  await hers.context().close()
})
