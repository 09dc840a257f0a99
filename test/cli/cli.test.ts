/** The command line as a person or a script uses it, against the real server and the simulated tenant. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { signInByForms } from '../../scripts/demo/sign-in-forms.ts'
import { root } from '../../scripts/run.ts'
import type {
  AuditEntryView,
  MailboxView,
  MailItemView,
  OperatorLink,
  OrganizationView,
  Page,
  RestoreItemView,
  RestoreView,
  RunView,
  SessionView,
} from '../../src/contract/index.ts'
import { globalAdministrator, heldMails, operator, type Product, persona, startProduct } from '../product.ts'

let product: Product
let credentials: string

before(async () => {
  product = await startProduct({ users: 2, mails: 12 })
  credentials = join(product.folder, 'credentials.json')
})
after(() => product.stop())

interface Outcome {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** Runs `bdrcloud ARGUMENT…`; `watch` sees what it writes to stderr so far. */
function bdrcloud(args: string[], watch?: (err: string) => void): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, 'src/cli/main.ts'), ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, BDRCLOUD_CREDENTIALS: credentials, BDRCLOUD_SERVER: product.address },
      timeout: 120_000,
    })
    let out = ''
    let err = ''
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString()
    })
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk.toString()
      watch?.(err)
    })
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, out, err }))
  })
}

async function json<T>(...args: string[]): Promise<T> {
  const { code, out, err } = await bdrcloud([...args, '--json'])
  assert.equal(code, 0, `${args.join(' ')}: ${err}`)
  return JSON.parse(out) as T
}

test('says how to sign in when nobody is', async () => {
  const { code, err } = await bdrcloud(['status'])
  assert.equal(code, 2)
  assert.match(err, /CLI_NOT_SIGNED_IN[\s\S]*bdrcloud login --server http:\/\/localhost/)
})

test('refuses a wrong password and does not send one unencrypted', async () => {
  const file = join(product.folder, 'wrong')
  writeFileSync(file, 'not the password\n')
  const wrong = await bdrcloud(['login', '--user', operator.userName, '--password-file', file])
  assert.notEqual(wrong.code, 0)
  assert.doesNotMatch(wrong.err, /not the password/)
  const plain = await bdrcloud([
    'login',
    '--server',
    'http://backup.example',
    '--user',
    'a',
    '--password-file',
    file,
  ])
  assert.match(plain.err, /CLI_UNENCRYPTED_ADDRESS/)
})

test('signs in; the token lies in a file that only its owner reads', async () => {
  const file = join(product.folder, 'password')
  writeFileSync(file, `${operator.password}\n`)
  await json('login', '--user', operator.userName, '--password-file', file)
  assert.equal(statSync(credentials).mode & 0o777, 0o600)
  assert.doesNotMatch(readFileSync(credentials, 'utf8'), new RegExp(operator.password))
})

test('says what an error means that Microsoft showed on its own page', async () => {
  const known = await bdrcloud(['explain', 'aadsts50105'])
  assert.equal(known.code, 0, known.err)
  assert.match(known.out, /^AADSTS50105: The account is not assigned[\s\S]*Assign the user under/)
  const unknown = await bdrcloud(['explain', '50199999', '--json'])
  assert.equal(unknown.code, 2)
  assert.match(JSON.stringify(JSON.parse(unknown.out)), /SRV_EXPLANATION_UNKNOWN.*error\?code=50199999/)
})

