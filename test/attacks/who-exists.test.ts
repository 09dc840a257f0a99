/** Nobody learns from an answer who has an account, or which links were ever made. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OperatorLink, Problem } from '../../src/contract/index.ts'
import { operator } from '../product.ts'
import { type Answer, ask, freshAddress } from './http.ts'
import { startBareTarget } from './target.ts'

/** All that an answer tells, but for what differs in any two; times in seconds, which pass between two requests, count as equal. */
function told({ status, headers, text }: Answer): object {
  const { date: _date, 'content-length': _length, ...others } = headers
  const { requestId: _id, ...problem } = JSON.parse(text) as Problem
  const detail = problem.detail.replaceAll(/\d+/g, 'n')
  const seconds = ['retry-after', 'x-ratelimit-reset'].filter((name) => name in others)
  const same = Object.fromEntries(Object.entries(others).filter(([name]) => !seconds.includes(name)))
  return { status, headers: same, seconds, problem: { ...problem, detail } }
}

test('an account that is there and one that is not, a used link and a made-up one, get the same answers', async (t) => {
  const target = await startBareTarget(t)
  const { address } = target
  const owner = await target.signIn()
  const send = (path: string, body: object, from: string, headers: Record<string, string> = {}) =>
    ask(
      address,
      {
        method: 'POST',
        path: `/api/v1${path}`,
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      },
      from,
    )
  // Both names are tried as often, until they are held back: that is told of neither more than of the other.
  for (const path of ['/session', '/session/token']) {
    const [from, otherFrom] = [freshAddress(), freshAddress()]
    // As long as the other, since answers may repeat a name.
    const absent = 'x'.repeat(operator.userName.length)
    for (let attempt = 0; attempt < 8; attempt += 1) {
      const password = `wrong password ${attempt}`
      const known = await send(path, { userName: operator.userName, password }, from)
      const unknown = await send(path, { userName: absent, password }, otherFrom)
      assert.ok(known.status >= 400)
      assert.deepEqual(told(known), told(unknown), `${path} ${attempt}`)
    }
  }

  const signedIn = { cookie: owner.cookie, 'x-csrf-token': owner.csrfToken }
  const invite = async (userName: string) => {
    const body = { userName, role: 'auditor', reach: null }
    return JSON.parse((await send('/operators', body, freshAddress(), signedIn)).text) as OperatorLink
  }
  const used = await invite('used')
  const accept = (token: string) =>
    send('/operator-links/accept', { token, password: 'chosen by the operator' }, freshAddress())
  assert.equal((await accept(used.token)).status, 201)
  const replaced = await invite('replaced')
  const renewed = await send(`/operators/${replaced.operator.id}/link`, {}, freshAddress(), signedIn)
  assert.equal(renewed.status, 201)
  const madeUp = told(await accept('A'.repeat(used.token.length)))
  assert.deepEqual(told(await accept(used.token)), madeUp)
  assert.deepEqual(told(await accept(replaced.token)), madeUp)
  const links = ['x'.repeat(43), 'y'.repeat(43)]
  const [first, second] = await Promise.all(
    links.map(async (token) => told(await send('/customer/open', { token }, freshAddress()))),
  )
  assert.deepEqual(first, second)
})
