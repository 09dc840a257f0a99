/** Operators and one's own account from a terminal, against the real server. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { root } from '../../scripts/run.ts'
import type {
  ApiTokenView,
  AuditEntryView,
  AuditVerification,
  OperatorDetail,
  OperatorLink,
  OwnSession,
  SingleSignOnSettings,
} from '../../src/contract/index.ts'
import { addOrganization, operator, type Product, startProduct } from '../product.ts'

let product: Product
before(async () => {
  product = await startProduct({ users: 1, mails: 1 })
  await addOrganization(product)
})
after(() => product.stop())

interface Failed {
  readonly code: number
  readonly stderr: string
}

/** `bdrcloud ARGUMENT…` as one person, who has a file of credentials of their own. */
function person(name: string, more: Readonly<Record<string, string>> = {}) {
  const environment = {
    ...process.env,
    BDRCLOUD_CREDENTIALS: join(product.folder, `${name}.json`),
    BDRCLOUD_SERVER: product.address,
    ...more,
  }
  return async (...args: string[]) =>
    promisify(execFile)(process.execPath, [join(root, 'src/cli/main.ts'), ...args], {
      env: environment,
      timeout: 60_000,
    })
}

const fileOf = (name: string, text: string): string => {
  const path = join(product.folder, name)
  writeFileSync(path, `${text}\n`)
  return path
}

test('an owner invites, edits, links and removes; the invited accepts and is held to the role', async () => {
  const owner = person('owner')
  const grace = person('grace')
  await owner('login', '--user', operator.userName, '--password-file', fileOf('password', operator.password))
  const { stdout: address, stderr } = await owner(
    'operator',
    'invite',
    'grace',
    '--role',
    'auditor',
    '--organization',
    'Contoso',
  )
  assert.match(address, /^http:\/\/localhost:\d+\/welcome#token=\S+\n$/)
  assert.match(stderr, /to nobody else/)

  const chosen = fileOf('chosen', 'a pass phrase of her own')
  await grace('operator', 'accept', '--link-file', fileOf('link', address), '--password-file', chosen)
  await assert.rejects(
    grace('operator', 'accept', '--link-file', fileOf('link', address), '--password-file', chosen),
    ({ code, stderr: error }: Failed) => code === 2 && error.includes('SEC_OPERATOR_LINK'),
  )
  const list = JSON.parse((await owner('operator', 'list', '--json')).stdout) as OperatorDetail[]
  assert.deepEqual(
    list.map(({ userName, role, state, reach }) => [userName, role, state, reach?.length ?? null]),
    [
      ['grace', 'auditor', 'active', 1],
      [operator.userName, 'owner', 'active', null],
    ],
  )
  assert.match((await grace('org', 'list')).stdout, /Contoso/)
  await assert.rejects(
    grace('backup', 'run', 'Contoso'),
    ({ code, stderr: error }: Failed) => code === 2 && error.includes('SRV_NOT_ALLOWED'),
  )
  await owner(
    'operator',
    'edit',
    'grace',
    '--role',
    'administrator',
    '--everything',
    '--name',
    'Grace Hopper',
  )
  // Signed out by the change.
  await assert.rejects(grace('org', 'list'), ({ stderr: error }: Failed) => error.includes('NOT_SIGNED_IN'))
  const link = JSON.parse((await owner('operator', 'link', 'GRACE', '--json')).stdout) as OperatorLink
  assert.deepEqual([link.operator.displayName, link.operator.reach], ['Grace Hopper', null])
  await owner('operator', 'edit', 'grace', '--disable')
  await assert.rejects(
    grace('login', '--user', 'grace', '--password-file', chosen),
    ({ stderr: error }: Failed) => error.includes('SEC_SIGN_IN_FAILED'),
  )
  await owner('operator', 'edit', 'grace', '--enable')
  await grace('login', '--user', 'grace', '--password-file', chosen)
  await assert.rejects(owner('operator', 'remove', 'grace'), ({ code }: Failed) => code === 2)
  await owner('operator', 'remove', 'grace', '--yes')
  assert.equal((JSON.parse((await owner('operator', 'list', '--json')).stdout) as unknown[]).length, 1)
})

test('one lists and ends sessions and changes the own password', async () => {
  const owner = person('owner')
  const elsewhere = person('elsewhere')
  const password = fileOf('password', operator.password)
  await owner('login', '--user', operator.userName, '--password-file', password)
  await elsewhere('login', '--user', operator.userName, '--password-file', password)
  const sessions = JSON.parse((await owner('account', 'sessions', '--json')).stdout) as OwnSession[]
  const other = sessions.find(({ kind, current }) => kind === 'bearer' && !current)
  await owner('account', 'sessions', '--end', other?.id ?? '')
  const next = fileOf('next', 'a quite different pass phrase')
  await assert.rejects(
    owner('account', 'password', '--old-password-file', next, '--password-file', next),
    ({ stderr: error }: Failed) => error.includes('SEC_PASSWORD_WRONG'),
  )
  await owner('account', 'password', '--old-password-file', password, '--password-file', next)
  await assert.rejects(elsewhere('status'), ({ stderr: error }: Failed) => error.includes('NOT_SIGNED_IN'))
  await owner('status')
})

test('a token is made for a script, used from environment and file, and revoked', async () => {
  const owner = person('tokens')
  const password = fileOf('next', 'a quite different pass phrase')
  await owner('login', '--user', operator.userName, '--password-file', password)
  const making = [
    'account',
    'token',
    'create',
    'the report',
    '--role',
    'auditor',
    '--organization',
    'Contoso',
  ]
  const { stdout } = await owner(...making, '--days', '7', '--operator-password-file', password)
  const token = stdout.trim()
  assert.match(token, /^bdrt_[\w-]+$/)
  const script = (environment: Record<string, string>) => person('nobody', environment)
  for (const environment of [
    { BDRCLOUD_TOKEN: token },
    { BDRCLOUD_TOKEN_FILE: fileOf('script-token', token) },
  ]) {
    const listed = await script(environment)('org', 'list', '--json')
    assert.equal((JSON.parse(listed.stdout) as unknown[]).length, 1)
  }
  const asScript = script({ BDRCLOUD_TOKEN: token })
  await assert.rejects(asScript('backup', 'run', 'Contoso'), ({ stderr: error }: Failed) =>
    error.includes('SRV_TOKEN_NOT_ALLOWED'),
  )
  await assert.rejects(asScript('account', 'sessions'), ({ stderr: error }: Failed) =>
    error.includes('SRV_NOT_BY_TOKEN'),
  )
  await assert.rejects(
    script({ BDRCLOUD_TOKEN: token, BDRCLOUD_SERVER: 'http://backup.example.com' })('status'),
    ({ stderr: error }: Failed) => error.includes('CLI_UNENCRYPTED_ADDRESS'),
  )
  const [view] = JSON.parse((await owner('account', 'token', 'list', '--json')).stdout) as ApiTokenView[]
  assert.deepEqual([view?.name, view?.role, view?.organizationIds?.length], ['the report', 'auditor', 1])
  assert.ok(view?.lastUsedAt)
  const entries = JSON.parse(
    (await owner('audit', 'list', '--action', 'startRun', '--outcome', 'refused', '--json')).stdout,
  ) as AuditEntryView[]
  const { details } = entries[0] ?? assert.fail('no entry')
  assert.deepEqual((details as { apiToken?: unknown }).apiToken, {
    id: view.id,
    name: 'the report',
  })
  await owner('account', 'token', 'revoke', view.id, '--yes')
  await assert.rejects(asScript('org', 'list'), ({ stderr: error }: Failed) =>
    error.includes('CLI_NOT_SIGNED_IN'),
  )
  assert.match((await owner('account', 'token', 'list', '--all')).stdout, /^NAME/)
})

test('the audit trail is listed, exported and verified', async () => {
  const owner = person('owner')
  await owner(
    'login',
    '--user',
    operator.userName,
    '--password-file',
    fileOf('next', 'a quite different pass phrase'),
  )
  const refused = JSON.parse(
    (await owner('audit', 'list', '--outcome', 'refused', '--json')).stdout,
  ) as AuditEntryView[]
  assert.ok(refused.some(({ action, actor }) => action === 'startRun' && actor.name === 'grace'))
  assert.ok(refused.every(({ outcome }) => outcome === 'refused'))
  const mine = await owner(
    'audit',
    'list',
    '--operator',
    operator.userName,
    '--action',
    'inviteOperator',
    '--limit',
    '1',
  )
  assert.match(mine.stdout, /inviteOperator +done/)
  const file = join(product.folder, 'trail.jsonl')
  await owner('audit', 'export', '--from', '2026-01-01', '--output', file)
  const lines = readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as AuditEntryView)
  assert.deepEqual(
    lines.map(({ sequence }) => sequence),
    lines.map((_, index) => index + 1),
  )
  await assert.rejects(
    owner('audit', 'export', '--output', file),
    ({ code, stderr: error }: Failed) => code === 2 && error.includes('CLI_BAD_INPUT'),
  )
  await assert.rejects(owner('audit', 'list', '--from', 'yesterday'), ({ code }: Failed) => code === 2)
  const verified = await owner('audit', 'verify', '--json')
  assert.equal((JSON.parse(verified.stdout) as AuditVerification).problem, null)
})