test('adds an organization while its administrator signs in with a browser', async () => {
  let opened = false
  const { code, out, err } = await bdrcloud(
    ['org', 'add', '--method', 'credential', '--cloud', 'global', '--name', 'Harbour', '--yes', '--json'],
    (text) => {
      const line = /^\{"event":"sign-in".*\}$/m.exec(text)?.[0]
      if (line === undefined || opened) return
      opened = true
      const { authorizationUrl, returnTo } = JSON.parse(line) as Record<string, string>
      const account = persona(product, globalAdministrator)
      signInByForms(authorizationUrl ?? '', account, returnTo ?? '')
        .then((address) => fetch(address))
        .catch((error: unknown) => assert.fail(String(error)))
    },
  )
  assert.equal(code, 0, err)
  assert.equal((JSON.parse(out) as { state: string }).state, 'saved')
  assert.match(err, /Mail\.Read: /)
  const [organization] = await json<OrganizationView[]>('org', 'list')
  assert.equal(organization?.name, 'Harbour')
  const verified = await json<OrganizationView>('org', 'verify', 'harbour')
  assert.deepEqual(
    verified.health.map((one) => [one.workload, one.read, one.write]),
    ['mail', 'files', 'calendar', 'contacts', 'todo'].map((workload) => [workload, 'ok', 'ok']),
  )
})

test('shows the organization, and what changed in the tenant, until it is accepted', async () => {
  const shown = await bdrcloud(['org', 'show', 'Harbour'])
  assert.match(shown.out, /Tenant ID\s+[0-9a-f-]{36}/)
  assert.match(shown.out, /WORKLOAD\s+READ/)
  assert.deepEqual(await json('org', 'drift'), [])
  assert.match((await bdrcloud(['org', 'drift'])).err, /Nothing has changed/)
  const { directory } = product.simulator.tenant
  const [granted] = directory.assignments
  const added = directory.servicePrincipals
    .flatMap(({ appRoles }) => appRoles)
    .find(({ value }) => value === 'Group.Read.All')
  assert.ok(granted && added)
  directory.assignments.push({ ...granted, id: 'added', appRoleId: added.id })
  const verified = await bdrcloud(['org', 'verify'])
  assert.equal(verified.code, 1)
  assert.match(verified.out, /warning\s+\S+\s+The application was given the permission Group\.Read\.All/)
  const asked = await bdrcloud(['org', 'drift', '--accept'])
  assert.equal(asked.code, 2)
  assert.match(asked.err, /CLI_NO_TERMINAL[\s\S]*--yes/)
  const left = await json<{ kind: string }[]>('org', 'drift', '--accept', '--yes')
  assert.deepEqual(left, [])
  const checks = await json<{ outcome: string }[]>('org', 'drift', '--history', '--limit', '1')
  assert.deepEqual(
    checks.map(({ outcome }) => outcome),
    ['drift'],
  )
  directory.assignments.pop()
  await json('org', 'verify')
})

test('says what to do with a password that cannot renew itself', async () => {
  const refused = await bdrcloud(['org', 'rotate', 'Harbour'])
  assert.match(refused.err, /CLI_NO_TERMINAL[\s\S]*--yes/)
  const { code, err } = await bdrcloud(['org', 'rotate', 'Harbour', '--yes'])
  assert.equal(code, 2)
  assert.match(err, /ORG_ROTATION_PASSWORD[\s\S]*'Replace credential'/)
})

test('backs up, lists and shows the run', async () => {
  const run = await json<RunView>('backup', 'run')
  assert.equal(run.state, 'succeeded')
  const runs = await json<RunView[]>('run', 'list')
  assert.deepEqual(
    runs.map((one) => one.id),
    [run.id],
  )
  const shown = await bdrcloud(['run', 'show', run.id])
  assert.match(shown.out, /MAILBOX\s+STATE/)
  assert.match((await bdrcloud(['status'])).out, /organizations\s+1/)
})

test('finds a mail, saves it byte for byte, never over another file, and restores it', async () => {
  const [found] = await json<MailItemView[]>('mail', 'search', 'harbourlights', '--limit', '1')
  assert.ok(found)
  const file = join(product.folder, 'one.eml')
  await json('restore', found.id, '--output', file)
  const sha256 = createHash('sha256').update(readFileSync(file)).digest('hex')
  const held = await heldMails(product, found.userPrincipalName)
  assert.ok(held.some((mail) => mail.sha256 === sha256))
  const again = await bdrcloud(['restore', found.id, '--output', file])
  assert.equal(again.code, 2)
  assert.match(again.err, /exists already/)
  const zip = join(product.folder, 'some.zip')
  await json('restore', found.id, '--output', zip)
  assert.ok(existsSync(zip))
  const { items } = await json<{ items: RestoreItemView[] }>('restore', found.id)
  assert.deepEqual(
    items.map((one) => one.state),
    ['restored'],
  )
})

