import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import AxeBuilder from '@axe-core/playwright'
import { type Browser, chromium, type Page } from 'playwright-core'
import { authorizeUrl, type Lab, openLab, personaOf } from './tenant-client.ts'

let lab: Lab
let browser: Browser
before(async () => {
  lab = await openLab()
  browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    chromiumSandbox: false,
    args: [
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      '--disable-quic',
    ],
  })
})
after(async () => {
  await browser.close()
  await lab.stop()
})

const folder = process.env['SIMULATOR_SCREENSHOTS']

/** No violation by axe; a picture where asked for. */
async function look(page: Page, name: string): Promise<void> {
  if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}.png` })
  const { violations } = await new AxeBuilder({ page: page as never }).analyze()
  assert.deepEqual(
    violations.map((one) => `${name}: ${one.id}: ${one.nodes[0]?.html}`),
    [],
  )
}

test('a person signs in with second factor and consent, by keyboard names and without any outside request', {
  timeout: 60_000,
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

test('narrow screens show the approval and error pages whole', { timeout: 60_000 }, async () => {
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
