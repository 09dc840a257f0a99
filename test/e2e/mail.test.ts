/** A person with only a browser: backs up, watches it, finds mails, reads them, restores one and downloads some. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import type { Browser, Download, Locator, Page as Tab } from 'playwright-core'
import yauzl from 'yauzl'
import type { MailboxView, MailItemView, OrganizationView, Page } from '../../src/contract/index.ts'
import { launchBrowser, noBrowser } from '../browser.ts'
import { atDialog, atHeading, button, link, look, openConsole, signInToConsole } from '../console-walk.ts'
import { addOrganization, heldMails, operator, type Product, startProduct } from '../product.ts'

const mailsOfMailbox = 2000

let product: Product
let browser: Browser
let page: Tab
let organization: OrganizationView

before(async () => {
  if (noBrowser) return
  product = await startProduct({ users: 1, mails: mailsOfMailbox })
  organization = await addOrganization(product)
  browser = await launchBrowser()
  page = await openConsole(browser)
  await signInToConsole(page, product.address, operator)
})
after(async () => {
  await browser?.close()
  await product?.stop()
})

const looks = (name: string) => look(page, `mail-${name}`)
const mails = () => page.getByRole('listbox', { name: 'Mails' })
const place = (rest: string) => `${product.address}/organizations/${organization.id}${rest}`

async function mailboxes(): Promise<MailboxView[]> {
  return (
    await product.session.get<Page<MailboxView>>(`/organizations/${organization.id}/mailboxes?limit=100`)
  ).items
}

async function found(query: string): Promise<MailItemView[]> {
  const path = `/organizations/${organization.id}/search?limit=100&query=${encodeURIComponent(query)}`
  return (await product.session.get<Page<MailItemView>>(path)).items
}

async function openMailbox(): Promise<MailboxView> {
  const [mailbox] = (await mailboxes()).sort((a, b) => b.items - a.items)
  assert.ok(mailbox)
  await page.goto(place('/mail'))
  await page.getByRole('button', { name: mailbox.userPrincipalName }).click()
  await page.getByRole('tree', { name: 'Folders' }).waitFor()
  return mailbox
}

async function openInbox(): Promise<void> {
  await page
    .getByRole('treeitem', { name: /^Inbox/ })
    .first()
    .getByText('Inbox', { exact: true })
    .first()
    .click()
}

async function downloadBy(target: Locator): Promise<Download> {
  const [download] = await Promise.all([page.waitForEvent('download'), target.click()])
  return download
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

test("'Back up now' shows the run as it goes, and the history keeps it", { skip: noBrowser }, async () => {
  await page.goto(place('/mail'))
  await page.getByText('No mailboxes yet').waitFor()
  await looks('before-backup')
  await link(page, 'Backup runs').click()
  await page.getByText('No backup yet').waitFor()
  await button(page, 'Back up now').click()
  await page.getByRole('heading', { name: 'Backup in progress' }).waitFor()
  await page.getByRole('progressbar', { name: 'Backup progress' }).waitFor()
  await page
    .getByText(/^[1-9][\d,]* of [1-9][\d,]+$/)
    .last()
    .waitFor()
  await page.getByText(/items\/s$/).waitFor()
  await looks('run-in-progress')
  await page.getByRole('heading', { name: 'Run 1' }).waitFor({ timeout: 150_000 })
  await page.getByText('Succeeded', { exact: true }).waitFor()
  await looks('run')
  await link(page, 'Backup runs').click()
  const row = page.getByRole('row', { name: /Run 1/ })
  await row.getByText('1 of 1').waitFor()
  await looks('runs')
  await link(page, 'Overview').click()
  await page.getByRole('heading', { name: 'Repository' }).waitFor()
  await looks('overview')
  await button(page, 'Show repository password').click()
  await atDialog(page, 'Show repository password')
  await looks('repository-password')
  await page.keyboard.press('Escape')
  await page.goto(`${product.address}/organizations`)
  await page.getByRole('article').waitFor()
  await looks('organizations')
  await page.goto(product.address)
  await page.getByRole('heading', { name: 'Microsoft 365' }).waitFor()
  await looks('data-source')
})

test('a mailbox of thousands of mails is a list of a few dozen rows', { skip: noBrowser }, async () => {
  const mailbox = await openMailbox()
  // Some lie in hidden folders, which are not backed up unasked.
  assert.ok(mailbox.items > mailsOfMailbox / 2)
  await mails().waitFor()
  await looks('list')
  assert.equal(await mails().getByRole('option').first().getAttribute('aria-setsize'), String(mailbox.items))
  await mails().focus()
  const last = page.locator(`[role=option][aria-posinset="${mailbox.items}"]`)
  for (let presses = 0; presses < 1000 && (await last.count()) === 0; presses++) {
    await page.keyboard.press('End')
    await page.waitForTimeout(50)
  }
  await last.waitFor()
  const drawn = await mails().getByRole('option').count()
  assert.ok(drawn < 60, `${drawn} rows are drawn`)
  await page.keyboard.press('Home')
  await openInbox()
  await page.locator('[role=option][aria-posinset="1"]').waitFor()
  await looks('folder')
})

test('a mail is read in a frame that may do nothing', { skip: noBrowser }, async () => {
  await page.locator('[role=option][aria-posinset="2"]').click()
  const frame = page.locator('iframe[title="Message preview"]')
  await frame.waitFor()
  assert.equal(await frame.getAttribute('sandbox'), '')
  await page.frameLocator('iframe[title="Message preview"]').locator('body').waitFor()
  await looks('open')
})

test('hostile mails run nothing and call nobody', { skip: noBrowser }, async () => {
  const hostile = (await found('Hostile')).filter(({ from }) => from?.address.includes('evil.example'))
  assert.ok(hostile.length >= 8, `${hostile.length} hostile mails were found`)
  const strange: string[] = []
  const context = page.context()
  context.on('request', (request) => {
    const { origin, protocol } = new URL(request.url())
    if (origin !== product.address && protocol !== 'data:' && protocol !== 'blob:')
      strange.push(`request ${request.url()}`)
  })
  context.on('page', (opened) => strange.push(`window ${opened.url()}`))
  context.on('dialog', (dialog) => {
    strange.push(`dialog ${dialog.message()}`)
    dialog.dismiss().catch(() => undefined)
  })
  for (const [index, item] of hostile.entries()) {
    await page.goto(place(`/mail?q=Hostile&item=${item.id}`), { waitUntil: 'load' })
    await page
      .frameLocator('iframe[title="Message preview"]')
      .locator('body')
      .waitFor({ state: 'attached' })
      .catch((error: unknown) => assert.fail(`"${item.subject}" is not shown: ${String(error)}`))
    await page.getByRole('heading', { level: 2, name: item.subject || '(no subject)' }).waitFor()
    // Timers, refreshes and late images would have begun by now.
    await page.waitForTimeout(300)
    if (index < 2 || item.subject.includes('huge')) await looks(`hostile-${index}`)
    assert.equal(new URL(page.url()).searchParams.get('item'), item.id, 'the console is where it was')
    assert.equal(new URL(page.url()).origin, product.address)
  }
  assert.deepEqual(strange, [])
  context.removeAllListeners()
})

test('a mail is found, restored and stands in the tenant', { skip: noBrowser }, async () => {
  const mailbox = await openMailbox()
  const { items } = await product.session.get<Page<MailItemView>>(`/mailboxes/${mailbox.id}/items?limit=50`)
  let wanted: MailItemView | undefined
  for (const item of items) {
    if (item.isDraft || item.subject.length < 10 || item.subject.length > 100) continue
    const hits = await found(item.subject)
    if (hits.length < 5 && hits.some(({ id }) => id === item.id)) wanted = item
    if (wanted) break
  }
  assert.ok(wanted, 'a mail is found by its subject')
  const before = await heldMails(product, mailbox.userPrincipalName)

  await page.getByRole('searchbox', { name: 'Search mails of the organization' }).fill(wanted.subject)
  await page.getByText(`Results for '${wanted.subject}'`, { exact: false }).waitFor()
  await looks('search')
  await page.locator(`#mail-${wanted.id}`).click()
  await page.getByRole('heading', { level: 2, name: wanted.subject }).waitFor()
  await page.getByRole('region', { name: 'Reading pane' }).getByRole('button', { name: 'Restore…' }).click()
  const dialog = await atDialog(page, 'Restore 1 mail')
  await looks('restore-dialog')
  await dialog.getByRole('radio', { name: 'Another user' }).check()
  assert.equal(await button(dialog, 'Restore').getAttribute('aria-disabled'), 'true')
  await dialog
    .getByRole('combobox', { name: 'User' })
    .pressSequentially(mailbox.userPrincipalName.slice(0, 4))
  await page.getByRole('option', { name: mailbox.userPrincipalName }).click()
  await looks('restore-dialog-user')
  await button(dialog, 'Restore').click()
  await dialog.getByText('Restored to', { exact: true }).waitFor()
  await dialog.getByText('Succeeded').waitFor()
  await looks('restore-done')
  await link(dialog, 'Show details').click()
  await page.getByRole('heading', { name: /^Restore of/ }).waitFor()
  await looks('restore')
  await link(page.getByRole('navigation', { name: 'Organization sections' }), 'Restores').click()
  await page.getByRole('link', { name: /^Restore of/ }).waitFor()
  await looks('restores')

  const held = await heldMails(product, mailbox.userPrincipalName)
  const added = held.filter(({ id }) => !before.some((mail) => mail.id === id))
  assert.equal(added.length, 1)
  assert.match(added[0]?.folder.join('/') ?? '', /Restored \d{4}-\d\d-\d\d/)
})

test('nothing found is said, with what to try', { skip: noBrowser }, async () => {
  await page.goto(place('/mail?q=zzzznothingzzzz'))
  await page.getByText('Nothing found').waitFor()
  await looks('nothing-found')
})

test('one mail is downloaded as EML and several as ZIP, byte for byte', { skip: noBrowser }, async () => {
  const mailbox = await openMailbox()
  await openInbox()
  await page.locator('[role=option][aria-posinset="1"]').click()
  const hashes = new Set((await heldMails(product, mailbox.userPrincipalName)).map((mail) => mail.sha256))
  const eml = await downloadBy(link(page, 'Download EML'))
  assert.match(eml.suggestedFilename(), /\.eml$/)
  assert.ok(hashes.has(sha256(await readFile(await eml.path()))))

  await mails().focus()
  await page.keyboard.press('Home')
  for (let more = 0; more < 4; more++) await page.keyboard.press('Shift+ArrowDown')
  await page.getByText('5 selected').waitFor()
  await looks('selected')
  const zip = await downloadBy(button(page, 'Download'))
  assert.match(zip.suggestedFilename(), /\.zip$/)
  const entries = await unzip(await zip.path())
  assert.equal(entries.length, 5)
  for (const entry of entries) {
    assert.match(entry.name, /\.eml$/)
    assert.ok(hashes.has(sha256(entry.bytes)), entry.name)
  }
})

test('from signing in to the start of a restore without a mouse', { skip: noBrowser }, async () => {
  const keyboard = await openConsole(browser)
  const active = () =>
    keyboard.evaluate<string>(
      `(() => { const e = document.activeElement; return (e.getAttribute('aria-label') || e.labels?.[0]?.innerText || e.innerText || '').trim() })()`,
    )
  /** Tab until the focus is on what has this name. */
  const tabTo = async (name: RegExp): Promise<void> => {
    const seen: string[] = []
    for (let presses = 0; presses < 60; presses++) {
      await keyboard.keyboard.press('Tab')
      seen.push(await active())
      if (name.test(seen.at(-1) ?? '')) return
    }
    assert.fail(`Tab did not reach ${name}: ${seen.join(' | ')}`)
  }
  await keyboard.goto(`${product.address}/sign-in`)
  await atHeading(keyboard, 'Sign in')
  await tabTo(/^User name/)
  await keyboard.keyboard.type(operator.userName)
  await tabTo(/^Password/)
  await keyboard.keyboard.type(operator.password)
  await keyboard.keyboard.press('Enter')
  await atHeading(keyboard, 'Data Source')
  await tabTo(/^Add & Manage Microsoft 365 Organizations$/)
  await keyboard.keyboard.press('Enter')
  await atHeading(keyboard, 'Add & Manage Microsoft 365 Organizations')
  await keyboard.getByRole('article').waitFor()
  await tabTo(/^Open /)
  await keyboard.keyboard.press('Enter')
  await atHeading(keyboard, organization.name)
  await tabTo(/^Mail$/)
  await keyboard.keyboard.press('Enter')
  await keyboard.getByRole('list', { name: 'Mailboxes' }).getByRole('button').first().waitFor()
  await tabTo(/@harbourlights\.example/)
  await keyboard.keyboard.press('Enter')
  await keyboard.getByRole('listbox', { name: 'Mails' }).waitFor()
  await tabTo(/^Mails$/)
  await keyboard.keyboard.press('ArrowDown')
  await keyboard.keyboard.press('Enter')
  await keyboard.locator('iframe[title="Message preview"]').waitFor()
  await tabTo(/^Restore…$/)
  await keyboard.keyboard.press('Enter')
  const dialog = await atDialog(keyboard, 'Restore 1 mail')
  await keyboard.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  // The focus is back where it was.
  await keyboard.locator('button:focus', { hasText: /^Restore…$/ }).waitFor()
  await keyboard.context().close()
})

