/** A person with only a browser: finds files in OneDrives and libraries, looks at one and its earlier state, and saves some. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import type { Browser, Download, Locator, Page as Tab } from 'playwright-core'
import type { OnboardingView, OrganizationView } from '../../src/contract/index.ts'
import { launchBrowser, noBrowser } from '../browser.ts'
import { atDialog, button, link, look, openConsole, press, signInToConsole, tabTo } from '../console-walk.ts'
import {
  backUp,
  control,
  finishOnboarding,
  operator,
  type Product,
  signIn,
  startProduct,
} from '../product.ts'

let product: Product
let browser: Browser
let page: Tab
let organization: OrganizationView

before(async () => {
  if (noBrowser) return
  product = await startProduct({ users: 1, mails: 1, files: 4, sites: 1 })
  const onboarding = await product.session.post<OnboardingView>('/onboardings', {
    method: 'credential',
    cloud: 'global',
    workloads: ['mail', 'files'],
    restoreRights: true,
    credentialKind: 'password',
  })
  await signIn(product, onboarding.id)
  organization = await finishOnboarding(product, onboarding.id)
  const { drives } = await control<{ drives: { id: string; userId?: string }[] }>(product, 'drives/drives')
  const drive = drives.find(({ userId }) => userId !== undefined)?.id
  const act = (verb: string, body: object) => control(product, `drives/${verb}`, { drive, ...body })
  const path = ['Quay', 'Cranes', 'Inspection.txt']
  await act('add', { path, text: 'first report' })
  await act('add', { path: ['Quay', 'Cranes', 'Pumps.txt'], text: 'pumps' })
  await product.session.put(`/organizations/${organization.id}/protection`, { files: { versions: 5 } })
  assert.equal((await backUp(product, organization.id)).state, 'succeeded')
  await act('change', { path, text: 'second report' })
  assert.equal((await backUp(product, organization.id)).state, 'succeeded')
  browser = await launchBrowser()
  page = await openConsole(browser)
  await signInToConsole(page, product.address, operator)
})
after(async () => {
  await browser?.close()
  await product?.stop()
})

const place = (rest: string) => `${product.address}/organizations/${organization.id}${rest}`
async function savedBy(target: Locator): Promise<{ name: string; bytes: Buffer }> {
  const [download] = await Promise.all([page.waitForEvent('download') as Promise<Download>, target.click()])
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) }
}

test('folders are gone through by keyboard; what is open stands in the address', {
  skip: noBrowser,
}, async () => {
  await page.goto(place(''))
  await link(page.getByRole('navigation', { name: 'Organization sections' }), 'Files').click()
  await page.getByRole('heading', { name: 'OneDrives and libraries' }).waitFor()
  const drive = page.getByRole('button', { name: /OneDrive ·/ }).first()
  await drive.waitFor()
  await look(page, 'files-drives')
  await tabTo(drive)
  await press(drive)
  const quay = button(page, 'Quay')
  await quay.waitFor()
  await look(page, 'files-top')
  await quay.focus()
  await press(quay)
  await button(page, 'Cranes').click()
  await page.getByRole('row', { name: /Inspection\.txt/ }).waitFor()
  await look(page, 'files-folder')
  await page.goBack()
  await button(page, 'Cranes').waitFor()
  await page.goForward()
  await page.getByRole('row', { name: /Inspection\.txt/ }).waitFor()
})

test('a file is shown with its states; an earlier one is saved as it was', { skip: noBrowser }, async () => {
  await button(page, 'Inspection.txt').click()
  const dialog = await atDialog(page, 'Inspection.txt')
  const text = page.frameLocator('iframe').locator('pre')
  assert.equal(await text.textContent(), 'second report')
  await look(page, 'files-file')
  await button(dialog, 'Show the state since run 1').click()
  await page.frameLocator('iframe').getByText('first report').waitFor()
  const saved = await savedBy(link(dialog, 'Download file'))
  assert.deepEqual([saved.name, saved.bytes.toString()], ['Inspection.txt', 'first report'])
  await button(dialog, 'Close').click()
})

test('an older version that Microsoft kept is saved, and put beside its file', {
  skip: noBrowser,
}, async () => {
  await button(page, 'Inspection.txt').click()
  const dialog = await atDialog(page, 'Inspection.txt')
  await dialog.getByRole('heading', { name: 'Older versions' }).waitFor()
  const saved = await savedBy(link(dialog, 'Download version 1.0'))
  assert.match(saved.name, /^Inspection \(.+\)\.txt$/)
  assert.equal(saved.bytes.toString(), 'first report')
  await look(page, 'files-versions')
  await button(dialog, 'Restore version 1.0…').click()
  const restore = await atDialog(page, 'Restore version 1.0')
  await look(page, 'files-restore-version')
  await button(restore, 'Restore').click()
  await restore.getByText('Succeeded').waitFor()
  await button(restore, 'Close').click()
  const { drives } = await control<{ drives: { id: string; userId?: string }[] }>(product, 'drives/drives')
  const drive = drives.find(({ userId }) => userId !== undefined)?.id
  const { items } = await control<{ items: { path: string[] }[] }>(product, 'drives/list', { drive })
  const beside = items.map(({ path }) => path.join('/')).filter((path) => path.startsWith('Quay/Cranes/Insp'))
  assert.equal(beside.length, 2)
})

test('a folder is restored to where it was, and the dialog says how it went', {
  skip: noBrowser,
}, async () => {
  await button(page, 'Restore…').click()
  const dialog = await atDialog(page, 'Restore files')
  await look(page, 'files-restore')
  await dialog.getByRole('radio', { name: 'Leave what is there' }).check()
  await dialog.getByRole('radio', { name: 'Another OneDrive or library' }).check()
  assert.equal(
    await button(dialog, 'Restore').getAttribute('aria-disabled'),
    'true',
    'no place is chosen yet',
  )
  await dialog.getByRole('combobox', { name: 'OneDrive or library' }).click()
  await page
    .getByRole('option', { name: /Document library/ })
    .first()
    .click()
  await dialog.getByRole('checkbox', { name: 'Restore sharing' }).check()
  await look(page, 'files-restore-elsewhere')
  await button(dialog, 'Restore').click()
  await dialog.getByText('Succeeded').waitFor()
  await button(dialog, 'Close').click()
})

test('files are found by name and saved together; a folder is saved whole', { skip: noBrowser }, async () => {
  await page.getByRole('checkbox', { name: 'Select all that are shown' }).check()
  await page.getByText('2 selected').waitFor()
  const some = await savedBy(button(page, 'Download'))
  assert.match(some.name, /^files-.*\.zip$/)
  await button(page, 'Clear selection').click()
  const whole = await savedBy(button(page, 'Download this folder'))
  assert.ok(whole.bytes.includes('Quay/Cranes/Pumps.txt'))
  await page.getByRole('searchbox', { name: 'Search files of the organization' }).fill('pumps')
  await page.getByRole('heading', { name: "Results for 'pumps'" }).waitFor()
  await page.getByRole('row', { name: /Pumps\.txt/ }).waitFor()
  await look(page, 'files-search')
  await page.getByRole('searchbox', { name: 'Search files of the organization' }).fill('xylophone')
  await page.getByText('Nothing found').waitFor()
})
