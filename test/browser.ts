/** The real browser of the tests: Debian's Chromium, driven by playwright-core. */
import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const executablePath = '/usr/bin/chromium'

/** Give it to a test's `skip`: without root the browser may not be installed. */
export const noBrowser = existsSync(executablePath) ? false : 'Chromium is not installed'

/** Starts a headless Chromium that calls nobody by itself. Close it when done. */
export function launchBrowser(more: readonly string[] = []): Promise<Browser> {
  return chromium.launch({
    executablePath,
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
