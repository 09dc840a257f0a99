/** A console that is open elsewhere, behind an https proxy: what it offers, and the operator's own sign-in application. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { addVisitingApplication } from '../../simulator/tenant/index.ts'
import type { SignInSettings } from '../../src/contract/index.ts'
import { launchBrowser, noBrowser } from '../browser.ts'
import {
  atDialog,
  atHeading,
  button,
  link,
  look,
  openConsole,
  press,
  signInAtMicrosoft,
  signInToConsole,
  type,
} from '../console-walk.ts'
import { covers } from '../covers.ts'
import { type HttpsProxy, startHttpsProxy } from '../https-proxy.ts'
import { globalAdministrator, operator, type Product, persona, startProduct } from '../product.ts'

let product: Product
let proxy: HttpsProxy
let browser: Browser
let page: Page
let address: string

before(async () => {
  if (noBrowser) return
  product = await startProduct({ users: 2, mails: 4 }, async () => ({
    environment: { BDRCLOUD_TRUSTED_PROXY: '127.0.0.1', BDRCLOUD_ALLOWED_HOSTS: 'backup.example' },
  }))
  proxy = await startHttpsProxy(product.address.replace('localhost', '127.0.0.1'))
  address = `https://backup.example:${proxy.port}`
  browser = await launchBrowser(['--host-resolver-rules=MAP backup.example 127.0.0.1'])
  page = await openConsole(browser, { ignoreHTTPSErrors: true })
  await signInToConsole(page, address, operator)
})
after(async () => {
  await browser?.close()
  await proxy?.stop()
  await product?.stop()
})

const looks = (name: string) => look(page, `remote-${name}`)

test('without an own application the wizard says why the browser cannot be used, and takes the one-time code', {
  skip: noBrowser,
}, async () => {
  await page.goto(`${address}/organizations/add`)
  await atHeading(page, 'Step 1: Add Method Selection')
  await page.getByText('there is no sign-in application of your own', { exact: false }).waitFor()
  await page
    .getByRole('radio', { name: 'Automatic Credential Process', exact: true, disabled: true })
    .waitFor()
  await page.getByRole('radio', { name: 'Device Code Process', exact: true, checked: true }).waitFor()
  await looks('step-1')
})

test('the settings page leads through the registration, proves the certificate and keeps its key', {
  skip: noBrowser,
}, async () => {
  covers('own-application', 'global', ['settings', 'client-certificate'])
  await link(page, 'Settings').click()
  await atHeading(page, 'Microsoft sign-in')
  await looks('settings-empty')
  const form = page.getByRole('region', { name: 'External address' })
  assert.equal(await form.getByLabel('External address').inputValue(), address)
  await form.getByLabel(/^Your password/).fill(operator.password)
  await press(button(form, 'Save address'))
  await form.getByText(`${address}/microsoft/return`).waitFor()

  const card = page.getByRole('region', { name: 'Application for Global Azure' })
  await press(button(card, 'Make a certificate'))
  await link(card, 'Download certificate').waitFor()
  const settings = await product.session.get<SignInSettings>('/settings/sign-in')
  const certificatePem = settings.clouds[0]?.pendingCertificate?.certificatePem ?? ''
  assert.match(certificatePem, /BEGIN CERTIFICATE/)
  assert.doesNotMatch(JSON.stringify(settings), /PRIVATE KEY/)
  // What the operator does in the portal meanwhile.
  const { directory, clock } = product.simulator.tenant
  const registered = addVisitingApplication(
    directory,
    {
      displayName: 'Example Provider backup',
      redirectUris: [settings.redirectUri ?? ''],
      scopes: settings.permissions.map(({ value }) => value),
      certificatePem,
    },
    clock.now(),
  )
  await type(card.getByLabel(/^Application \(client\) ID/), registered.appId)
  await type(card.getByLabel(/^Tenant of the application/), registered.home.domain)
  await type(card.getByLabel(/^Your password/), operator.password)
  await looks('settings-filled')
  await press(button(card, 'Save application'))
  await card.getByText('works, tested', { exact: false }).waitFor()
  await button(card, 'Test').click()
  await card.getByText('works, tested', { exact: false }).waitFor()
  await looks('settings-saved')
})

test('the browser then goes to Microsoft and comes back to this console', { skip: noBrowser }, async () => {
  covers('own-application', 'global', 'remote-console')
  await page.goto(`${address}/organizations/add`)
  await page.getByRole('radio', { name: 'Automatic Credential Process', exact: true }).check()
  await button(page, 'Next::BDRCloud Server Authorization').click()
  await button(page, 'Microsoft Sign in').click()
  await signInAtMicrosoft(page, persona(product, globalAdministrator))
  await page.getByRole('heading', { name: 'Permissions requested' }).waitFor()
  await page.getByText('Example Provider backup').waitFor()
  await button(page, 'Accept').click()
  const dialog = await atDialog(page, 'Grant Access')
  assert.equal(new URL(page.url()).origin, address)
  assert.doesNotMatch(page.url(), /code=|state=/)
  await looks('grant-access')
  await button(dialog, 'Cancel').click()
  await page.getByRole('heading', { name: 'Adding the organization was cancelled' }).waitFor()
})

test("a customer's administrator authorizes by a link, without an account on the console", {
  skip: noBrowser,
}, async () => {
  covers('customer-link', 'global', ['created', 'opened', 'completed', 'used'])
  await page.goto(`${address}/organizations/add`)
  await page.getByRole('radio', { name: 'Automatic Credential Process', exact: true }).check()
  await button(page, 'Next::BDRCloud Server Authorization').click()
  await press(button(page, 'Make a link for the customer'))
  const dialog = await atDialog(page, "Link for the customer's administrator")
  await type(dialog.getByLabel(/^Who asks/), 'Example Provider')
  await press(button(dialog, 'Make link'))
  const link = await dialog.getByLabel('Link', { exact: true }).inputValue()
  await looks('link-made')
  await button(dialog, 'Close').click()
  const links = page.getByRole('list', { name: 'Links' })
  await links.getByText('not opened yet').waitFor()

  // A scanner loads the page with all its scripts, and clicks nothing.
  const scanner = await openConsole(browser, { ignoreHTTPSErrors: true })
  await scanner.goto(link)
  await atHeading(scanner, 'Somebody asks you to authorize a backup')
  await scanner.context().close()

  const customer = await openConsole(browser, { ignoreHTTPSErrors: true })
  const looksAt = (name: string) => look(customer, `customer-${name}`)
  await customer.goto(link)
  await atHeading(customer, 'Somebody asks you to authorize a backup')
  assert.equal(new URL(customer.url()).hash, '', 'the token is not left in the address')
  await looksAt('closed')
  await press(button(customer, 'Open'))
  await customer.getByText('Example Provider asks for access', { exact: false }).waitFor()
  await customer.getByText('stays in the memory of the server for minutes', { exact: false }).waitFor()
  await looksAt('asked')
  await links.getByText('opened', { exact: true }).waitFor()

  await press(button(customer, 'Microsoft Sign in'))
  await signInAtMicrosoft(customer, persona(product, globalAdministrator))
  const grant = await atDialog(customer, 'Grant Access')
  await looksAt('grant-access')
  await page.getByText("The customer's administrator has signed in").waitFor()
  assert.equal(await page.getByRole('dialog').count(), 0, 'the provider cannot grant in their place')
  await looks('customer-signed-in')
  await press(button(grant, 'Grant Access'))
  await customer.getByRole('heading', { name: 'Thank you, access is granted' }).waitFor({ timeout: 90_000 })
  await looksAt('done')

  const ready = await atDialog(page, 'The application is ready', 60)
  await button(ready, 'Next::Completion Steps').click()
  await button(page, 'Save').click()
  await page.getByText('was added', { exact: false }).first().waitFor({ timeout: 60_000 })

  // The same address once more, in yet another browser.
  const late = await openConsole(browser, { ignoreHTTPSErrors: true })
  await late.goto(link)
  await button(late, 'Open').click()
  await late.getByText('This link does not work (any more)', { exact: false }).waitFor()
  await look(late, 'customer-used')
  await Promise.all([customer.context().close(), late.context().close()])
})
