/** Names that are markup, of organizations, mailboxes, operators and errors, in the console: shown letter for letter, and nothing of it acts. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { launchBrowser, noBrowser } from '../browser.ts'
import { knownOrganization } from '../security/known-organization.ts'
import { ask, freshAddress } from './http.ts'
import { startBareTarget } from './target.ts'

const name = `"><img src=//evil.example/x onerror="document.documentElement.lang='xx'"><script>document.documentElement.lang='xx'</script>{{7*7}}`

test('names that are markup are shown and do nothing', { skip: noBrowser }, async (t) => {
  const target = await startBareTarget(t)
  const { address, db } = target
  const owner = await target.signIn()
  const { id } = await knownOrganization(db, 1)
  const error = { type: 'x', title: name, status: 400, code: 'X', kind: 'user', detail: name, why: name }
  await db.updateTable('organizations').set({ name, default_domain: name }).where('id', '=', id).execute()
  await db
    .updateTable('resources')
    .set({ display_name: name, user_principal_name: name, error: JSON.stringify(error) })
    .where('organization_id', '=', id)
    .execute()
  const invited = await ask(
    address,
    {
      method: 'POST',
      path: '/api/v1/operators',
      headers: {
        cookie: owner.cookie,
        'x-csrf-token': owner.csrfToken,
        'content-type': 'application/json',
      },
      body: JSON.stringify({
        userName: 'mallory',
        displayName: name.slice(0, 99),
        role: 'auditor',
        reach: null,
      }),
    },
    freshAddress(),
  )
  assert.equal(invited.status, 201, invited.text)

  const browser = await launchBrowser()
  t.after(() => browser.close())
  const context = await browser.newContext()
  const [cookieName = '', value = ''] = owner.cookie.split('=')
  await context.addCookies([{ name: cookieName, value, url: address }])
  const page = await context.newPage()
  const events: string[] = []
  page.on('request', (request) => {
    const url = request.url()
    if (!url.startsWith(`${address}/`) && !/^(data|blob):/.test(url)) events.push(`request ${url}`)
  })
  page.on('console', (message) => {
    if (/content security policy/i.test(message.text())) events.push(message.text())
  })
  page.on('dialog', (dialog) => {
    events.push(`dialog ${dialog.message()}`)
    void dialog.dismiss().catch(() => undefined)
  })
  const showing = [
    '/organizations',
    `/organizations/${id}`,
    `/organizations/${id}/mail`,
    '/settings/operators',
  ]
  for (const path of [...showing, '/settings/audit']) {
    await page.goto(`${address}${path}`, { waitUntil: 'load' })
    await page.locator('main').first().waitFor()
    if (showing.includes(path)) await page.getByText('onerror=').first().waitFor()
    await page.waitForTimeout(300)
    assert.notEqual(await page.locator('html').getAttribute('lang'), 'xx', path)
    assert.equal(await page.locator('img[src*="evil.example"]').count(), 0, path)
  }
  assert.deepEqual(events, [])
})
