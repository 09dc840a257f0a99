/** Managing organizations from a terminal, in every cloud: what an operator does without an administrator, and the removal. */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { CloudName, Tenant } from '../../simulator/tenant/index.ts'
import type {
  CredentialRotationView,
  DriftFinding,
  MadeCertificateView,
  OrganizationView,
  RemovalView,
  ReplacedCredential,
} from '../../src/contract/index.ts'
import { covers } from '../covers.ts'
import { offeredPermissions, type Registered, registerByHand } from '../onboarding/manual.ts'
import { addOrganization, globalAdministrator, operator, type Product, startProduct } from '../product.ts'
import { commandLine, enterCodes, noTerminal } from './command-line.ts'

const clouds = ['usgov', 'usdod', 'china'] as const

let product: Product
let bdrcloud: ReturnType<typeof commandLine>['bdrcloud']
let json: ReturnType<typeof commandLine>['json']
let typed: ReturnType<typeof commandLine>['typed']
const registered = new Map<CloudName, Registered>()
const path = (name: string) => join(product.folder, name)

before(async () => {
  product = await startProduct({ users: 2, mails: 6, clouds: ['global', ...clouds] })
  ;({ bdrcloud, json, typed } = commandLine(product.folder, { BDRCLOUD_SERVER: product.address }))
  writeFileSync(path('own'), `${operator.password}\n`)
  await json(['login', '--user', operator.userName, '--password-file', path('own')])
  await addOrganization(product, 'certificate')
  for (const cloud of clouds) {
    const one = registerByHand(tenant(cloud), offeredPermissions(tenant(cloud)))
    registered.set(cloud, one)
    writeFileSync(path(`secret-${cloud}`), `${one.secret}\n`)
    await json([
      'org',
      'add',
      '--method',
      'manual',
      '--cloud',
      cloud,
      '--tenant',
      tenant(cloud).id,
      '--application-id',
      one.appId,
      '--name',
      cloud,
      '--password-file',
      path(`secret-${cloud}`),
    ])
  }
})
after(() => product.stop())

function tenant(cloud: CloudName): Tenant {
  const found = product.simulator.clouds.get(cloud)
  assert.ok(found)
  return found.tenant
}

const found = (name: string) =>
  json<OrganizationView[]>(['org', 'list', '--search', name]).then(([one]) => {
    assert.ok(one, name)
    return one
  })

test('the list shows the organizations of all clouds, with health and the end of their credentials', async () => {
  covers('management', ['global', 'usgov', 'usdod', 'china'], 'list')
  const { out } = await bdrcloud(['org', 'list'])
  for (const name of ['Contoso', ...clouds]) assert.match(out, new RegExp(`^${name} `, 'm'))
  assert.match(out, /mail ok\/ok/)
})

test('every check says what it found, in every cloud; drift is read and accepted', async () => {
  covers('management', ['usgov', 'usdod', 'china'], 'verify')
  for (const cloud of clouds) {
    const { health } = await json<OrganizationView>(['org', 'verify', cloud])
    assert.equal(health[0]?.read, 'ok', cloud)
    assert.deepEqual(await json<DriftFinding[]>(['org', 'drift', cloud]), [])
  }
  const { directory } = tenant('china')
  const principal = directory.servicePrincipals.find(({ appId }) => appId === registered.get('china')?.appId)
  const role = directory.servicePrincipals
    .flatMap(({ appRoles }) => appRoles)
    .find(({ value }) => value === 'Mail.ReadWrite')
  const index = directory.assignments.findIndex(
    ({ appRoleId, principalId }) => principalId === principal?.id && appRoleId === role?.id,
  )
  const [taken] = directory.assignments.splice(index, 1)
  assert.ok(taken)
  const verified = await bdrcloud(['org', 'verify', 'china'])
  assert.equal(verified.code, 1, 'a script sees that something is wrong')
  assert.match(verified.out, /Mail\.ReadWrite was taken away[\s\S]*entra\.microsoftonline\.cn|azure\.cn/)
  directory.assignments.push(taken)
  assert.equal((await bdrcloud(['org', 'verify', 'china'])).code, 0)
  const { out } = await bdrcloud(['org', 'drift', 'china', '--history'])
  assert.match(out, /OUTCOME[\s\S]*good[\s\S]*drift/)
})

