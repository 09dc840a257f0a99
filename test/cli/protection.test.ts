/** What protects the server, with the command line alone: requests for a second operator, the key of the secrets, second factors of roles. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { ApprovalView, OperatorLink, Page, SecretsStatus } from '../../src/contract/index.ts'
import { operator, type Product, startProduct } from '../product.ts'
import { commandLine } from './command-line.ts'

let product: Product
const second = { userName: 'grace', password: 'tangled marsh orbit lantern' }
const proof = { password: operator.password }

before(async () => {
  product = await startProduct({ users: 1, mails: 1 })
  const { session, address } = product
  const { token } = await session.post<OperatorLink>('/operators', {
    userName: second.userName,
    role: 'owner',
  })
  const accepted = await fetch(`${address}/api/v1/operator-links/accept`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token, password: second.password }),
  })
  assert.ok(accepted.ok)
})
after(() => product?.stop())

/** A command line of one person, with credentials of its own. */
async function signedIn({ userName, password }: typeof second) {
  const file = join(product.folder, `${userName}.password`)
  writeFileSync(file, password)
  const line = commandLine(product.folder, {
    BDRCLOUD_SERVER: product.address,
    BDRCLOUD_CREDENTIALS: join(product.folder, `${userName}.json`),
    BDRCLOUD_PASSWORD: password,
  })
  await line.json(['login', '--user', userName, '--password-file', file])
  return line
}

test('a request is listed, given a reason, decided on by the other owner and by nobody else', async () => {
  const asker = await signedIn(operator)
  const decider = await signedIn(second)
  await product.session.put('/settings/two-person-rule', { enabled: true, delayHours: 0, proof })
  const kit = ['recovery-kit', '--output', join(product.folder, 'kit.txt')]
  const refused = await asker.bdrcloud(kit)
  assert.match(refused.err, /SRV_APPROVAL_NEEDED/)
  const listed = async (line: typeof asker, ...more: string[]) => {
    const found = await line.json<Page<ApprovalView> | ApprovalView[]>(['approvals', 'list', ...more])
    return 'items' in found ? found.items : found
  }
  const [request] = await listed(asker)
  assert.equal(request?.state, 'pending')
  const id = request?.id ?? ''
  await asker.json(['approvals', 'reason', id, 'The safe is being refilled'])
  const own = await asker.bdrcloud(['approvals', 'approve', id])
  assert.match(own.err, /APR_OWN_REQUEST/)
  const table = await decider.bdrcloud(['approvals', 'list'])
  assert.match(table.out, /The safe is being refilled|getRecoveryKit/)
  assert.equal((await decider.json<ApprovalView>(['approvals', 'approve', id])).state, 'ready')
  assert.equal((await asker.bdrcloud(kit)).code, 0)
  assert.deepEqual(await listed(asker), [])
  assert.equal((await listed(asker, '--all'))[0]?.state, 'used')
  const unknown = await decider.bdrcloud(['approvals', 'decline', '5b1f31a8-4f5b-4c6b-9b0a-0a6d5d8d7c11'])
  assert.match(unknown.err, /APR_UNKNOWN/)
})

test('the key of the secrets is rotated, and its state shown', async () => {
  const { json, bdrcloud } = await signedIn(operator)
  const before = await json<SecretsStatus>(['secrets', 'status'])
  const rotated = await json<SecretsStatus>(['secrets', 'rotate', '--yes'])
  assert.notEqual(rotated.key.id, before.key.id)
  assert.equal(rotated.rotation, null)
  const shown = await bdrcloud(['secrets', 'status'])
  assert.match(shown.out, new RegExp(rotated.key.id))
})

test('second factors are asked of roles', async () => {
  const { json, bdrcloud } = await signedIn(operator)
  const roles = async (...more: string[]) =>
    JSON.stringify(await json(['settings', 'second-factor', ...more]))
  assert.doesNotMatch(await roles(), /auditor/)
  assert.match(await roles('--require', 'auditor'), /auditor/)
  assert.doesNotMatch(await roles('--require', 'none'), /auditor/)
  const wrong = await bdrcloud(['settings', 'second-factor', '--require', 'nobody'])
  assert.notEqual(wrong.code, 0)
})
