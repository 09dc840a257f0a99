import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { barriers, colourRules, findings } from '../accessibility.ts'
import { launchBrowser } from '../browser.ts'
import { authorizeUrl, azureCli, graphScope, type Lab, openLab, personaOf } from './tenant-client.ts'

let lab: Lab
let browser: Browser
before(async () => {
  lab = await openLab()
  browser = await launchBrowser()
})
after(async () => {
  await browser.close()
  await lab.stop()
})

const folder = process.env['SIMULATOR_SCREENSHOTS']

/** No violation by axe; a picture where asked for. */
async function look(page: Page, name: string): Promise<void> {
  if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}.png` })
  assert.deepEqual(
    (await findings(page)).map(({ id, html }) => `${name}: ${id}: ${html[0]}`),
    [],
  )
}

test('a person signs in with second factor and consent, by keyboard names and without any outside request', {
  timeout: 180_000,
}, async () => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  const page = await context.newPage()
  const outside: string[] = []
  page.on('request', (request) => {
    if (!request.url().startsWith('http://localhost:')) outside.push(request.url())
  })
  const { upn, password } = personaOf(lab, 'mfa.required')
  await page.goto(
    authorizeUrl(lab, {
      client_id: '14d82eec-204b-4c2f-b7e8-296a70dab67e',
      scope: 'Directory.Read.All openid profile',
    }),
  )
  await look(page, 'account')
  await page.getByLabel('Email address, phone number or user name').fill(upn)
  await page.getByRole('button', { name: 'Next' }).click()
  await page.getByLabel('Password').fill('wrong')
  await page.getByRole('button', { name: 'Sign In' }).click()
  await page.getByText('AADSTS50126').waitFor()
  await look(page, 'wrong-password')
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign In' }).click()
  await page.getByRole('heading', { name: 'Approve sign in request' }).waitFor()
  await look(page, 'second-factor')
  await page.getByRole('button', { name: 'Approve' }).click()
  await page.getByRole('heading', { name: 'Permissions requested' }).waitFor()
  await look(page, 'consent')
  await page.getByRole('checkbox').check()
  const [answer] = await Promise.all([
    page.waitForRequest(/^http:\/\/localhost:8123\//, { timeout: 30_000 }),
    page.getByRole('button', { name: 'Accept' }).click(),
  ])
  const landed = new URL(answer.url())
  assert.equal(landed.searchParams.get('state'), 'state-1')
  assert.ok(landed.searchParams.has('code'))
  assert.deepEqual(outside, [])
  await context.close()
})

test('narrow screens show the approval and error pages whole', { timeout: 180_000 }, async () => {
  const context = await browser.newContext({ viewport: { width: 400, height: 700 } })
  const page = await context.newPage()
  const enter = async (name: string, parameters: Record<string, string>): Promise<void> => {
    const { upn, password } = personaOf(lab, name)
    await page.goto(authorizeUrl(lab, parameters))
    await page.getByLabel('Email address, phone number or user name').fill(upn)
    await page.getByRole('button', { name: 'Next' }).click()
    await page.getByLabel('Password').fill(password)
    await page.getByRole('button', { name: 'Sign In' }).click()
  }
  await enter('user', { client_id: '14d82eec-204b-4c2f-b7e8-296a70dab67e', scope: 'Group.ReadWrite.All' })
  await page.getByRole('heading', { name: 'Need admin approval' }).waitFor()
  await page.getByRole('link', { name: 'Return to the application without granting consent' }).waitFor()
  await look(page, 'approval')
  await enter('blocked', {})
  await page.getByRole('heading', { name: 'You cannot access this right now' }).waitFor()
  await look(page, 'blocked')
  const width = await page.evaluate('document.documentElement.scrollWidth')
  assert.equal(width, 400)
  await context.close()
})

test('a code from a device is typed, confirmed and done, on a narrow screen as well', {
  timeout: 180_000,
}, async () => {
  const context = await browser.newContext({ viewport: { width: 400, height: 700 } })
  const page = await context.newPage()
  const code = await lab.call('POST', `${lab.login}/organizations/oauth2/v2.0/devicecode`, {
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ client_id: azureCli, scope: graphScope(lab) }).toString(),
  })
  const { upn, password } = personaOf(lab, 'admin')
  await page.goto(`${lab.pages}/devicelogin`)
  await page.getByLabel('Code').fill('WRONGCODE')
  await page.getByRole('button', { name: 'Next' }).click()
  await page.getByText("That code didn't work").waitFor()
  await look(page, 'device-code')
  await page.getByLabel('Code').fill(typeof code.body['user_code'] === 'string' ? code.body['user_code'] : '')
  await page.getByRole('button', { name: 'Next' }).click()
  await page.getByLabel('Email address, phone number or user name').fill(upn)
  await page.getByRole('button', { name: 'Next' }).click()
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign In' }).click()
  await page.getByRole('heading', { name: 'Are you trying to sign in to Microsoft Azure CLI?' }).waitFor()
  await look(page, 'device-confirm')
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByText('You have signed in to the Microsoft Azure CLI application').waitFor()
  await look(page, 'device-done')
  assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 400)
  await context.close()
})

test('what keeps people out of a page is found, and by its colours alone only what the colours do', async () => {
  const page = await browser.newPage()
  await page.setContent(`<html lang="en"><title>Barriers</title><main><h1>Barriers</h1>
    <input type="text"><p style="color:#999;background:#aaa">pale</p>
    <p style="color:#000">A <a href="#" style="color:#111;text-decoration:none">link</a> in its text.</p></main>`)
  const ids = (found: readonly string[]) =>
    found.map((text) => text.slice(0, text.indexOf(':'))).toSorted((one, other) => one.localeCompare(other))
  assert.deepEqual(ids(await barriers(page)), ['color-contrast', 'label', 'link-in-text-block'])
  assert.deepEqual(ids(await barriers(page, colourRules)), ['color-contrast', 'link-in-text-block'])
  await page.close()
})