test('the name is edited; nothing given, and a workload that does not exist, is refused', async () => {
  covers('management', ['usgov', 'usdod', 'china'], 'edit')
  for (const cloud of clouds) {
    const edited = await json<OrganizationView>(['org', 'edit', cloud, '--name', `${cloud} office`])
    assert.equal(edited.name, `${cloud} office`)
    await json(['org', 'edit', `${cloud} office`, '--name', cloud, '--workloads', 'mail'])
  }
  assert.match((await bdrcloud(['org', 'edit', 'china'])).err, /Nothing to change/)
  assert.equal((await bdrcloud(['org', 'edit', 'china', '--workloads', 'faxes'])).code, 2)
})

test('another password is given by hand in every cloud; it has to work first, and the operator says who is asking', async () => {
  covers('management', ['usgov', 'usdod', 'china'], 'replace-password')
  const expires = new Date(Date.now() + 200 * 86_400_000).toISOString().slice(0, 10)
  const replace = (cloud: string, file: string, own = 'own') => [
    'org',
    'replace-credential',
    cloud,
    '--password-file',
    path(file),
    '--expires',
    expires,
    '--operator-password-file',
    path(own),
  ]
  for (const cloud of clouds) {
    const { organization, leftovers } = await json<ReplacedCredential>(replace(cloud, `secret-${cloud}`))
    assert.equal(organization.credential.expiresAt, `${expires}T00:00:00.000Z`)
    assert.match(leftovers[0] ?? '', /The old application password stays valid/)
  }
  writeFileSync(path('wrong'), 'not the one\n')
  const stranger = await bdrcloud(replace('usgov', 'secret-usgov', 'wrong'))
  assert.equal(stranger.code, 2)
  const refused = await bdrcloud(replace('usgov', 'wrong'))
  assert.match(refused.err, /ORG_NEW_CREDENTIAL_REFUSED/)
  assert.doesNotMatch(refused.err, /not the one/)
  assert.equal((await json<OrganizationView>(['org', 'verify', 'usgov'])).health[0]?.read, 'ok')
  const both = await bdrcloud([
    'org',
    'replace-credential',
    'usgov',
    '--password-file',
    '-',
    '--operator-password-file',
    '-',
  ])
  assert.match(both.err, /cannot hold two passwords/)
})

test('a certificate made on the server is uploaded between two commands', async () => {
  covers('management', ['usdod', 'china'], 'replace-certificate')
  for (const cloud of ['usdod', 'china'] as const) {
    const file = path(`${cloud}.cer`)
    const made = await json<MadeCertificateView>([
      'org',
      'replace-credential',
      cloud,
      '--make-certificate',
      file,
    ])
    assert.equal(readFileSync(file, 'utf8'), made.certificatePem)
    const use = [
      'org',
      'replace-credential',
      cloud,
      '--use-made-certificate',
      '--operator-password-file',
      path('own'),
    ]
    if (cloud === 'china') assert.match((await bdrcloud(use)).err, /ORG_NEW_CREDENTIAL_REFUSED/)
    registered.get(cloud)?.upload(made.certificatePem)
    const { organization } = await json<ReplacedCredential>(use)
    assert.equal(organization.credential.thumbprint, made.thumbprint)
  }
})

test('a certificate is rotated without an administrator; passwords, and an unknown object id, say what to do', async () => {
  const before = (await found('Contoso')).credential.thumbprint
  const started = await json<CredentialRotationView>(['org', 'rotate', 'Contoso', '--yes', '--detach'])
  assert.equal(started.oldThumbprint, before)
  assert.match((await bdrcloud(['org', 'rotate', 'usgov', '--yes'])).err, /ORG_ROTATION_PASSWORD/)
  assert.match(
    (await bdrcloud(['org', 'rotate', 'china', '--yes'])).err,
    /ORG_ROTATION_OBJECT_ID[\s\S]*Overview/,
  )
  assert.match((await bdrcloud(['org', 'rotate', 'Contoso'])).err, /CLI_NO_TERMINAL[\s\S]*--yes/)
})

