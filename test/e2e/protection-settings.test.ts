/** Protection settings, coverage and dashboard in the console, and the same on the command line. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Browser, Page as Tab } from 'playwright-core'
import { root } from '../../scripts/run.ts'
import type { DashboardView, OrganizationView, ProtectionView } from '../../src/contract/index.ts'
import { launchBrowser, noBrowser } from '../browser.ts'
import { button, look, openConsole, signInToConsole } from '../console-walk.ts'
import {
  addOrganization,
  backUp,
  grantPermissions,
  operator,
  type Product,
  startProduct,
} from '../product.ts'

let product: Product
let browser: Browser
let page: Tab
let organization: OrganizationView

before(async () => {
  if (noBrowser) return
  product = await startProduct({ users: 10, mails: 3 })
  organization = await addOrganization(product)
  grantPermissions(product, organization, 'GroupMember.Read.All', 'MailboxSettings.Read')
  await backUp(product, organization.id)
  await backUp(product, organization.id)
  browser = await launchBrowser()
  page = await openConsole(browser)
  await signInToConsole(page, product.address, operator)
})
after(async () => {
  await browser?.close()
  await product?.stop()
})

const settings = () => product.session.get<ProtectionView>(`/organizations/${organization.id}/protection`)

/** Until the server has answered: groups are asked for at Microsoft first. */
async function saveBy(name: string): Promise<void> {
  const answered = page.waitForResponse(
    (answer) => answer.request().method() === 'PUT' && answer.url().endsWith('/protection'),
  )
  await Promise.all([answered, button(page, name).click()])
}

function cli(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, 'src/cli/main.ts'), ...args], {
      env: {
        ...process.env,
        BDRCLOUD_CREDENTIALS: join(product.folder, 'credentials.json'),
        BDRCLOUD_PASSWORD: operator.password,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 60_000,
    })
    let [out, err] = ['', '']
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString()
    })
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk.toString()
    })
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, out, err }))
  })
}

test('users are chosen one by one and by groups, with what is left out and a schedule', {
  skip: noBrowser,
}, async () => {
  await page.goto(`${product.address}/organizations/${organization.id}/protection`)
  await page.getByText('Users, groups and sites as of').waitFor()
  await look(page, 'protection-settings')

  await page.getByRole('radio', { name: 'Select Specific Users' }).check()
  await page.getByLabel('Filter').selectOption('shared')
  const users = page.getByRole('group', { name: 'Selected users' })
  await users.getByRole('checkbox', { name: /^Team 5 / }).check()
  await page.getByLabel('Filter').selectOption('archival')
  await users.getByText(/^Team 5/).waitFor({ state: 'detached' })
  await users.getByRole('checkbox').first().check()
  await page.getByText('2 selected').waitFor()
  await look(page, 'protection-users')
  await button(page, 'Save users').click()
  await page.getByText('Saved.').first().waitFor({ state: 'attached' })
  assert.equal((await settings()).users.userIds.length, 2)

  await page.getByRole('radio', { name: 'Select Users by Groups' }).check()
  await button(page, 'List Group Users of All Staff').click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('not selected').first().waitFor()
  await look(page, 'protection-group-users')
  await button(dialog, 'Close').click()
  await page.getByRole('checkbox', { name: 'All Staff' }).check()
  await saveBy('Save users')
  await page.getByRole('checkbox', { name: 'All Staff', checked: true }).waitFor()

  await page.getByLabel('Folders', { exact: true }).fill('Junk Email')
  await page.getByLabel('Older than (days)').fill('0')
  await page.getByText('Type a whole number above 0, or nothing.').waitFor()
  await page.getByLabel('Older than (days)').fill('3650')
  await saveBy('Save exclusions')
  await page.getByRole('radio', { name: 'At times of day' }).check()
  await page.getByRole('textbox', { name: 'Times of day' }).fill('01:00, 13:00')
  await page.getByLabel('Time zone').fill('Europe/Berlin')
  await page.getByLabel('Blackout hours').fill('08:00-12:00')
  await button(page, 'Save schedule').click()
  await page.getByText('After that').waitFor()
  await look(page, 'protection-schedule')
  const saved = await settings()
  assert.equal(saved.users.selection, 'groups')
  assert.deepEqual(saved.exclusions.folders, ['Junk Email'])
  assert.equal(saved.exclusions.olderThanDays, 3650)
  assert.deepEqual(saved.schedule.rule, { kind: 'times', times: ['01:00', '13:00'] })
})

