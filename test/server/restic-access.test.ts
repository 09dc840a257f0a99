/** Access with restic: stock restic reads a repository through the server, as somebody an operator let in, and changes nothing. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, type TestContext, test } from 'node:test'
import { promisify } from 'node:util'
import { root } from '../../scripts/run.ts'
import type {
  NewResticAccess,
  OrganizationView,
  RepositoryPassword,
  ResticAccessList,
} from '../../src/contract/index.ts'
import { addOrganization, backUp, operator, type Product, startProduct } from '../product.ts'
import { resticOn, resticUntil, scratchFolder } from '../repository/support.ts'

let product: Product
let organization: OrganizationView

before(async () => {
  product = await startProduct({ users: 2, mails: 12 })
  organization = await addOrganization(product)
})
after(() => product.stop())

const accessesPath = () => `/organizations/${organization.id}/restic-accesses`
const give = (label: string) => product.session.post<NewResticAccess>(accessesPath(), { label })
const locationOf = ({ address, access, password }: NewResticAccess) =>
  `rest:${address.replace('//', `//${access.userName}:${password}@`)}`
const ask = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(new URL(path, product.address), { method, headers, redirect: 'manual' })
const basic = ({ access, password }: NewResticAccess) => ({
  authorization: `Basic ${Buffer.from(`${access.userName}:${password}`).toString('base64')}`,
})

async function repositoryPassword(): Promise<Record<string, string>> {
  const { password } = await product.session.post<RepositoryPassword>(
    `/organizations/${organization.id}/repository/password`,
    { operatorPassword: operator.password },
  )
  return { RESTIC_PASSWORD: password }
}

/** Runs `bdrcloud ARGUMENT…`, signed in, and answers its output. */
async function bdrcloud(context: TestContext, ...args: string[]): Promise<string> {
  const environment = {
    ...process.env,
    BDRCLOUD_CREDENTIALS: join(await scratchFolder(context), 'credentials.json'),
    BDRCLOUD_SERVER: product.address,
    BDRCLOUD_PASSWORD: operator.password,
  }
  const run = (...parameters: string[]) =>
    promisify(execFile)(process.execPath, [join(root, 'src/cli/main.ts'), ...parameters], {
      env: environment,
    })
  await run('login', '--user', operator.userName)
  return (await run(...args)).stdout
}

test('nobody gets in before an operator lets somebody in, and that takes a repository', async () => {
  for (const path of [
    `/restic/${organization.id}/config`,
    `/restic/${crypto.randomUUID()}/config`,
    '/restic/x/config',
  ]) {
    const answer = await ask(path)
    assert.equal(answer.status, 401, path)
    assert.match(answer.headers.get('www-authenticate') ?? '', /^Basic realm="restic"/)
  }
  await assert.rejects(give('too early'), /JOB_REPOSITORY_NOT_FOUND/)
})

test('stock restic lists, checks and restores with what the console shows, and is refused to change anything', async (context) => {
  await backUp(product, organization.id)
  const given = await give('the auditor')
  assert.equal(given.address, `${product.address}/restic/${organization.id}/`)
  const location = locationOf(given)
  assert.equal(given.commands[0], `export RESTIC_REPOSITORY='${location}'`)
  const secrets = await repositoryPassword()
  const restic = resticOn(location, secrets)
  const [snapshot] = JSON.parse(await restic('snapshots', '--json')) as { id: string }[]
  assert.match(await restic('ls', 'latest'), /\.eml/)
  await restic('check', '--read-data')
  const restored = await scratchFolder(context)
  await restic('restore', 'latest', '--target', restored)
  const { stdout } = await promisify(execFile)('find', [restored, '-name', '*.eml'])
  assert.ok(stdout.split('\n').filter(Boolean).length >= 12)

  const isRefused = async () =>
    (await readFile(join(product.folder, 'server.log'), 'utf8')).match(/refused to change/g)
  for (const parameters of [
    ['backup', restored],
    ['forget', snapshot?.id ?? ''],
  ]) {
    const before = (await isRefused())?.length ?? 0
    let refused = false
    const watch = setInterval(async () => {
      refused ||= ((await isRefused())?.length ?? 0) > before
    }, 100)
    assert.ok(await resticUntil(location, parameters, () => refused, secrets), parameters.join(' '))
    clearInterval(watch)
  }
  assert.equal((JSON.parse(await restic('snapshots', '--json')) as object[]).length, 1)
  await restic('check', '--read-data')
  await backUp(product, organization.id)
  assert.equal((JSON.parse(await restic('snapshots', '--json')) as object[]).length, 2)
})