test('at a terminal what no flag says is asked for, and nothing happens without a yes', {
  skip: noTerminal,
}, async () => {
  const edited = await typed(['org', 'edit', 'usgov'], [[/Organization name \[usgov\]: $/, '']])
  assert.deepEqual(edited.left, [], edited.shown)
  assert.match(edited.shown, /Saved: usgov, mail/)
  const removed = await typed(
    ['org', 'remove', 'usgov'],
    [
      [/Application in the tenant \[1\]: $/, ''],
      [/Backups \[1\]: $/, '2'],
      [/Type "usgov" to confirm: $/, 'usgov'],
      [/Remove usgov\? Its backups are deleted in 7 days\. \[y\/N\]: $/, 'n'],
    ],
  )
  assert.deepEqual(removed.left, [], removed.shown)
  assert.match(removed.shown, /CLI_NOT_CONFIRMED/)
  assert.equal((await found('usgov')).state, 'active')
})

test('removed with the backups kept or deleted, undone, and listed; the statement goes to stdout', async () => {
  covers('management', ['usgov', 'usdod', 'china'], ['remove', 'remove-backups'])
  assert.match((await bdrcloud(['org', 'remove', 'usgov'])).err, /CLI_NO_TERMINAL[\s\S]*--yes/)
  const wrong = await bdrcloud(['org', 'remove', 'usgov', '--delete-backups', 'USGOV', '--yes'])
  assert.match(wrong.err, /ORG_NAME_MISMATCH/)
  for (const cloud of clouds) {
    const removed = await json<RemovalView>(['org', 'remove', cloud, '--delete-backups', cloud, '--yes'])
    assert.deepEqual([removed.state, removed.backups.state], ['removed', 'pending-deletion'])
    assert.ok(removed.statement?.leftInTenant.some((one) => one.includes(registered.get(cloud)?.appId ?? '')))
    const kept = await json<RemovalView>(['org', 'undo-remove', cloud, '--yes'])
    assert.equal(kept.backups.state, 'kept')
  }
  const listed = await json<OrganizationView[]>(['org', 'list', '--removed'])
  assert.equal(listed.length, clouds.length)
  assert.match((await bdrcloud(['org', 'undo-remove', 'china', '--yes'])).err, /ORG_NOTHING_TO_UNDO/)
})

test('with the application: an administrator signs in, and a declined sign-in takes the removal back', async () => {
  covers('management', 'global', 'remove-application')
  const args = ['org', 'remove', 'Contoso', '--delete-application', '--yes']
  const watch = enterCodes(product, { role: 'User' })
  const refused = await bdrcloud(args, { watch })
  assert.equal(refused.code, 2, refused.err)
  assert.equal((await found('Contoso')).state, 'active')
  const { code, out, err } = await bdrcloud(args, {
    watch: enterCodes(product, { role: globalAdministrator }),
  })
  assert.equal(code, 0, err)
  assert.match(out, /^Statement of removal[\s\S]*Removed in the tenant:\n {2}- Application/)
  const left = tenant('global').directory.applications.filter(
    ({ uniqueName, deletedDateTime }) => deletedDateTime === null && uniqueName?.startsWith('bdrcloud-'),
  )
  assert.deepEqual(left, [])
})

test('each verb has help with its flags', async () => {
  const flags = {
    edit: ['--name', '--workloads'],
    verify: ['--server'],
    drift: ['--history', '--accept'],
    rotate: ['--object-id', '--detach'],
    'replace-credential': ['--password-file', '--pfx', '--make-certificate', '--operator-password-file'],
    'upgrade-certificate': ['--browser', '--yes'],
    'add-workloads': ['--workload', '--yes'],
    'grant-optional': ['--for', '--yes'],
    'grant-restore': ['--hours', '--until'],
    'revoke-restore': ['--yes'],
    remove: ['--delete-application', '--delete-backups'],
    'undo-remove': ['--yes'],
  }
  for (const [verb, named] of Object.entries(flags)) {
    const { code, out } = await bdrcloud(['org', verb, '--help'])
    assert.equal(code, 0)
    for (const flag of [...named, '--json']) assert.ok(out.includes(flag), `${verb} ${flag}`)
  }
})
