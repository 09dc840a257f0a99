/** An owner turns on the two-person rule, asks for the recovery kit, and another owner approves it; the key is rotated. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page as Tab } from 'playwright-core'
import { waitFor } from '../../scripts/demo/api.ts'
import type { OperatorLink, SecretsStatus } from '../../src/contract/index.ts'
import { launchBrowser, noBrowser } from '../browser.ts'
import { button, look, openConsole, signInToConsole } from '../console-walk.ts'
import { operator, type Product, startProduct } from '../product.ts'

const second = { userName: 'grace', password: 'tangled marsh orbit lantern' }
let product: Product
let browser: Browser
let page: Tab
let other: Tab

before(async () => {
  if (noBrowser) return
  product = await startProduct({ users: 1, mails: 1 })
  const { token } = await product.session.post<OperatorLink>('/operators', {
    userName: second.userName,
    role: 'owner',
  })
  const accepted = await fetch(`${product.address}/api/v1/operator-links/accept`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token, password: second.password }),
  })
  assert.equal(accepted.status, 201)
  browser = await launchBrowser()
  page = await openConsole(browser)
  await signInToConsole(page, product.address, operator)
  other = await openConsole(browser)
  await signInToConsole(other, product.address, second)
})
after(async () => {
  await browser?.close()
  await product?.stop()
})

test('what needs a second owner is asked for, approved, and let through', { skip: noBrowser }, async () => {
  await page.goto(`${product.address}/settings/approvals`)
  await page.getByText('Nothing waits for approval').waitFor()
  await look(page, 'approvals-none')

  await page.goto(`${product.address}/settings/protection`)
  await page.getByRole('switch', { name: 'Two-person rule' }).click()
  await page.getByLabel('Delay in hours').fill('0')
  await page.getByLabel('Delay in hours').press('Tab')
  await page.getByRole('textbox', { name: 'Your password' }).fill(operator.password)
  await look(page, 'protection')
  await button(page, 'Save rule').click()
  await page.getByRole('textbox', { name: 'Your password' }).waitFor({ state: 'detached' })

  await page.goto(`${product.address}/recovery-kit`)
  await button(page, 'Show recovery kit').click()
  await page.getByText('was put to the other owners').waitFor()
  await look(page, 'approvals-asked')

  await page.goto(`${product.address}/settings/approvals`)
  await page.getByLabel('Why do you ask for this?').fill('The safe is being refilled')
  await button(page, 'Save reason').click()
  await page.getByText('The safe is being refilled').waitFor()
  await look(page, 'approvals-own')

  await other.goto(`${product.address}/settings/approvals`)
  await other.getByLabel('1 open').waitFor()
  await look(other, 'approvals-to-decide')
  await button(other, 'Approve').click()
  const dialog = other.getByRole('dialog')
  await button(dialog, 'Approve').click()
  await dialog.getByText('Approved.').waitFor()
  // It stays until it was read, and only then does the page show the new state.
  await other.waitForLoadState('networkidle')
  await button(dialog, 'Close').click()
  await other.getByText('Ready', { exact: true }).waitFor()

  await page.goto(`${product.address}/recovery-kit`)
  await page.getByLabel('Approved requests').getByText('Do the same again now').waitFor()
  await look(page, 'approvals-ready')
  await button(page, 'Show recovery kit').click()
  await page.getByText('Vault password:').waitFor()
  await page.getByLabel('Approved requests').waitFor({ state: 'detached' })
})

test('the key of the secrets at rest is rotated, and a new recovery kit asked for', {
  skip: noBrowser,
}, async () => {
  const before = (await product.session.get<SecretsStatus>('/secrets')).key.id
  await page.goto(`${product.address}/settings/protection`)
  await page.getByText(before).waitFor()
  await button(page, 'Rotate key').click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: 'Your password' }).fill(operator.password)
  await look(page, 'rotate-key')
  await button(dialog, 'Rotate key').click()
  await dialog.getByText('The new key is in use.').waitFor()
  await waitFor<SecretsStatus>(product.session, '/secrets', ({ rotation }) => rotation === null, 2)
  const { id } = (await product.session.get<SecretsStatus>('/secrets')).key
  assert.notEqual(id, before)
  await button(dialog, 'Close').click()
  await page.getByText(id).waitFor()
})