test('a wrong password, another organization’s address and a revoked access are refused', async () => {
  const first = await give('first')
  const config = `/restic/${organization.id}/config`
  assert.equal((await ask(config, basic(first))).status, 200)
  assert.equal((await ask(config, basic({ ...first, password: 'wrong' }))).status, 401)
  assert.equal((await ask(`/restic/${crypto.randomUUID()}/config`, basic(first))).status, 401)
  await assert.rejects(
    resticOn(locationOf({ ...first, password: 'wrong' }), await repositoryPassword())('snapshots'),
  )
  const { items } = await product.session.get<ResticAccessList>(accessesPath())
  const row = items.find(({ id }) => id === first.access.id)
  assert.ok(row?.lastUsedAt)
  assert.equal(row.label, 'first')
  assert.ok(!JSON.stringify(items).includes(first.password))
})

test('the command line gives, lists and revokes; what is revoked ends at once', async (context) => {
  const made = JSON.parse(
    await bdrcloud(context, 'restic', 'create', '--for', 'a script', '--json'),
  ) as NewResticAccess
  const config = `/restic/${organization.id}/config`
  assert.equal((await ask(config, basic(made))).status, 200)
  const list = JSON.parse(await bdrcloud(context, 'restic', 'list', '--json')) as ResticAccessList
  assert.ok(
    list.items.some(({ userName, label }) => userName === made.access.userName && label === 'a script'),
  )
  await bdrcloud(context, 'restic', 'revoke', made.access.userName)
  assert.equal((await ask(config, basic(made))).status, 401)
  await assert.rejects(bdrcloud(context, 'restic', 'revoke', made.access.userName), /CLI_NOT_FOUND/)
})

test('the usual rules hold: names of the server, pages of other sites, no cookie, no redirect, nothing secret in the log', async () => {
  const given = await give('rules')
  const config = `/restic/${organization.id}/config`
  const { port } = new URL(product.address)
  const byAddress = await fetch(`http://127.0.0.1:${port}${config}`, {
    headers: basic(given),
    redirect: 'manual',
  })
  assert.equal(byAddress.status, 200)
  assert.equal(byAddress.headers.get('set-cookie'), null)
  const foreign = await ask(
    `/restic/${organization.id}/locks/${'a'.repeat(64)}`,
    { ...basic(given), origin: 'https://evil.example' },
    'DELETE',
  )
  assert.equal(foreign.status, 403)
  assert.equal((await ask(`/restic/${organization.id}/../../api/v1/status`, basic(given))).status, 401)
  assert.equal((await ask('/api/v1/organizations', basic(given))).status, 401)
  assert.equal((await ask(`/restic/${organization.id}/data/%2e%2e%2fconfig`, basic(given))).status, 404)
  assert.equal((await ask(config, basic(given), 'PUT')).status, 404)
  const log = await readFile(join(product.folder, 'server.log'), 'utf8')
  assert.match(log, /a repository is read with restic/)
  assert.match(log, /access with restic was refused/)
  assert.ok(!log.includes(given.password))
  assert.ok(!log.includes(Buffer.from(`${given.access.userName}:${given.password}`).toString('base64')))
})

test('no more than twenty at once', async () => {
  const { items } = await product.session.get<ResticAccessList>(accessesPath())
  for (let i = items.length; i < 20; i++) await give(`number ${i}`)
  await assert.rejects(give('one too many'), /JOB_RESTIC_ACCESS_TOO_MANY/)
})
