/** From a fresh data folder to organizations in several clouds by every method, with the command line alone. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { signInByForms } from '../../scripts/demo/sign-in-forms.ts'
import type { CloudName, Tenant } from '../../simulator/tenant/index.ts'
import type { OrganizationView, RunView } from '../../src/contract/index.ts'
import { covers } from '../covers.ts'
import { offeredPermissions, registerByHand } from '../onboarding/manual.ts'
import { type FreshProduct, globalAdministrator, operator, persona, startFreshProduct } from '../product.ts'
import { commandLine, enterCodes, noTerminal } from './command-line.ts'

let product: FreshProduct
let bdrcloud: ReturnType<typeof commandLine>['bdrcloud']
let json: ReturnType<typeof commandLine>['json']
let typed: ReturnType<typeof commandLine>['typed']
before(async () => {
  product = await startFreshProduct({ users: 2, mails: 8, clouds: ['global', 'usgov', 'usdod', 'china'] })
  ;({ bdrcloud, json, typed } = commandLine(product.folder))
})
after(() => product.stop())

const supplied = (name: string) => join(import.meta.dirname, '..', 'microsoft', 'supplied', name)
const path = (name: string) => join(product.folder, name)

function tenant(cloud: CloudName): Tenant {
  const found = product.simulator.clouds.get(cloud)
  assert.ok(found)
  return found.tenant
}

interface Added {
  readonly state: string
  readonly organizationId: string
  readonly applicationPassword?: string
}

test('the setup link, given by standard input, makes the first operator and signs in', async () => {
  writeFileSync(path('operator-password'), `${operator.password}\n`)
  const args = [
    'setup',
    '--link-file',
    '-',
    '--user',
    operator.userName,
    '--password-file',
    path('operator-password'),
  ]
  const wrong = await bdrcloud(args, { stdin: 'no link' })
  assert.equal(wrong.code, 2)
  const ready = JSON.stringify({ ready: true, address: product.address, setupLink: product.setupLink })
  const made = await json<{ operator: { userName: string } }>(args, { stdin: `${ready}\n` })
  assert.equal(made.operator.userName, operator.userName)
  const again = await bdrcloud(args, { stdin: product.setupLink })
  assert.match(again.err, /SEC_SETUP_DONE/)
  await json(['recovery-kit', '--output', path('kit.txt'), '--confirm'])
  assert.match(readFileSync(path('kit.txt'), 'utf8'), /restic/)
  assert.equal((await json<{ recoveryKitConfirmed: boolean }>(['status'])).recoveryKitConfirmed, true)
  assert.equal((await bdrcloud(['recovery-kit', '--output', path('kit.txt')])).code, 2, 'never over a file')
})

test('the environment is never guessed, and what cannot be used in a cloud is refused', async () => {
  covers('credential', ['usgov', 'usdod', 'china'], 'refused')
  const guessed = await bdrcloud(['org', 'add', '--yes'])
  assert.equal(guessed.code, 2)
  assert.match(guessed.err, /CLI_NO_TERMINAL[\s\S]*--cloud or --domain/)
  for (const cloud of ['usgov', 'usdod', 'china']) {
    const refused = await bdrcloud(['org', 'add', '--method', 'credential', '--cloud', cloud])
    assert.equal(refused.code, 2)
    assert.match(refused.err, /ONB_METHOD_UNAVAILABLE[\s\S]*Only Global Azure/)
  }
  const [domain = ''] = tenant('usgov').domains
  const other = await bdrcloud(['org', 'add', '--cloud', 'china', '--domain', domain])
  assert.match(other.err, /belongs to Azure US Government \(GCC High\)[\s\S]*--cloud usgov/)
  const unknown = await bdrcloud(['org', 'add', '--cloud', 'global', '--workloads', 'faxes'])
  assert.match(unknown.err, /no workload "faxes"[\s\S]*mail/)
})

test('a one-time code adds an organization in the cloud of its domain; the method need not be named', async () => {
  covers('device-code', 'usgov', ['offered', 'saved'])
  const [domain = ''] = tenant('usgov').domains
  const added = await json<Added>(
    [
      'org',
      'add',
      '--domain',
      domain,
      '--yes',
      '--credential',
      'certificate',
      '--no-restore-rights',
      '--name',
      'Gov',
    ],
    { watch: enterCodes(product, { cloud: 'usgov' }) },
  )
  assert.equal(added.state, 'saved')
  const verified = await json<OrganizationView>(['org', 'verify', 'Gov'])
  assert.equal(verified.cloud, 'usgov')
  assert.equal(verified.credential.kind, 'certificate')
  assert.deepEqual([verified.health[0]?.read, verified.health[0]?.write], ['ok', 'not-granted'])
})

test('a declined code ends the command with the reason, and nothing stays open', async () => {
  const declined = await bdrcloud(['org', 'add', '--cloud', 'usdod', '--yes', '--json'], {
    watch: enterCodes(product, { cloud: 'usdod' }, 'cancel'),
  })
  assert.equal(declined.code, 2)
  assert.match(declined.err, /ONB_CODE_DECLINED/)
  assert.deepEqual(await json(['org', 'list']).then((all) => (all as unknown[]).length), 1)
})

test('a browser on the computer of the command adds an organization without the console, and its password is shown once', async () => {
  const added = await json<Added>(
    [
      'org',
      'add',
      '--method',
      'credential',
      '--cloud',
      'global',
      '--yes',
      '--name',
      'World',
      '--show-password',
    ],
    {
      watch: (line) => {
        if (!line.startsWith('{"event":"sign-in"')) return
        const { authorizationUrl = '', returnTo = '' } = JSON.parse(line) as Record<string, string>
        void signInByForms(authorizationUrl, persona(product, globalAdministrator), returnTo).then(
          (address) => fetch(address),
        )
      },
    },
  )
  assert.equal(added.state, 'saved')
  const [application] = tenant('global').directory.applications
  assert.equal(application?.passwordCredentials[0]?.secretText, added.applicationPassword)
})

test('an application registered by hand is added with a password from standard input', async () => {
  covers('manual', 'usdod', ['offered', 'saved', 'credential-refused'])
  const { appId, secret } = registerByHand(tenant('usdod'), offeredPermissions(tenant('usdod')))
  const [domain = ''] = tenant('usdod').domains
  const args = [
    'org',
    'add',
    '--method',
    'manual',
    '--domain',
    domain,
    '--application-id',
    appId,
    '--name',
    'Command',
  ]
  const refused = await bdrcloud([...args, '--password-file', '-'], { stdin: 'not the secret\n' })
  assert.equal(refused.code, 2)
  assert.match(refused.err, /ONB_CREDENTIAL_NOT_WORKING[\s\S]*Value/)
  const id = /--onboarding ([0-9a-f-]{36})/.exec(refused.err)?.[1] ?? ''
  const added = await json<Added>(
    [
      'org',
      'add',
      '--onboarding',
      id,
      '--domain',
      domain,
      '--application-id',
      appId,
      '--name',
      'Command',
      '--password-file',
      '-',
      '--expires',
      '2027-05-01',
    ],
    { stdin: `${secret}\n` },
  )
  assert.equal(added.state, 'saved')
})

test('a certificate is made on the server, uploaded between two commands, and the scripts are saved', async () => {
  covers('manual', 'china', ['offered', 'saved', 'certificate-made-here'])
  const { appId, upload } = registerByHand(tenant('china'), offeredPermissions(tenant('china')))
  const first = await json<{ waiting: boolean; onboardingId: string }>([
    'org',
    'add',
    '--method',
    'manual',
    '--cloud',
    'china',
    '--make-certificate',
    path('public.cer'),
    '--days',
    '90',
    '--scripts',
    path('scripts'),
  ])
  assert.equal(first.waiting, true)
  assert.ok(existsSync(path('scripts/register-bdrcloud.ps1')))
  assert.match(readFileSync(path('scripts/register-bdrcloud.sh'), 'utf8'), /AzureChinaCloud/)
  const certificate = readFileSync(path('public.cer'), 'utf8')
  assert.doesNotMatch(certificate, /PRIVATE/)
  upload(certificate)
  const added = await json<Added>([
    'org',
    'add',
    '--onboarding',
    first.onboardingId,
    '--tenant',
    tenant('china').id,
    '--application-id',
    appId,
    '--name',
    'Shanghai',
  ])
  assert.equal(added.state, 'saved')
})

test('PFX and PEM are read from files, and what is wrong with them is said', async () => {
  writeFileSync(path('passphrase'), 'correct horse\n')
  const { appId } = registerByHand(tenant('global'), offeredPermissions(tenant('global')))
  const given = ['--tenant', tenant('global').id, '--application-id', appId]
  const args = ['org', 'add', '--method', 'manual', '--cloud', 'global', ...given]
  const passphrase = ['--passphrase-file', path('passphrase')]
  const certificate = ['--certificate', supplied('rsa.crt')]
  for (const [more, expected] of [
    // Both are read well; the organization is listed already.
    [['--pfx', supplied('modern.pfx'), ...passphrase], /ONB_TENANT_EXISTS/],
    [[...certificate, '--key', supplied('encrypted.key'), ...passphrase], /ONB_TENANT_EXISTS/],
    [
      ['--pfx', supplied('modern.pfx'), '--passphrase-file', path('operator-password')],
      /MSG_PASSPHRASE_WRONG/,
    ],
    [['--pfx', path('missing.pfx')], /cannot be read/],
    [certificate, /Give both --certificate and --key/],
    [[...certificate, '--key', supplied('other.key')], /MSG_CERTIFICATE_MISMATCH/],
  ] as const) {
    const { code, err } = await bdrcloud([...args, ...more])
    assert.equal(code, 2)
    assert.match(err, expected)
  }
})

test('what was added is backed up', async () => {
  const run = await json<RunView>(['backup', 'run', 'World'])
  assert.equal(run.state, 'succeeded')
  const gov = await json<RunView>(['backup', 'run', 'Gov'])
  assert.equal(gov.state, 'succeeded', 'the read set alone is enough')
})

test('at a terminal everything is asked for', { skip: noTerminal }, async () => {
  const { shown, left } = await typed(
    ['org', 'add'],
    [
      [/Cloud \[1\]: $/, '4'],
      [/Method \[1\]: $/, '9'],
      [/from 1 to 2[\s\S]*Method \[1\]: $/, '2'],
      [/Credential \[1\]: $/, ''],
      [/Restore rights \[1\]: $/, '2'],
      [/Tenant ID or domain: $/, 'nonsense'],
      [/Application ID: $/, '00000000-0000-4000-8000-000000000000'],
      [/Application Password: $/, 'a secret that is typed'],
    ],
  )
  assert.deepEqual(left, [], shown)
  assert.match(shown, /https:\/\/entra\.microsoftonline\.cn/)
  assert.match(shown, /ONB_TENANT_NAME/)
  assert.doesNotMatch(shown, /a secret that is typed/, 'secrets are not echoed')
})

test('help says what each flag is for', async () => {
  const { out } = await bdrcloud(['org', 'add', '--help'])
  for (const flag of [
    '--method',
    '--cloud',
    '--domain',
    '--workloads',
    '--pfx',
    '--passphrase-file',
    '--onboarding',
  ])
    assert.ok(out.includes(flag), flag)
  assert.match((await bdrcloud(['setup', '--help'])).out, /--link-file/)
})
