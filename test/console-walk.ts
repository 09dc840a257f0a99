/**
 * Walking through the console as a person does, and looking at each page on the way: accessible (axe, light and dark),
 * not wider than a phone. With `BDRCLOUD_SCREENSHOTS=DIR` each look is also four pictures.
 */
import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Locator, Page } from 'playwright-core'
import { barriers, colourRules } from './accessibility.ts'

const screenshots = process.env['BDRCLOUD_SCREENSHOTS']
const wide = { width: 1280, height: 800 }
const phone = { width: 400, height: 800 }

type Theme = 'light' | 'dark'

/** What the browser said of the content security policy, Trusted Types included. */
const violations = new WeakMap<Page, string[]>()

/** What the page is looked at for; the name is that of its pictures. Leaves the page wide and light. */
export async function look(page: Page, name: string): Promise<void> {
  await axe(page, name, 'light')
  await picture(page, name, 'light', wide)
  await dress(page, 'dark', wide)
  await axe(page, name, 'dark')
  await picture(page, name, 'dark', wide)
  await dress(page, 'light', phone)
  const overflow = await page.evaluate<number>(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  )
  const cut = await page.evaluate<string[]>(cutTexts)
  await picture(page, name, 'light', phone)
  if (screenshots) {
    await dress(page, 'dark', phone)
    await picture(page, name, 'dark', phone)
  }
  await dress(page, 'light', wide)
  assert.deepEqual(
    violations.get(page) ?? [],
    [],
    `"${name}" and what came before keep to the policy of the console`,
  )
  assert.ok(overflow <= 0, `"${name}" is ${overflow} px wider than a screen of ${phone.width} px`)
  assert.deepEqual(cut, [], `"${name}" cuts texts on a screen of ${phone.width} px`)
}

/** Texts that reach out of the place that cuts them off, but for those that end in an ellipsis or are for readers only, on purpose. */
const cutTexts = `(() => {
  const cut = []
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (texts.nextNode()) {
    const text = texts.currentNode
    if (!text.data.trim() || !text.parentElement.checkVisibility()) continue
    const range = document.createRange()
    range.selectNodeContents(text)
    const { left, right } = range.getBoundingClientRect()
    for (let place = text.parentElement; place; place = place.parentElement) {
      const { overflowX, textOverflow, clipPath } = getComputedStyle(place)
      if (clipPath !== 'none' || textOverflow === 'ellipsis' || ['auto', 'scroll'].includes(overflowX)) break
      const frame = place.getBoundingClientRect()
      if (['hidden', 'clip'].includes(overflowX) && (right > frame.right + 1 || left < frame.left - 1)) {
        cut.push(text.data.slice(0, 80))
        break
      }
    }
  }
  return cut
})()`

async function dress(page: Page, theme: Theme, size: typeof wide): Promise<void> {
  await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
  await page.setViewportSize(size)
  // The console has heard of it when it says so at its root; two frames later it is drawn.
  await page
    .locator(`html:not(:has(#root)), html[style*="color-scheme: ${theme}"]`)
    .waitFor({ state: 'attached' })
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))')
}

/** A picture and nothing else, where `BDRCLOUD_SCREENSHOTS` asks for them. */
export async function picture(page: Page, name: string, theme: Theme = 'light', size = wide): Promise<void> {
  if (!screenshots) return
  mkdirSync(screenshots, { recursive: true })
  await page.screenshot({ path: join(screenshots, `${name}-${size.width}-${theme}.png`) })
}

async function axe(page: Page, name: string, theme: Theme): Promise<void> {
  // The dark page is the same but for its colours.
  const bad = await barriers(page, theme === 'dark' ? colourRules : undefined)
  assert.deepEqual(bad, [], `"${name}" (${theme}) has barriers`)
}

/** A tab of its own, as wide as a laptop, without animations, that waits 45 seconds for what should be there. */
export async function openConsole(
  browser: Browser,
  more: { ignoreHTTPSErrors?: boolean } = {},
): Promise<Page> {
  const context = await browser.newContext({
    ...more,
    viewport: wide,
    colorScheme: 'light',
    reducedMotion: 'reduce',
  })
  // However short, a transition shows the colour of before until the next frame, and axe may look in between.
  await context.addInitScript(`
    const still = new CSSStyleSheet()
    still.replaceSync('*, *::before, *::after { transition: none !important }')
    document.adoptedStyleSheets = [still]
  `)
  // A browser without a display has no clipboard to write to: a variable takes its place.
  await context.addInitScript(
    'navigator.clipboard.writeText = async (text) => { window.clipboardText = text }',
  )
  const page = await context.newPage()
  page.setDefaultTimeout(45_000)
  const found: string[] = []
  violations.set(page, found)
  page.on('console', (message) => {
    // What a mail tries to load in its frame is meant to be refused.
    const ofMail = message.location().url.includes('/preview')
    if (!ofMail && /Content Security Policy|Trusted(HTML|Script)/.test(message.text()))
      found.push(message.text())
  })
  return page
}

export const button = (place: Page | Locator, name: string): Locator =>
  place.getByRole('button', { name, exact: true })
