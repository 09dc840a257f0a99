/** Errors of Microsoft as a person meets them in the wizard: what happened, why, what to do, and the details for Microsoft's support. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser, noBrowser } from '../browser.ts'
import { button, look, openConsole, picture, signInToConsole } from '../console-walk.ts'
import { control, operator, type Product, startOnboarding, startProduct } from '../product.ts'

let product: Product
let browser: Browser
let page: Page
before(async () => {
  if (noBrowser) return
  product = await startProduct({ users: 1, mails: 2 })
  browser = await launchBrowser()
  page = await openConsole(browser)
  await signInToConsole(page, product.address, operator)
  const { id } = await startOnboarding(product)
  await page.goto(`${product.address}/onboarding/${id}`)
})
after(async () => {
  await browser?.close()
  await product?.stop()
})

/** Numbers with which the browser comes back, and a part of what the page has to say. */
const told: readonly (readonly [number, RegExp])[] = [
  [50020, /belongs to another organization/],
  [50034, /does not exist in this organization/],
  [50053, /account is locked/],
  [50057, /account is disabled/],
  [50076, /second factor is required/],
  [50105, /not assigned to the application/],
  [53000, /device is not accepted/],
  [53003, /Conditional Access policy of the organization blocks/],
  [65001, /Nobody has consented/],
  [65004, /consent was declined/],
  [90002, /organization was not found/],
  [90033, /directory does not answer/],
  [900439, /US Government/],
  [700016, /application was not found/],
]

for (const [number, words] of told) {
  test(`AADSTS${number} is explained on the page`, { skip: noBrowser }, async () => {
    await control(product, 'faults', [{ match: { server: 'authorize' }, fault: `AADSTS${number}` }])
    await button(page, 'Microsoft Sign in').click()
    const bar = page.getByRole('alert').filter({ hasText: words })
    await bar.waitFor()
    const toggle = bar.getByRole('button', { name: 'Details for Microsoft support', exact: true })
    assert.equal(await toggle.getAttribute('aria-expanded'), 'false')
    await toggle.focus()
    await page.keyboard.press('Enter')
    assert.equal(await toggle.getAttribute('aria-expanded'), 'true')
    const text = await bar.innerText()
    for (const part of [`AADSTS${number}`, 'Correlation ID', 'Request ID', 'Time (UTC)'])
      assert.ok(text.includes(part), `"${part}" stands in: ${text}`)
    const correlation = /Correlation ID\s+([0-9a-f-]{36})/.exec(text)?.[1]
    assert.ok(correlation, text)
    await bar.getByRole('button', { name: 'Copy: Details for Microsoft support' }).click()
    const copied = await page.evaluate<string>('window.clipboardText')
    for (const part of [`AADSTS${number}`, correlation]) assert.ok(copied.includes(part), copied)
    if (number === 53003) await look(page, `explained-${number}`)
    else await picture(page, `explained-${number}`)
  })
}

test('a number that Microsoft shows on its own page is explained when it is typed in', {
  skip: noBrowser,
}, async () => {
  await control(product, 'faults', [])
  const section = page.getByRole('region', { name: "Does Microsoft's page show an error number?" })
  await section.getByLabel('Error number').fill('50011')
  await page.keyboard.press('Enter')
  await section.getByText('AADSTS50011: The address to come back to', { exact: false }).waitFor()
  await look(page, 'error-look-up')
  await section.getByLabel('Error number').fill('12345678')
  await button(page, 'Explain').click()
  await section.getByRole('alert').getByText('no explanation here', { exact: false }).waitFor()
})
