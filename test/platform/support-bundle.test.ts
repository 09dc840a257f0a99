import assert from 'node:assert/strict'
import { appendFileSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import type {
  MailboxView,
  MailItemView,
  Page,
  RecoveryKit,
  RepositoryPassword,
} from '../../src/contract/index.ts'
import { commandLine } from '../cli/command-line.ts'
import { addOrganization, backUp, operator, startProduct } from '../product.ts'

test('a support bundle says what happened, and names no secret, no person, no address and no subject', async (t) => {
  const product = await startProduct({ users: 3, mails: 6 }, async () => ({
    environment: { BDRCLOUD_LOG_LEVEL: 'debug' },
    ownPostgres: true,
  }))
  t.after(() => product.stop())
  const organization = await addOrganization(product)
  const run = await backUp(product, organization.id)
  const { session } = product
  const { items: mailboxes } = await session.get<Page<MailboxView>>(
    `/organizations/${organization.id}/mailboxes`,
  )
  const mails: MailItemView[] = []
  for (const { id } of mailboxes)
    mails.push(...(await session.get<Page<MailItemView>>(`/mailboxes/${id}/items?limit=200`)).items)
  const word = 'Zanzibarsearch'
  await session.get(`/organizations/${organization.id}/search?query=${word}`)
  const kit = await session.get<RecoveryKit>('/recovery-kit')
  const repository = await session.post<RepositoryPassword>(
    `/organizations/${organization.id}/repository/password`,
    {
      operatorPassword: operator.password,
    },
  )
  const log = join(product.folder, 'server.log')
  const line = {
    level: 'error',
    time: 'x',
    msg: 'mail of anna@contoso.example',
    err: { type: 'Error', message: 'subject Zebra', stack: 'Error: subject Zebra\n    at f (file.ts:1:1)' },
  }
  appendFileSync(log, `${JSON.stringify(line)}\nno json with Zebra\n`)

  const file = join(product.folder, 'support.json.gz')
  const data = join(product.folder, 'data')
  const { bdrcloud } = commandLine(product.folder, { BDRCLOUD_CLOUDS: join(product.folder, 'clouds.json') })
  const args = ['support-bundle', file, '--data', data, '--log', log]
  const made = await bdrcloud(args)
  assert.equal(made.code, 0, made.err)
  assert.equal(statSync(file).mode & 0o077, 0)
  const text = gunzipSync(readFileSync(file)).toString()
  for (const wanted of [
    run.id,
    organization.id,
    '0091-audit-trail',
    '"items"',
    'at f (file.ts:1:1)',
    '[address]',
    '/search',
    process.version,
  ])
    assert.ok(text.includes(wanted), wanted)
  const key = readFileSync(join(data, 'secrets.key'), 'utf8').trim()
  const unwanted = [
    key,
    operator.password,
    operator.userName,
    kit.vaultPassword,
    repository.password,
    word,
    'Zebra',
    'Contoso',
    organization.tenantId,
    ...product.simulator.ready.domains,
    ...(product.simulator.ready.clouds.global?.personas ?? []).flatMap(({ upn, password }) => [
      upn,
      password,
    ]),
    ...mailboxes.flatMap(({ userPrincipalName, displayName }) => [userPrincipalName, displayName]),
    // Shorter ones may be words of anything.
    ...mails.map(({ subject }) => subject).filter((subject) => subject.length > 8),
  ]
  assert.ok(unwanted.length > 20)
  for (const secret of unwanted) assert.ok(!text.includes(secret), secret)

  const again = await bdrcloud(args)
  assert.notEqual(again.code, 0)
  assert.match(again.err, /MAIN_SUPPORT_FILE/)
})