test('a shorter retention shows what it deletes and asks for proof', { skip: noBrowser }, async () => {
  await page.getByRole('radio', { name: 'Version-Based' }).check()
  assert.equal(await page.getByLabel('Versions').inputValue(), '5')
  await page.getByLabel('Versions').fill('1000')
  await page.getByText('Type a number from 1 to 999.').waitFor()
  await page.getByLabel('Versions').fill('1')
  await page.getByLabel('Keep deleted users (days)').fill('90')
  await button(page, 'Save retention').click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText(/will be deleted within minutes/).waitFor()
  await dialog.getByRole('textbox', { name: 'Your password' }).fill(operator.password)
  await look(page, 'protection-shorten')
  await button(dialog, 'Shorten retention').click()
  await dialog.waitFor({ state: 'detached' })
  const { retention } = await settings()
  assert.deepEqual(retention, { rule: { kind: 'versions', versions: 1 }, deletedUsersDays: 90 })
})

test('the dashboard and the ledger tell who is protected, and who is not and why', {
  skip: noBrowser,
}, async () => {
  await page.goto(`${product.address}/organizations/${organization.id}/dashboard`)
  await page.getByRole('heading', { name: 'Protection now' }).waitFor()
  await page.getByRole('cell', { name: 'No API, not covered' }).waitFor()
  await look(page, 'dashboard')
  await page.getByRole('link', { name: 'Coverage', exact: true }).click()
  await page.getByRole('cell', { name: 'Teams chats' }).waitFor()
  await look(page, 'coverage')
  await page.getByLabel('Reason').selectOption('not-selected')
  await page.getByRole('cell', { name: /^Team 5/ }).waitFor()
  await page.getByRole('cell', { name: 'Teams chats' }).waitFor({ state: 'detached' })
  const download = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Export CSV' }).click()
  assert.equal((await download).suggestedFilename(), 'not-protected.csv')
})

test('the command line shows and changes the same', { skip: noBrowser }, async () => {
  assert.equal((await cli('login', '--server', product.address, '--user', operator.userName)).code, 0)
  const shown = JSON.parse((await cli('protection', 'show', '--json')).out) as ProtectionView
  assert.equal(shown.schedule.timeZone, 'Europe/Berlin')
  const listed = JSON.parse((await cli('protection', 'users', '--filter', 'shared', '--json')).out) as {
    userPrincipalName: string
  }[]
  const [shared] = listed
  assert.ok(shared)
  const chosen = [
    '--users',
    shared.userPrincipalName,
    '--exclude-patterns',
    '*.iso,*.vhdx',
    '--include-new',
    'off',
  ]
  const planned = ['--every-minutes', '240', '--blackout', 'none']
  const set = await cli('protection', 'set', ...chosen, ...planned, '--json')
  assert.equal(set.code, 0, set.err)
  const saved = JSON.parse(set.out) as ProtectionView
  assert.deepEqual([saved.users.selection, saved.users.userIds.length], ['users', 1])
  assert.deepEqual(saved.exclusions.patterns, ['*.iso', '*.vhdx'])
  assert.deepEqual(saved.schedule.rule, { kind: 'interval', minutes: 240 })
  assert.deepEqual(saved.schedule.blackouts, [])
  const wrong = await cli('protection', 'set', '--users', 'nobody@nowhere.example')
  assert.equal(wrong.code, 2)
  assert.match(wrong.err, /no user "nobody@nowhere.example"/)
  assert.match((await cli('protection', 'show')).out, /every 240 minutes/)
  const coverage = JSON.parse(
    (await cli('protection', 'coverage', '--reason', 'no-api', '--json')).out,
  ) as object[]
  assert.ok(coverage.length >= 4)
  const board = JSON.parse((await cli('protection', 'dashboard', '--json')).out) as DashboardView
  assert.ok(board.users.unprotected > 0)
  // Another may come by the schedule, at its time of day.
  assert.deepEqual(
    board.runs.slice(0, 2).map(({ sequence }) => sequence),
    [1, 2],
  )
  const preview = await cli('protection', 'retention', '--time', '6m', '--preview', '--json')
  assert.equal((JSON.parse(preview.out) as { removes: number }).removes, 0)
  const longer = await cli(
    'protection',
    'retention',
    '--everything',
    '--deleted-users-days',
    'forever',
    '--json',
  )
  assert.deepEqual((JSON.parse(longer.out) as ProtectionView).retention, {
    rule: { kind: 'everything' },
    deletedUsersDays: null,
  })
})