test('on a phone one pane is shown at a time, and the page never scrolls sideways', {
  skip: noBrowser,
}, async () => {
  await page.setViewportSize({ width: 400, height: 800 })
  const mailbox = await openMailbox()
  const narrow = async () => {
    const width = await page.evaluate<number>('document.documentElement.scrollWidth')
    assert.ok(width <= 400, `the page is ${width} px wide`)
  }
  assert.ok(!(await mails().isVisible()), 'folders alone')
  await narrow()
  await openInbox()
  await page.locator('[role=option][aria-posinset="1"]').waitFor()
  await narrow()
  await page.locator('[role=option][aria-posinset="1"]').click()
  await page.locator('iframe[title="Message preview"]').waitFor()
  assert.ok(!(await mails().isVisible()), 'the mail alone')
  await narrow()
  await button(page, 'Back to mails').click()
  await mails().waitFor()
  await button(page, 'Back to folders').click()
  await button(page, 'All mailboxes').click()
  await page.getByRole('button', { name: mailbox.userPrincipalName }).waitFor()
  await page.setViewportSize({ width: 1280, height: 800 })
})

function unzip(path: string): Promise<{ name: string; bytes: Buffer }[]> {
  return new Promise((resolve, reject) => {
    yauzl.open(path, { lazyEntries: true }, (error, zip) => {
      if (error) return reject(error)
      const entries: { name: string; bytes: Buffer }[] = []
      zip.on('error', reject)
      zip.on('end', () => resolve(entries))
      zip.on('entry', (entry: yauzl.Entry) => {
        zip.openReadStream(entry, (failure, stream) => {
          if (failure) return reject(failure)
          const parts: Buffer[] = []
          stream.on('data', (part: Buffer) => parts.push(part))
          stream.on('error', reject)
          stream.on('end', () => {
            entries.push({ name: entry.fileName, bytes: Buffer.concat(parts) })
            zip.readEntry()
          })
        })
      })
      zip.readEntry()
    })
  })
}
