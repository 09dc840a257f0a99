/** Alerts in the console: nothing to see, a channel that is set up and tested, an alert that is looked at and acknowledged. */
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import type { Browser, Page as Tab } from 'playwright-core'
import { launchBrowser, noBrowser } from '../browser.ts'
import { button, look, openConsole, signInToConsole } from '../console-walk.ts'
import { operator, type Product, startProduct } from '../product.ts'

let product: Product
let browser: Browser
let owner: Tab
let received = 0
const peer = createServer((request, response) => {
  request.resume().on('end', () => {
    received += 1
    response.end('ok')
  })
})

before(async () => {
  if (noBrowser) return
  await new Promise<void>((resolve) => peer.listen(0, '127.0.0.1', resolve))
  product = await startProduct({ users: 1, mails: 1 }, async () => ({
    environment: { BDRCLOUD_ALLOWED_NETWORKS: '127.0.0.1' },
  }))
  browser = await launchBrowser()
  owner = await openConsole(browser)
  await signInToConsole(owner, product.address, operator)
})
after(async () => {
  await browser?.close()
  peer.closeAllConnections()
  peer.close()
  await product?.stop()
})

test('a channel is added and tested, and an alert is found, looked at and acknowledged', {
  skip: noBrowser,
}, async () => {
  await owner.getByRole('link', { name: 'Alerts', exact: true }).click()
  await owner.getByText('No open alerts').waitFor()
  await look(owner, 'alerts-empty')

  await owner.goto(`${product.address}/settings/alerts`)
  await owner.getByText('Alerts are sent nowhere yet').waitFor()
  await look(owner, 'alert-settings-empty')
  await button(owner, 'Add channel').click()
  const dialog = owner.getByRole('dialog')
  await dialog.getByLabel('Mail server').waitFor()
  await look(owner, 'alert-channel-email')
  await dialog.getByLabel('Kind').selectOption('webhook')
  await dialog.getByLabel('Name').fill('On call')
  await dialog
    .getByLabel('Address')
    .fill(`http://127.0.0.1:${(peer.address() as AddressInfo).port}/secret-part`)
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.getByText('Key of the signature, shown only now').waitFor()
  await look(owner, 'alert-channel-key')
  await dialog.getByRole('button', { name: 'Close' }).click()
  await button(owner, 'Send test').click()
  await owner.getByText('The test message was sent.').first().waitFor()
  assert.equal(received, 1)
  assert.ok(!(await owner.content()).includes('secret-part'))

  // No disk has so much room; the vault is looked at when the server starts.
  await owner.getByLabel('The vault is almost full below (GB)').fill('1000000')
  await owner.getByRole('region', { name: 'Thresholds' }).getByRole('button', { name: 'Save' }).click()
  await owner.getByText('Saved.').first().waitFor({ state: 'attached' })
  await look(owner, 'alert-settings')
  await product.kill()
  await product.restart()

  await owner.goto(`${product.address}/alerts`)
  await owner.getByRole('link', { name: 'The disk of the vault is almost full' }).waitFor()
  await owner.getByRole('link', { name: 'Alerts 1' }).waitFor()
  await look(owner, 'alerts')
  // Another operator's page has read the list and does not listen yet.
  const other = await openConsole(browser)
  const listening = Promise.withResolvers<void>()
  await other.route('**/events', async (route) => {
    await listening.promise
    await route.continue()
  })
  await signInToConsole(other, product.address, operator)
  await other.goto(`${product.address}/alerts`)
  await other.getByRole('link', { name: 'The disk of the vault is almost full' }).waitFor()
  await owner.getByRole('link', { name: 'The disk of the vault is almost full' }).click()
  await owner.getByRole('heading', { name: 'What to do' }).waitFor()
  await look(owner, 'alert')
  await button(owner, 'Acknowledge').click()
  const question = owner.getByRole('dialog')
  await question.getByLabel('Reason').fill('A new disk is on its way')
  await look(owner, 'alert-acknowledge')
  await question.getByRole('button', { name: 'Acknowledge' }).click()
  await owner.getByText(`Acknowledged by ${operator.userName}`).waitFor()
  await owner.getByText('A new disk is on its way').waitFor()
  listening.resolve()
  await other.getByText('No open alerts').waitFor()
  await other.close()
  await owner.getByRole('link', { name: 'Alerts', exact: true }).click()
  await owner.getByText('No open alerts').waitFor()
  await owner.getByLabel('State').selectOption('acknowledged')
  await owner.getByRole('link', { name: 'The disk of the vault is almost full' }).waitFor()
})