test('restores to another user, where the operator who asks reaches both, and the trail names them', async () => {
  const [found] = await json<MailItemView[]>('mail', 'search', 'harbourlights', '--limit', '1')
  assert.ok(found)
  const [organization] = await json<OrganizationView[]>('org', 'list')
  const { items: mailboxes } = await product.session.get<Page<MailboxView>>(
    `/organizations/${organization?.id}/mailboxes`,
  )
  const other = mailboxes.find(({ id }) => id !== found.mailboxId)
  assert.ok(other)
  const count = async () => (await heldMails(product, other.userPrincipalName)).length
  const had = await count()
  const done = await json<{ restore: RestoreView }>('restore', found.id, '--to-user', other.userPrincipalName)
  assert.equal(done.restore.targetUser?.userPrincipalName, other.userPrincipalName)
  assert.equal(await count(), had + 1)
  const unknown = await bdrcloud(['restore', found.id, '--to-user', 'nobody@nowhere.example'])
  assert.match(unknown.err, /JOB_RESTORE_TARGET_UNKNOWN/)
  const both = await bdrcloud(['restore', found.id, '--to-user', 'a', '--output', 'never.eml'])
  assert.equal(both.code, 2)

  const restoreBy = async (token: string, password: string) => {
    const send = (path: string, body: object, headers: Record<string, string> = {}) =>
      fetch(`${product.address}/api/v1${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      })
    const signedIn = await send('/operator-links/accept', { token, password })
    const { csrfToken } = (await signedIn.json()) as SessionView
    const cookie = signedIn.headers
      .getSetCookie()
      .map((one) => one.split(';')[0])
      .join('; ')
    const answer = await send(
      `/organizations/${organization?.id}/restores`,
      { selection: { items: [found.id] }, target: { user: other.userPrincipalName } },
      { cookie, 'x-csrf-token': csrfToken },
    )
    return ((await answer.json()) as { code?: string }).code
  }
  const invite = async (userName: string, mailboxIds: string[]) =>
    (
      await product.session.post<OperatorLink>('/operators', {
        userName,
        role: 'restore-operator',
        reach: [{ organizationId: organization?.id, mailboxIds }],
      })
    ).token
  const password = 'a pass phrase of their own'
  assert.equal(
    await restoreBy(await invite('one', [found.mailboxId]), password),
    'JOB_RESTORE_TARGET_UNKNOWN',
  )
  assert.equal(await restoreBy(await invite('both', [found.mailboxId, other.id]), password), undefined)

  const { items: trail } = await product.session.get<Page<AuditEntryView>>(
    '/audit-entries?action=createRestore',
  )
  const [allowed, refused] = trail
  assert.deepEqual([allowed?.actor.name, refused?.actor.name, refused?.outcome], ['both', 'one', 'refused'])
  for (const entry of [allowed, refused])
    assert.ok(JSON.stringify(entry?.details).includes(`"target":{"user":"${other.userPrincipalName}"}`))
  assert.match(JSON.stringify(allowed?.details), /"targetUser":\{"id":/)
})

test('every command explains itself', async () => {
  for (const command of [
    [],
    ['login'],
    ['org', 'add'],
    ['backup', 'run'],
    ['mail', 'search'],
    ['restore'],
    ['task', 'restore'],
  ]) {
    const { code, out } = await bdrcloud([...command, '--help'])
    assert.equal(code, 0)
    assert.match(out, /Usage: bdrcloud/)
  }
})

test('forgets the token when signing out', async () => {
  await json('logout')
  assert.match((await bdrcloud(['status'])).err, /CLI_NOT_SIGNED_IN/)
})
