/**
 * The whole product works for a while with everything secret that it can meet, and then nothing of that is anywhere but sealed: not in the
 * log, the database, its files and memory, the data folder, command lines, the audit trail, or the browser. That the same search finds
 * secrets that are planted there: `test/secrets/planted.test.ts`.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page as Tab } from 'playwright-core'
import { waitFor } from '../../../scripts/demo/api.ts'
import type {
  CreateExport,
  ExportView,
  MailboxView,
  OperatorLink,
  Page,
  RecoveryKit,
  RestoreView,
} from '../../../src/contract/index.ts'
import { launchBrowser, noBrowser } from '../../browser.ts'
import { openConsole, signInToConsole } from '../../console-walk.ts'
import { addOrganization, backUp, operator, type Product, startProduct } from '../../product.ts'
import { searchEverywhere } from '../../secrets/everywhere.ts'
import { createSearch } from '../../secrets/needles.ts'
import { byDeviceCode, byHand, customerLink, json, resticAccess, rotateKey, tokenIn } from './errands.ts'
import { createRecorder } from './recorder.ts'
import { dataOf, keyFileOf, socketOf, unsealEverything } from './unsealing.ts'

const recorder = createRecorder()
const second = { userName: 'grace', password: 'another ünusual pass phrase/2' }

let product: Product
let browser: Browser | undefined
let page: Tab | undefined

before(async () => {
  product = await startProduct({ users: 2, mails: 6, clouds: ['global', 'usgov', 'china'] }, async () => ({
    environment: { BDRCLOUD_LOG_LEVEL: 'debug', BDRCLOUD_ALLOWED_HOSTS: 'backup.example' },
    ownPostgres: true,
  }))
})
after(async () => {
  recorder.stop()
  await browser?.close()
  await product?.stop()
})

test('the product works through everything that has to do with secrets', { timeout: 600_000 }, async () => {
  const { session, address } = product
  recorder.add('setup token', tokenIn(product.setupLink))
  recorder.add('password of the first operator', operator.password)
  recorder.add('password of the second operator', second.password)

  const organization = await addOrganization(product, 'certificate')
  const errand = { product, recorder }
  await byDeviceCode(errand)
  await byHand(errand)
  await customerLink(errand)

  assert.equal((await backUp(product, organization.id)).state, 'succeeded')
  const [mailbox] = (
    await session.get<Page<MailboxView>>(`/organizations/${organization.id}/mailboxes?limit=10`)
  ).items
  const selection: CreateExport['selection'] = { mailbox: mailbox?.id ?? '' }
  const restore = await session.post<RestoreView>(`/organizations/${organization.id}/restores`, { selection })
  await waitFor<RestoreView>(session, `/restores/${restore.id}`, ({ state }) => state === 'succeeded', 3)
  const exported = await session.post<ExportView>(`/organizations/${organization.id}/exports`, { selection })
  assert.ok((await session.bytes(exported.address.replace('/api/v1', ''))).length > 0)

  await resticAccess(errand, organization)
  const kit = await session.get<RecoveryKit>('/recovery-kit')
  recorder.add('password of the vault', kit.vaultPassword)
  const invited = await session.post<OperatorLink>('/operators', {
    userName: second.userName,
    role: 'auditor',
  })
  await fetch(
    `${address}/api/v1/operator-links/accept`,
    json({ token: invited.token, password: second.password }),
  )
  await fetch(`${address}/api/v1/session/token`, json(second))
  await fetch(`${address}/api/v1/session`, json({ ...second, password: `${second.password} mistyped` }))
  await rotateKey(errand)
  if (!noBrowser) {
    browser = await launchBrowser()
    page = await openConsole(browser)
    await signInToConsole(page, address, operator)
    for (const { name, value } of await page.context().cookies()) recorder.add(`cookie ${name}`, value)
    await page.goto(`${address}/organizations/${organization.id}`)
    await page.getByRole('heading', { level: 1 }).waitFor()
  }
  await unsealEverything(product, recorder)
})

test('nothing of it is anywhere in the open', { timeout: 600_000 }, async () => {
  const secrets = recorder.secrets()
  const names = [...recorder.names]
  for (const wanted of [
    /^setup token/,
    /^cookie \(from the server\)/,
    /^csrfToken/,
    /^access_token/,
    /^device_code/,
    /^code \(/,
    /^state \(/,
    /^client_assertion/,
    /^code_verifier/,
    /^key of the secrets/,
    /^private key/,
    /^sealed /,
    /^token of the customer link/,
    /^password of restic/,
  ])
    assert.ok(
      names.some((name) => wanted.test(name)),
      `the run met ${wanted}; it met ${names.join(', ')}`,
    )
  const search = createSearch(secrets)
  assert.ok(search.needles > 500, `${search.needles} forms`)
  const places = {
    folder: product.folder,
    without: [keyFileOf(product)],
    postgres: { folder: dataOf(product), socketDirectory: socketOf(product) },
    trail: () => product.session.bytes('/audit-entries/export'),
    page,
  }
  assert.deepEqual(await searchEverywhere(places, search), [])
})
