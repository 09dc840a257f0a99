/** Signing in by two steps from a terminal and from a script, and taking off a lost second factor, against the real server. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type {
  AccountSecurity,
  NewAuthenticator,
  NewRecoveryCodes,
  OperatorDetail,
  OperatorLink,
} from '../../src/contract/index.ts'
import { operator, type Product, startProduct } from '../product.ts'
import { appCode } from '../security/authenticator-app.ts'
import { commandLine, noTerminal } from './command-line.ts'

let product: Product
let recoveryCodes: string[] = []
const proof = { password: operator.password }

before(async () => {
  product = await startProduct({ users: 1, mails: 1 })
  const { session } = product
  const { key } = await session.post<NewAuthenticator>('/account/authenticator', { proof })
  const made = await session.put<NewRecoveryCodes>('/account/authenticator', {
    code: appCode(key, Date.now()),
  })
  recoveryCodes = made.recoveryCodes ?? []
})
after(() => product?.stop())

const people = (environment: Record<string, string> = {}) =>
  commandLine(product.folder, { BDRCLOUD_SERVER: product.address, ...environment })
const fileOf = (name: string, text: string): string => {
  const path = join(product.folder, name)
  writeFileSync(path, `${text}\n`)
  return path
}
const login = ['login', '--user', operator.userName]

test('a script gives password and code by standard input, or by files; without a code it is told what is missing', async () => {
  const { bdrcloud, json } = people()
  const [first = '', second = ''] = recoveryCodes
  const both = await bdrcloud([...login, '--password-file', '-', '--code-file', '-'], {
    stdin: `${operator.password}\n${first}\n`,
  })
  assert.equal(both.code, 0, both.err)
  const password = fileOf('password', operator.password)
  const missing = await bdrcloud([...login, '--password-file', password])
  assert.equal(missing.code, 2)
  assert.match(missing.err, /CLI_NO_TERMINAL: Code of your authenticator app[\s\S]*--code-file/)
  const used = await bdrcloud([...login, '--password-file', password, '--code-file', fileOf('code', first)])
  assert.match(used.err, /SEC_CODE_WRONG/)
  await json([...login, '--password-file', password, '--code-file', fileOf('code', second)])
  const security = await json<AccountSecurity>(['account', 'security'])
  assert.equal(security.recoveryCodesLeft, 8)
  assert.notEqual(security.authenticator, null)
})

test('at a terminal the code is asked for after the password', { skip: noTerminal }, async () => {
  const { typed } = people()
  const { shown, left } = await typed(login, [
    [/Password: $/, operator.password],
    [/or a recovery code: $/, recoveryCodes[2] ?? ''],
  ])
  assert.match(shown, /Signed in to .* as tester/)
  assert.deepEqual(left, [])
  assert.ok(!shown.includes(operator.password))
})

test('an owner takes off the second factors of another, with proof', async () => {
  const { json, bdrcloud } = people()
  const link = await product.session.post<OperatorLink>('/operators', { userName: 'grace', role: 'auditor' })
  const accept = await fetch(`${product.address}/api/v1/operator-links/accept`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token: link.token, password: 'a pass phrase for the lady' }),
  })
  const cookie = accept.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
  const { csrfToken } = (await accept.json()) as { csrfToken: string }
  const asGrace = async <T>(method: string, body: object): Promise<T> => {
    const answer = await fetch(`${product.address}/api/v1/account/authenticator`, {
      method,
      headers: { cookie, 'x-csrf-token': csrfToken, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    assert.ok(answer.ok, await answer.clone().text())
    return (await answer.json()) as T
  }
  const { key } = await asGrace<NewAuthenticator>('POST', {
    proof: { password: 'a pass phrase for the lady' },
  })
  await asGrace('PUT', { code: appCode(key, Date.now()) })
  const remove = ['operator', 'remove-second-factors', 'grace', '--yes', '--operator-password-file']
  const refused = await bdrcloud([...remove, fileOf('wrong', 'not the pass phrase')])
  assert.match(refused.err, /SEC_PASSWORD_WRONG/)
  const left = await json<OperatorDetail>([...remove, fileOf('password', operator.password)])
  assert.deepEqual(left.secondFactors, { authenticator: false, passkeys: 0 })
})
