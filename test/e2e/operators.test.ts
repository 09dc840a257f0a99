/** An owner invites an operator in the console, who chooses a password and sees what the role allows, and nothing else. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page as Tab } from 'playwright-core'
import { launchBrowser, noBrowser } from '../browser.ts'
import { button, look, openConsole, signInToConsole } from '../console-walk.ts'
import { addOrganization, backUp, operator, type Product, startProduct } from '../product.ts'

let product: Product
let browser: Browser
let owner: Tab
const password = 'a pass phrase of her own'

before(async () => {
  if (noBrowser) return
  product = await startProduct({ users: 1, mails: 2 })
  const { id } = await addOrganization(product)
  await backUp(product, id)
  browser = await launchBrowser()
  owner = await openConsole(browser)
  await signInToConsole(owner, product.address, operator)
})
after(async () => {
  await browser?.close()
  await product?.stop()
})

const row = (page: Tab, name: string) => page.getByRole('row', { name: new RegExp(name) })

async function choose(action: string): Promise<void> {
  await owner.getByRole('button', { name: 'Actions: Grace Hopper' }).click()
  await owner.getByRole('menuitem', { name: action, exact: true }).click()
}

test('an operator is invited, chooses a password, and meets only what the role allows', {
  skip: noBrowser,
}, async () => {
  await owner.goto(`${product.address}/settings/operators`)
  await row(owner, operator.userName).waitFor()
  await look(owner, 'operators')
  await button(owner, 'Invite operator').click()
  const dialog = owner.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Invite operator' }).click()
  await dialog.getByText('needs at least 3 characters').waitFor()
  await dialog.getByLabel('User name').fill('grace')
  await dialog.getByLabel('Display name').fill('Grace Hopper')
  await dialog.getByRole('radio', { name: /Backup operator/ }).check()
  await dialog.getByRole('radio', { name: 'Chosen organizations' }).check()
  await dialog.getByRole('button', { name: 'Invite operator' }).click()
  await dialog.getByText('Choose at least one organization', { exact: false }).waitFor()
  await dialog.getByRole('checkbox', { name: /Contoso/ }).check()
  await look(owner, 'operators-invite')
  await dialog.getByRole('button', { name: 'Invite operator' }).click()
  const address = await dialog.getByLabel('Link', { exact: true }).inputValue()
  await look(owner, 'operators-link')
  await dialog.getByRole('button', { name: 'Close' }).click()
  await row(owner, 'Grace Hopper')
    .getByText(/invited, link valid until/)
    .waitFor()
  assert.ok(
    !(await owner.content()).includes(address.split('#')[1] ?? address),
    'the link is nowhere any more',
  )

  const hers = await openConsole(browser)
  await hers.goto(address)
  await hers.getByRole('heading', { name: 'Choose your password' }).waitFor()
  assert.ok(!hers.url().includes('token'), 'the token is out of the address')
  await look(hers, 'operators-welcome')
  await hers.getByLabel(/^Password/).fill('short')
  await button(hers, 'Set password and sign in').click()
  await hers.getByText('needs at least 12 characters').waitFor()
  await hers.getByLabel(/^Password/).fill(password)
  await hers.getByLabel(/^Repeat password/).fill(password)
  await button(hers, 'Set password and sign in').click()
  await hers.getByRole('link', { name: /Data Source/ }).waitFor()
  assert.equal(await hers.getByText('The recovery kit is not confirmed yet.').count(), 0)

  await hers.getByRole('link', { name: 'Settings' }).click()
  await hers.getByRole('heading', { name: 'Your account' }).waitFor()
  assert.equal(await hers.getByRole('link', { name: 'Operators' }).count(), 0)
  await hers.getByText('this session').waitFor()
  await look(hers, 'operators-account')
  await hers.goto(`${product.address}/settings/operators`)
  await hers.getByText('The role of your account (backup-operator) does not allow this.').waitFor()
  const [organization] = (await product.session.get<{ items: { id: string }[] }>('/organizations')).items
  await hers.goto(`${product.address}/organizations/${organization?.id}`)
  await hers
    .getByRole('link', { name: 'Backups' })
    .or(hers.getByRole('link', { name: 'Runs' }))
    .waitFor()
  assert.equal(await hers.getByRole('link', { name: 'Mail', exact: true }).count(), 0)
  await hers.context().close()
})

test('role and organizations are changed, an operator is disabled, enabled and removed', {
  skip: noBrowser,
}, async () => {
  await owner.reload()
  const dialog = owner.getByRole('dialog')
  await choose('Edit')
  await dialog.getByRole('radio', { name: /Restore operator/ }).check()
  await dialog.getByRole('checkbox', { name: 'Only chosen mailboxes and drives of Contoso' }).check()
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.getByText('a mailbox or drive where only chosen ones are reached', { exact: false }).waitFor()
  await dialog.getByLabel('Find a mailbox or drive of Contoso').fill('nobody at all')
  await dialog.getByText('Nothing matches', { exact: false }).waitFor()
  await dialog.getByLabel('Find a mailbox or drive of Contoso').fill('')
  await dialog
    .getByRole('group', { name: 'Mailboxes and drives of Contoso' })
    .getByRole('checkbox')
    .first()
    .check()
  await dialog.getByText('1 mailbox or drive chosen').waitFor()
  await look(owner, 'operators-mailboxes')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await row(owner, 'Grace Hopper').getByText('1 organization, 1 mailbox').waitFor()
  await choose('Edit')
  await dialog.getByText('1 mailbox or drive chosen').waitFor()
  await dialog.getByRole('radio', { name: /Auditor/ }).check()
  await dialog.getByRole('radio', { name: 'All organizations' }).check()
  await look(owner, 'operators-edit')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await row(owner, 'Grace Hopper').getByText('All organizations').waitFor()
  await row(owner, 'Grace Hopper').getByText('Auditor').waitFor()
  await choose('Disable')
  await look(owner, 'operators-disable')
  await dialog.getByRole('button', { name: 'Disable' }).click()
  await row(owner, 'Grace Hopper').getByText('disabled').waitFor()
  await choose('Enable')
  await row(owner, 'Grace Hopper').getByText('active').waitFor()
  await choose('Remove')
  await dialog.getByRole('button', { name: 'Remove' }).click()
  await row(owner, 'Grace Hopper').waitFor({ state: 'detached' })
})

test('an operator makes a token for a script, which is shown once, and revokes it', {
  skip: noBrowser,
}, async () => {
  await owner.goto(`${product.address}/settings/account`)
  await owner.getByText('There are no API tokens.').waitFor()
  await button(owner, 'Create API token').click()
  const dialog = owner.getByRole('dialog')
  await dialog.getByLabel(/^Your password/).fill(operator.password)
  await dialog.getByRole('button', { name: 'Create API token' }).click()
  await dialog.getByText('Say what the token is for.').waitFor()
  await dialog.getByLabel('Name').fill('nightly report')
  await dialog.getByRole('radio', { name: /Auditor/ }).check()
  await dialog.getByRole('combobox', { name: 'Works for' }).click()
  await owner.getByRole('option', { name: '30 days' }).click()
  await look(owner, 'api-token-create')
  await dialog.getByRole('button', { name: 'Create API token' }).click()
  const token = await dialog.getByLabel('API token', { exact: true }).inputValue()
  assert.match(token, /^bdrt_/)
  await look(owner, 'api-token-shown')
  await dialog.getByRole('button', { name: 'Close' }).click()
  const asked = () =>
    fetch(`${product.address}/api/v1/organizations`, { headers: { authorization: `Bearer ${token}` } })
  assert.equal((await asked()).status, 200)
  await owner.reload()
  await row(owner, 'nightly report').getByText('Auditor').waitFor()
  assert.ok(!(await owner.content()).includes(token))
  assert.equal(await row(owner, 'nightly report').getByText('never').count(), 0, 'its use is seen')
  await look(owner, 'api-tokens')
  await owner.goto(`${product.address}/settings/operators`)
  await row(owner, 'nightly report').waitFor()
  await look(owner, 'api-tokens-of-all')
  await button(owner, 'Revoke nightly report').click()
  await dialog.getByRole('button', { name: 'Revoke' }).click()
  await owner.getByText('There are no API tokens.').waitFor()
  assert.equal((await asked()).status, 401)
})

test('an operator changes their password, and ends a session somewhere else', {
  skip: noBrowser,
}, async () => {
  const other = await openConsole(browser)
  await signInToConsole(other, product.address, operator)
  await owner.goto(`${product.address}/settings/account`)
  await owner
    .getByRole('button', { name: /Sign out the browser session/ })
    .first()
    .waitFor()
  const before = await owner.getByRole('button', { name: /Sign out the/ }).count()
  await owner
    .getByRole('button', { name: /Sign out the/ })
    .first()
    .click()
  await owner.getByText('The session was ended.').waitFor()
  await owner.waitForFunction(
    `document.querySelectorAll('button[aria-label^="Sign out the"]').length === ${before - 1}`,
  )
  await owner.getByLabel(/^Current password/).fill('not this one at all')
  await owner.getByLabel(/^New password/).fill(password)
  await owner.getByLabel(/^Repeat password/).fill(password)
  await button(owner, 'Change password').click()
  await owner.getByText('The password is wrong.').waitFor()
  await owner.getByLabel(/^Current password/).fill(operator.password)
  await button(owner, 'Change password').click()
  await owner.getByText('The password was changed; your other sessions have ended.').waitFor()
  await other.context().close()
  const again = await openConsole(browser)
  await signInToConsole(again, product.address, { ...operator, password })
  await again.context().close()
})

test('the audit trail shows who did what, filters, and proves itself', { skip: noBrowser }, async () => {
  await owner.goto(`${product.address}/settings/audit`)
  const changed = row(owner, 'Change password').filter({ hasText: 'done' })
  await changed.waitFor()
  await owner.getByLabel('Outcome').selectOption('refused')
  await changed.waitFor({ state: 'detached' })
  await row(owner, 'Change password').filter({ hasText: 'refused' }).waitFor()
  await owner.getByLabel('Outcome').selectOption('')
  await row(owner, 'Invite operator')
    .getByRole('button', { name: /Details of entry/ })
    .click()
  await owner.getByText('"userName": "grace"').waitFor()
  await button(owner, 'Verify').click()
  await owner.getByText(/entries, none changed, moved or removed/).waitFor()
  await look(owner, 'operators-audit')
  const [download] = await Promise.all([
    owner.waitForEvent('download'),
    owner.getByRole('link', { name: 'Export as JSON lines' }).click(),
  ])
  assert.equal(download.suggestedFilename(), 'audit-trail.jsonl')
})
