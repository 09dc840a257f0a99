/**
 * Mails that try to run scripts or to call home, looked at in a real browser exactly as the console shows them: a page
 * with a frame whose `sandbox` allows nothing, filled by the preview with its headers.
 */
import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { parseMail, previewHeaders, previewMail } from '../../src/workloads/index.ts'
import { launchBrowser, noBrowser } from '../browser.ts'
import { corpusMails, hostileMails, type MailFile, noCorpus } from '../corpus.ts'

let browser: Browser
let server: Server
let address: string
const pages = new Map<string, Frame>()

before(async () => {
  server = createServer((request, response) => {
    const page = pages.get(request.url ?? '')
    response.writeHead(page ? 200 : 404, page?.headers).end(page?.html)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  if (!noBrowser) browser = await launchBrowser()
})
after(async () => {
  await browser?.close()
  server.close()
})

interface Frame {
  readonly html: string
  readonly headers: Record<string, string>
}

/** Loads the frames in one page and answers every request beside their own, every dialog and whatever else happened. */
async function look(frames: readonly Frame[], sandbox: string): Promise<string[]> {
  for (const [index, frame] of frames.entries()) pages.set(`/frame/${index}`, frame)
  const markup = frames.map(
    (_, index) => `<iframe ${sandbox} src="/frame/${index}" width="800" height="600"></iframe>`,
  )
  pages.set('/', {
    html: `<!doctype html><link rel="icon" href="data:,"><title>Console</title>${markup.join('')}`,
    headers: { 'content-type': 'text/html' },
  })
  const context = await browser.newContext()
  const page = await context.newPage()
  const events: string[] = []
  page.on('request', (request) => {
    const url = request.url()
    const own = url === `${address}/` || url.startsWith(`${address}/frame/`) || url.startsWith('data:')
    if (!own) events.push(`request ${url}`)
  })
  page.on('dialog', (dialog) => {
    events.push(`dialog ${dialog.message()}`)
    // A dialog opened as the page is closed can no longer be dismissed, and need not be.
    dialog.dismiss().catch(() => undefined)
  })
  page.on('popup', () => events.push('popup'))
  await page.goto(`${address}/`, { waitUntil: 'load' })
  // Scripts, timers and redirects of the page would have begun by now.
  await page.waitForTimeout(250)
  const title = await page.title()
  if (title !== 'Console') events.push(`the title became ${title}`)
  if (page.url() !== `${address}/`) events.push(`the page went to ${page.url()}`)
  await context.close()
  return events
}

async function shown(mail: MailFile): Promise<Frame> {
  const { page } = previewMail(await parseMail(mail.bytes))
  return { html: page, headers: { ...previewHeaders } }
}

test('hostile mails run nothing and send no request', { skip: noBrowser }, async () => {
  const mails = hostileMails()
  assert.ok(mails.length >= 8, 'the set of hostile mails is there')
  for (const mail of mails) assert.deepEqual(await look([await shown(mail)], 'sandbox=""'), [], mail.name)
})

test('every mail of the corpus can be looked at without a request', {
  skip: noBrowser || noCorpus,
}, async () => {
  const frames = await Promise.all(corpusMails().map(shown))
  assert.deepEqual(await look(frames, 'sandbox=""'), [])
})

test('the same mails without protection do act, so that this test can fail', {
  skip: noBrowser,
}, async () => {
  let acted = 0
  for (const mail of hostileMails()) {
    const { html } = await parseMail(mail.bytes)
    if (html === null) continue
    const events = await look([{ html, headers: { 'content-type': 'text/html; charset=utf-8' } }], '')
    if (events.length > 0) acted++
  }
  assert.ok(acted >= 4, `${acted} mails acted`)
})
