/** Passkeys in the real browser, with Chromium's virtual authenticators in place of devices. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, CDPSession, Page as Tab } from 'playwright-core'
import { launchBrowser, noBrowser } from '../browser.ts'
import { atDialog, atHeading, button, look, openConsole, signInToConsole } from '../console-walk.ts'
import { operator, type Product, startProduct } from '../product.ts'

let product: Product
let browser: Browser
let tab: Tab
let devices: CDPSession
const card = () => tab.getByRole('region', { name: 'Security' })

before(async () => {
  if (noBrowser) return
  product = await startProduct({ users: 1, mails: 1 })
  browser = await launchBrowser()
  tab = await openConsole(browser)
  devices = await tab.context().newCDPSession(tab)
  await devices.send('WebAuthn.enable')
  await signInToConsole(tab, product.address, operator)
})
after(async () => {
  await browser?.close()
  await product?.stop()
})

/** A device with PIN or finger, that says yes at once; `internal` is the computer's own, `usb` a security key. */
async function plugIn(transport: 'internal' | 'usb'): Promise<string> {
  const { authenticatorId } = await devices.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport,
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  return authenticatorId
}

async function signOut(): Promise<void> {
  const { cookies } = await devices.send('Network.getCookies')
  for (const { name, path, domain } of cookies)
    await devices.send('Network.deleteCookies', { name, path, domain })
  await tab.goto(`${product.address}/sign-in`)
  await atHeading(tab, 'Sign in')
}

async function givePassword(): Promise<void> {
  await tab.getByLabel('User name').fill(operator.userName)
  await tab.getByLabel(/^Password/).fill(operator.password)
  await button(tab, 'Sign in').click()
}

test('passkeys of two devices are added with proof and named, with recovery codes the first time', {
  skip: noBrowser,
}, async () => {
  const laptop = await plugIn('internal')
  await tab.goto(`${product.address}/settings/account`)
  await button(card(), 'Add passkey').click()
  const dialog = await atDialog(tab, 'Add passkey')
  await dialog.getByLabel(/^Name/).fill('Work laptop')
  await dialog.getByLabel(/^Your password/).fill('not this one at all')
  await button(dialog, 'Add passkey').click()
  await dialog.getByText('The password is wrong.').waitFor()
  await dialog.getByLabel(/^Your password/).fill(operator.password)
  await look(tab, 'passkey-add')
  await button(dialog, 'Add passkey').click()
  await dialog.getByRole('region', { name: 'Recovery codes' }).waitFor()
  await button(dialog, 'Close').click()
  await card().getByText('Work laptop').waitFor()

  // The same device again: the browser knows that it holds one.
  await button(card(), 'Add passkey').click()
  await dialog.getByLabel(/^Name/).fill('Work laptop again')
  await dialog.getByLabel(/^Your password/).fill(operator.password)
  await button(dialog, 'Add passkey').click()
  await dialog.getByText('This device has a passkey for your account already.').waitFor()
  await button(dialog, 'Cancel').click()

  await devices.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId: laptop })
  await plugIn('usb')
  await button(card(), 'Add passkey').click()
  await dialog.getByLabel(/^Name/).fill('Key on the ring')
  await dialog.getByLabel(/^Your password/).fill(operator.password)
  await button(dialog, 'Add passkey').click()
  await dialog.getByText('The passkey was added.').waitFor()
  await button(dialog, 'Close').click()
  await card().getByText('Key on the ring').waitFor()
  await look(tab, 'passkey-list')
})

test('a passkey signs in without user name and password', { skip: noBrowser }, async () => {
  await signOut()
  await look(tab, 'passkey-sign-in')
  await button(tab, 'Sign in with a passkey').click()
  await atHeading(tab, 'Data Source')
  await tab.goto(`${product.address}/settings/account`)
  await card()
    .getByRole('listitem')
    .filter({ hasText: 'Key on the ring' })
    .getByText(/last used (?!never)/)
    .waitFor()
})

test('it is the second step after the password, and proof for what is dangerous', {
  skip: noBrowser,
}, async () => {
  await signOut()
  await givePassword()
  await atHeading(tab, 'Second step')
  await look(tab, 'passkey-second-step')
  await button(tab, 'Use a passkey').click()
  await atHeading(tab, 'Data Source')

  await tab.goto(`${product.address}/settings/account`)
  await button(card(), 'New recovery codes').click()
  const dialog = await atDialog(tab, 'New recovery codes')
  await button(dialog, 'Use a passkey').click()
  await dialog.getByText('The passkey was accepted by the browser.').waitFor()
  await look(tab, 'passkey-proof')
  await button(dialog, 'New recovery codes').click()
  await dialog.getByRole('region', { name: 'Recovery codes' }).waitFor()
  await button(dialog, 'Close').click()
})

test('without the device the browser gives none, and says what else there is; one is renamed and removed', {
  skip: noBrowser,
}, async () => {
  await button(card(), 'Rename Work laptop').click()
  const rename = await atDialog(tab, 'Rename Work laptop')
  await rename.getByLabel(/^Name/).fill('Old laptop')
  await button(rename, 'Rename').click()
  await card().getByText('Old laptop').waitFor()
  await button(card(), 'Remove Key on the ring').click()
  const removal = await atDialog(tab, 'Remove the passkey Key on the ring?')
  await button(removal, 'Use a passkey').click()
  await removal.getByText('The passkey was accepted by the browser.').waitFor()
  await button(removal, 'Remove').click()
  await card().getByText('Key on the ring').waitFor({ state: 'detached' })

  // The key still holds the passkey that the server has forgotten.
  await signOut()
  await button(tab, 'Sign in with a passkey').click()
  await tab.getByText(/The passkey was not accepted/).waitFor()
  assert.equal(await tab.getByRole('heading', { name: 'Sign in' }).count(), 1)
})