test('single sign-on is set, shown, tested and removed; its secret comes from a file and is never shown', async () => {
  const owner = person('single-sign-on')
  const password = fileOf('next', 'a quite different pass phrase')
  await owner('login', '--user', operator.userName, '--password-file', password)
  const settings = ['settings', 'single-sign-on']
  const proof = ['--operator-password-file', password]
  const secret = fileOf('client-secret', 'a secret of the provider')
  const given = ['--name', 'Example', '--issuer', 'https://127.0.0.1:9/tenant', '--client-id', 'bdrcloud']
  await assert.rejects(
    owner(...settings, 'set', ...given, '--map', 'admins=boss', ...proof),
    ({ code, stderr: error }: Failed) => code === 2 && error.includes('CLI_BAD_INPUT'),
  )
  const mappings = ['--map', 'admins=administrator', '--map', 'readers=auditor:Contoso']
  await owner(...settings, 'set', ...given, ...mappings, '--secret-file', secret, ...proof)
  await owner(...settings, 'set', '--session-hours', '4', ...proof)
  const { stdout } = await owner(...settings, 'show', '--json')
  const { provider } = JSON.parse(stdout) as SingleSignOnSettings
  assert.deepEqual(
    [provider?.enabled, provider?.hasSecret, provider?.sessionHours, provider?.unknownOperators],
    [false, true, 4, 'refuse'],
  )
  assert.deepEqual(
    provider?.mappings.map(({ value, role, organizationIds }) => [
      value,
      role,
      organizationIds?.length ?? null,
    ]),
    [
      ['admins', 'administrator', null],
      ['readers', 'auditor', 1],
    ],
  )
  assert.ok(!stdout.includes('a secret of the provider'))
  await assert.rejects(
    owner(...settings, 'test'),
    ({ code, stderr: error }: Failed) => code === 2 && error.includes('NET_ADDRESS_REFUSED'),
  )
  await owner(...settings, 'remove', '--yes')
  assert.match((await owner(...settings, 'show')).stdout, /not set up/)
})
