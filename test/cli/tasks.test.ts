/** What an administrator changes on an organization that exists, from a terminal without a browser. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { OrganizationView, TaskView } from '../../src/contract/index.ts'
import { workloadIds } from '../../src/microsoft/index.ts'
import { addOrganization, globalAdministrator, operator, type Product, startProduct } from '../product.ts'
import { commandLine, enterCodes } from './command-line.ts'

let product: Product
let organization: OrganizationView
let bdrcloud: ReturnType<typeof commandLine>['bdrcloud']

before(async () => {
  product = await startProduct({ users: 2, mails: 6 })
  organization = await addOrganization(product)
  ;({ bdrcloud } = commandLine(product.folder, { BDRCLOUD_SERVER: product.address }))
  const file = join(product.folder, 'password')
  writeFileSync(file, operator.password, { mode: 0o600 })
  const { code, err } = await bdrcloud(['login', '--user', operator.userName, '--password-file', file])
  assert.equal(code, 0, err)
})
after(() => product.stop())

/** Enters the one-time code that a command prints, as that person. */
const as = (role: string) => ({ watch: enterCodes(product, { role }) })

const now = () => product.session.get<OrganizationView>(`/organizations/${organization.id}`)

test('restore rights are revoked and granted again with an end, with a one-time code', async () => {
  const revoked = await bdrcloud(['org', 'revoke-restore', '--yes', '--json'], as(globalAdministrator))
  assert.equal(revoked.code, 0, revoked.err)
  assert.equal((JSON.parse(revoked.out) as TaskView).state, 'done')
  assert.equal((await now()).writeGranted, false)

  const granted = await bdrcloud(
    ['org', 'grant-restore', organization.tenantId, '--hours', '2', '--yes'],
    as(globalAdministrator),
  )
  assert.equal(granted.code, 0, granted.err)
  assert.match(granted.err, /This will be changed:\n {2}grant: Microsoft Graph permission Mail\.ReadWrite/)
  assert.equal(granted.out, '')
  const { restoreRights, restoreRightsUntil } = await now()
  assert.equal(restoreRights, true)
  assert.ok(Date.parse(restoreRightsUntil ?? '') > Date.now() + 100 * 60_000)
})

test('without a terminal and without --yes nothing is changed', async () => {
  const { code, err } = await bdrcloud(['org', 'upgrade-certificate'], as(globalAdministrator))
  assert.equal(code, 2)
  assert.match(err, /CLI_NO_TERMINAL[\s\S]*--yes/)
  assert.equal((await now()).credential.kind, 'password')
  const { items } = await product.session.get<{ items: TaskView[] }>(
    `/organizations/${organization.id}/administrator-tasks?limit=1`,
  )
  assert.equal(items[0]?.state, 'cancelled', 'nothing is left open')
})

test('an account without the role is told which one is missing', async () => {
  const { code, err } = await bdrcloud(['org', 'repair', '--yes'], as('User'))
  assert.equal(code, 2)
  assert.match(err, /has no active administrator role\. A Global Administrator/)
})

test('the certificate, the repair and the workloads have their verbs, with help and plain refusals', async () => {
  const upgraded = await bdrcloud(['org', 'upgrade-certificate', '--yes', '--json'], as(globalAdministrator))
  assert.equal(upgraded.code, 0, upgraded.err)
  assert.equal((await now()).credential.kind, 'certificate')
  const again = await bdrcloud(['org', 'upgrade-certificate', '--yes'])
  assert.match(again.err, /TSK_ALREADY_CERTIFICATE/)
  const repaired = await bdrcloud(
    ['org', 'repair', '--credential', 'password', '--yes', '--json'],
    as(globalAdministrator),
  )
  assert.equal(repaired.code, 0, repaired.err)
  assert.equal((await now()).credential.kind, 'password')
  const added = await bdrcloud(['org', 'add-workloads', '--yes', '--json'], as(globalAdministrator))
  assert.equal(added.code, 0, added.err)
  assert.deepEqual(new Set((await now()).workloads), new Set(workloadIds))
  const nothing = await bdrcloud(['org', 'add-workloads', '--yes'])
  assert.match(nothing.err, /has all workloads already/)
  const wrong = await bdrcloud(['org', 'grant-restore', '--until', 'tomorrow'])
  assert.match(wrong.err, /"tomorrow" is not a time/)
  const help = await bdrcloud(['org', 'grant-restore', '--help'])
  assert.match(help.out, /--json[\s\S]*--until <time>/)
})
