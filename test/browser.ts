/**
 * The real browser of the tests, driven by playwright-core: Debian's Chromium without a window of its own, or, where only the whole
 * one is installed, that, which costs half as much again since it runs pages for its own toolbar beside each tab.
 */
import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const executablePath = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'].find((path) =>
  existsSync(path),
)

/** Give it to a test's `skip`: without root the browser may not be installed. */
export const noBrowser = executablePath ? false : 'Chromium is not installed'

/** Starts a headless Chromium that calls nobody by itself. Close it when done. */
export function launchBrowser(more: readonly string[] = []): Promise<Browser> {
  return chromium.launch({
    ...(executablePath ? { executablePath } : {}),
    chromiumSandbox: false,
    args: [
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      '--disable-quic',
      ...more,
    ],
  })
}
