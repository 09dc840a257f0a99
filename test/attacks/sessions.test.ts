/** Sessions that an attacker prepares, keeps or finds. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OperatorLink } from '../../src/contract/index.ts'
import { operator } from '../product.ts'
import { type Answer, ask, freshAddress } from './http.ts'
import { type Browser, browserOf, signInWith, startBareTarget } from './target.ts'

const json = { 'content-type': 'application/json' }

test('a session is made by the server, at each sign-in anew, and ends when anything about its operator changes', async (t) => {
  const target = await startBareTarget(t)
  const { address } = target
  const send = (method: string, path: string, headers: Record<string, string>, body?: object) =>
    ask(
      address,
      {
        method,
        path: `/api/v1${path}`,
        headers: { ...headers, ...(body ? json : {}) },
        ...(body ? { body: JSON.stringify(body) } : {}),
      },
      freshAddress(),
    )
  const as = (browser: Browser, method: string, path: string, body?: object): Promise<Answer> =>
    send(method, path, { cookie: browser.cookie, 'x-csrf-token': browser.csrfToken }, body)
  const lasts = async (browser: Browser) => (await as(browser, 'GET', '/session')).status === 200

  const owner = await target.signIn()
  const [name = '', token = ''] = owner.cookie.split('=')

  // Planted by the attacker before the sign-in: not taken over, and no use afterwards.
  const planted = `bdrs_${'A'.repeat(43)}`
  const signedIn = await send('POST', '/session', { cookie: `${name}=${planted}` }, operator)
  const victim = browserOf(signedIn)
  assert.ok(!victim.cookie.includes(planted))
  assert.equal((await send('GET', '/session', { cookie: `${name}=${planted}` })).code, 'SRV_NOT_SIGNED_IN')
  const [line = ''] = signedIn.headers['set-cookie'] as string[]
  assert.match(line, /; Path=\/; HttpOnly; SameSite=Lax$/)
  assert.doesNotMatch(line, /Domain=/i)

  // Nowhere but in the cookie: not in an address, where logs and other sites see it, nor in a body or header of another kind.
  for (const path of [
    `?${name}=${token}`,
    `?token=${token}`,
    `?access_token=${token}`,
    `;${name}=${token}`,
  ]) {
    assert.notEqual((await send('GET', `/session${path}`, {})).status, 200, path)
  }
  for (const headers of [
    { authorization: `Bearer ${token}` },
    { 'x-session': token },
    { cookie: `other=${token}` },
  ]) {
    assert.equal((await send('GET', '/session', headers)).code, 'SRV_NOT_SIGNED_IN')
  }
  // No answer repeats it.
  assert.ok(!(await as(owner, 'GET', '/sessions')).text.includes(token))

  // Two browsers of one operator know nothing of each other's token, and one ends without the other.
  const second = await target.signIn()
  assert.notEqual(second.csrfToken, owner.csrfToken)
  assert.equal((await as(second, 'DELETE', '/session')).status, 204)
  assert.equal(await lasts(second), false)
  assert.equal(await lasts(owner), true)

  // Another operator's sessions end with the role, and with a new password by link.
  const invited = await as(owner, 'POST', '/operators', {
    userName: 'eve',
    role: 'administrator',
    reach: null,
  })
  const link = JSON.parse(invited.text) as OperatorLink
  const password = 'chosen by the operator'
  assert.equal(
    (await send('POST', '/operator-links/accept', {}, { token: link.token, password })).status,
    201,
  )
  const eve = async () => browserOf(await signInWith(address, { userName: 'eve', password }))
  const before = await eve()
  assert.equal((await as(owner, 'PATCH', `/operators/${link.operator.id}`, { role: 'auditor' })).status, 200)
  assert.equal(await lasts(before), false)
  const [kept, other] = [await eve(), await eve()]
  const newPassword = 'another good pass phrase'
  assert.equal((await as(kept, 'PUT', '/session/password', { password, newPassword })).status, 204)
  assert.deepEqual([await lasts(kept), await lasts(other)], [true, false])
  // Nobody ends the sessions of others.
  const sessions = JSON.parse((await as(owner, 'GET', '/sessions')).text) as { items: { id: string }[] }
  for (const { id } of sessions.items) {
    assert.equal((await as(kept, 'DELETE', `/sessions/${id}`)).code, 'SRV_SESSION_UNKNOWN')
  }
  assert.equal((await as(owner, 'DELETE', `/operators/${link.operator.id}`)).status, 204)
  assert.equal(await lasts(kept), false)
})
