/** An operator gives access with restic in the console, somebody uses exactly what was shown, and it is revoked. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import type { Browser, Page as Tab } from 'playwright-core'
import type { OrganizationView, RepositoryPassword } from '../../src/contract/index.ts'
import { launchBrowser, noBrowser } from '../browser.ts'
import { button, look, openConsole, signInToConsole } from '../console-walk.ts'
import { addOrganization, backUp, operator, type Product, startProduct } from '../product.ts'

let product: Product
let browser: Browser
let page: Tab
let organization: OrganizationView

before(async () => {
  if (noBrowser) return
  product = await startProduct({ users: 1, mails: 6 })
  organization = await addOrganization(product)
  await backUp(product, organization.id)
  browser = await launchBrowser()
  page = await openConsole(browser)
  await signInToConsole(page, product.address, operator)
})
after(async () => {
  await browser?.close()
  await product?.stop()
})

test("'Access with restic' shows once what lets stock restic in, and takes it away", {
  skip: noBrowser,
}, async () => {
  await page.goto(`${product.address}/organizations/${organization.id}`)
  await page.getByText('Nobody has access.').waitFor()
  await look(page, 'restic-nobody')

  await button(page, 'Give access').click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Give access' }).click()
  await dialog.getByText('Say who or what it is for.').waitFor()
  await dialog.getByLabel('For').fill('The auditor')
  await page.keyboard.press('Enter')
  await dialog.getByText('The password is shown this once.').waitFor()
  await look(page, 'restic-given')
  const password = await dialog.getByLabel('Password', { exact: true }).inputValue()
  const commands = (await dialog.getByRole('region', { name: 'Commands' }).textContent()) ?? ''
  assert.ok(commands.includes(password))

  // Word for word what is shown, in a shell.
  const secret = await product.session.post<RepositoryPassword>(
    `/organizations/${organization.id}/repository/password`,
    { operatorPassword: operator.password },
  )
  const environment = {
    ...process.env,
    RESTIC_PASSWORD: secret.password,
    RESTIC_CACHE_DIR: `${product.folder}/cache`,
  }
  const shell = (text: string) =>
    promisify(execFile)('sh', ['-ec', text], { env: environment, cwd: product.folder, timeout: 120_000 })
  const { stdout } = await shell(commands)
  assert.match(stdout, /1 snapshots/)
  assert.match(stdout, /\.eml/)
  await shell('test -d restored/mail')

  await dialog.getByRole('button', { name: 'Close' }).click()
  await page.reload()
  const row = page.getByRole('row', { name: /The auditor/ })
  await row.waitFor()
  assert.ok(!(await page.content()).includes(password), 'the password is nowhere any more')
  await look(page, 'restic-list')
  await page.getByRole('button', { name: 'Revoke the access for The auditor' }).click()
  await page
    .getByRole('dialog')
    .getByText(/can read nothing more/)
    .waitFor()
  await look(page, 'restic-revoke')
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
  await page.getByText('Nobody has access.').waitFor()
  await assert.rejects(shell(commands.split('\n').slice(0, 2).join('\n')))
})