export const link = (place: Page | Locator, name: string): Locator =>
  place.getByRole('link', { name, exact: true })

/** More stops than any page has. */
const stops = 120

/** With the keyboard alone: moves the focus forward until it is on the target, which has to show that it has it. */
export async function tabTo(target: Locator): Promise<void> {
  await target.waitFor()
  for (let stop = 0; stop < stops; stop += 1) {
    const focus = await target.evaluate((element) =>
      element.matches(':focus-visible') ? 'seen' : element.matches(':focus') ? 'hidden' : 'elsewhere',
    )
    assert.notEqual(focus, 'hidden', `${String(target)} has the focus and does not show it`)
    if (focus === 'seen') return
    await target.page().keyboard.press('Tab')
  }
  assert.fail(`Tab does not lead to ${String(target)}`)
}

/** With the keyboard alone: goes there and presses it. */
export async function press(target: Locator, key: 'Enter' | 'Space' = 'Enter'): Promise<void> {
  await tabTo(target)
  await target.page().keyboard.press(key)
}

/** With the keyboard alone: goes to the field and types over what is in it. */
export async function type(target: Locator, text: string): Promise<void> {
  await tabTo(target)
  const { keyboard } = target.page()
  await keyboard.press('ControlOrMeta+A')
  await keyboard.type(text)
}

/** Waits until the page's heading is this. */
export async function atHeading(page: Page, name: string): Promise<void> {
  await page.getByRole('heading', { level: 1, name, exact: true }).waitFor()
}

/** Waits for the dialog of this title, as long as for anything else: a page that missed an event asks again only after 15 seconds. */
export async function atDialog(page: Page, title: string, seconds = 45): Promise<Locator> {
  const dialog = page.getByRole('dialog', { name: title, exact: true })
  await dialog.waitFor({ timeout: seconds * 1000 })
  return dialog
}

/** Follows the setup link and keeps the recovery kit, up to the console's first page. */
export async function setUp(
  page: Page,
  setupLink: string,
  operator: { userName: string; password: string },
  looks: (name: string) => Promise<void> = async () => {},
): Promise<void> {
  await page.goto(setupLink)
  await atHeading(page, 'Create the first operator')
  await looks('setup')
  await page.getByLabel('User name').fill(operator.userName)
  await page.getByLabel(/^Password/).fill(operator.password)
  await page.getByLabel(/^Repeat password/).fill(operator.password)
  await button(page, 'Create operator').click()
  await atHeading(page, 'Recovery kit')
  await button(page, 'Show recovery kit').click()
  await page.getByRole('region', { name: 'Recovery kit as text' }).waitFor()
  await looks('recovery-kit')
  await page.getByRole('checkbox').check()
  await button(page, 'Confirm and continue').click()
  await atHeading(page, 'Data Source')
}

/** Signs in on an open console. */
export async function signInToConsole(
  page: Page,
  address: string,
  operator: { userName: string; password: string },
): Promise<void> {
  await page.goto(`${address}/sign-in`)
  await page.getByLabel('User name').fill(operator.userName)
  await page.getByLabel(/^Password/).fill(operator.password)
  await button(page, 'Sign in').click()
  await atHeading(page, 'Data Source')
}

/** From the wizard's first step to Microsoft's sign-in page. */
export async function startWizard(page: Page, credential: 'password' | 'certificate'): Promise<void> {
  await atHeading(page, 'Step 1: Add Method Selection')
  if (credential === 'certificate')
    await page.getByRole('radio', { name: 'Application Certificate (SSL)', exact: true }).check()
  await button(page, 'Next::BDRCloud Server Authorization').click()
  await atHeading(page, 'Step 2: BDRCloud Server Authorization')
}

/** Fills in Microsoft's pages, from picking or typing an account to the way back. */
export async function signInAtMicrosoft(
  page: Page,
  account: { upn: string; password: string },
  looks: (name: string) => Promise<void> = async () => {},
): Promise<void> {
  const other = page.locator('button', { hasText: 'Use another account' })
  const typed = page.getByLabel('Email address, phone number or user name')
  await other.or(typed).first().waitFor()
  if (await other.isVisible()) await other.click()
  await typed.waitFor()
  await looks('microsoft-account')
  await typed.fill(account.upn)
  await button(page, 'Next').click()
  await page.getByLabel(/^Password/).fill(account.password)
  await looks('microsoft-password')
  await button(page, 'Sign In').click()
}

/** In a tab of its own, as on another device: types the code, signs in, and answers whether it is that application. */
export async function enterCodeAtMicrosoft(
  page: Page,
  account: { upn: string; password: string },
  answer: 'Continue' | 'Cancel',
): Promise<void> {
  const code = await page.getByTestId('user-code').innerText()
  const address = await page.getByRole('list').getByRole('link').first().getAttribute('href')
  const other = await page.context().newPage()
  other.setDefaultTimeout(45_000)
  await other.goto(address ?? '')
  await other.getByLabel('Code').fill(code)
  await button(other, 'Next').click()
  await signInAtMicrosoft(other, account)
  await button(other, answer).click()
  await other.getByText(/You may now close this window/).waitFor()
  await other.close()
}
