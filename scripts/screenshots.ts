/**
 * Makes the pictures of the documentation, `docs/images/console-*.png`: server and simulated tenant are started, an
 * organization is added and backed up, and a browser looks at it.
 *
 *   node scripts/screenshots.ts
 */
import { mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { MailboxView, MailItemView, Page } from '../src/contract/index.ts'
import { launchBrowser } from '../test/browser.ts'
import { openConsole, signInToConsole } from '../test/console-walk.ts'
import {
  backUp,
  control,
  finishOnboarding,
  operator,
  signIn as signInAtMicrosoft,
  startOnboarding,
  startProduct,
} from '../test/product.ts'
import { buildConsole } from './build-console.ts'
import { root } from './run.ts'
import { mimeOf, pictureMails } from './screenshots/mails.ts'

const folder = join(root, 'docs', 'images')
const largest = 300_000

await buildConsole()
await mkdir(folder, { recursive: true })
const product = await startProduct({ users: 9, mails: 60 }, async () => ({ ownPostgres: true }))
const browser = await launchBrowser()
try {
  const { session, address } = product
  // The second mailbox: the first holds folders with names for tests.
  const mailbox = product.simulator.tenant.users.filter(({ hasMailbox }) => hasMailbox)[1]?.userPrincipalName
  if (!mailbox) throw new Error('the tenant has no second mailbox')
  // Oldest first: the tenant's clock goes back for each and ends where it was.
  for (const mail of pictureMails.toReversed()) {
    const seconds = mail.hoursAgo * 3600
    await control(product, 'clock', { advanceSeconds: -seconds })
    const sentAt = new Date(Date.now() - seconds * 1000)
    const { ids } = await control<{ ids: string[] }>(product, 'mail/deliver', {
      mailbox,
      mime: mimeOf(mail, mailbox, sentAt).toString('base64'),
    })
    if (mail.hoursAgo > 3) await control(product, 'mail/markRead', { mailbox, ids })
    await control(product, 'clock', { advanceSeconds: seconds })
  }
  const { id: onboardingId } = await startOnboarding(product, 'certificate')
  await signInAtMicrosoft(product, onboardingId)
  const organization = await finishOnboarding(product, onboardingId, 'Harbour Lights')
  await session.post('/recovery-kit/confirm')
  await backUp(product, organization.id)

  const page = await openConsole(browser)
  await signInToConsole(page, address, operator)
  await page.goto(`${address}/organizations`)
  await page.getByRole('article').waitFor()
  await page.mouse.move(0, 0)
  await page.screenshot({ path: join(folder, 'console-organizations.png') })

  const { items: mailboxes } = await session.get<Page<MailboxView>>(
    `/organizations/${organization.id}/mailboxes?limit=100`,
  )
  const shown = mailboxes.find(({ userPrincipalName }) => userPrincipalName === mailbox)
  const { items } = await session.get<Page<MailItemView>>(`/mailboxes/${shown?.id}/items?limit=20`)
  const newest = items.find(({ subject }) => subject === pictureMails[0]?.subject)
  await page.goto(
    `${address}/organizations/${organization.id}/mail?mailbox=${shown?.id}&folder=${newest?.folderId}&item=${newest?.id}`,
  )
  await page.frameLocator('iframe[title="Message preview"]').getByText('at a glance').waitFor()
  await page.locator('[role=option]').first().waitFor()
  await page.getByRole('treeitem').first().waitFor()
  await page.screenshot({ path: join(folder, 'console-mail.png') })

  for (const name of ['console-mail.png', 'console-organizations.png']) {
    const { size } = await stat(join(folder, name))
    if (size > largest) throw new Error(`${name} has ${size} bytes, more than ${largest}`)
    process.stdout.write(`docs/images/${name}: ${size} bytes\n`)
  }
} finally {
  await browser.close()
  await product.stop()
}
