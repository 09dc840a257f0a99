/** What may happen once, asked for several times in the same moment: one wins, and nothing is left half done. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import type { OperatorLink, Page } from '../../src/contract/index.ts'
import { createTestDatabase } from '../database.ts'
import { startProcess, temporaryFolder, tokenOf } from '../platform/server-process.ts'
import { operator } from '../product.ts'
import { atOnce, oneWins, send, together } from './at-once.ts'
import { browserOf, signInWith } from './target.ts'

test('one of many first operators, of many users of a link, and the last owner', async (t) => {
  const database = await createTestDatabase()
  const { address, setupLink } = await startProcess(t, join(temporaryFolder(t), 'data'), [], {
    DATABASE_URL: database.url,
  })
  t.after(database.drop)
  const token = tokenOf(setupLink)
  const firsts = await together((index) =>
    send(address, 'POST', '/setup/operator', {
      token,
      userName: `first${index}`,
      password: operator.password,
    }),
  )
  oneWins('the first operator', firsts)
  const winner = firsts.find(({ status }) => status === 201)
  assert.ok(winner)
  const owner = browserOf(winner)
  const operators = async () =>
    (JSON.parse((await send(address, 'GET', '/operators', undefined, owner)).text) as Page<unknown>).items
  assert.equal((await operators()).length, 1)

  const invite = async (userName: string, role: string) => {
    const answer = await send(address, 'POST', '/operators', { userName, role, reach: null }, owner)
    return JSON.parse(answer.text) as OperatorLink
  }
  const names = await together(() =>
    send(address, 'POST', '/operators', { userName: 'eve', role: 'auditor', reach: null }, owner),
  )
  oneWins('a name', names)
  const link = await invite('second', 'owner')
  const passwords = Array.from({ length: atOnce }, (_, index) => `a pass phrase for number ${index}`)
  const accepted = await together((index) =>
    send(address, 'POST', '/operator-links/accept', { token: link.token, password: passwords[index] }),
  )
  oneWins('a link', accepted)
  // The password is that of the one who won, and of nobody else. The winner goes first: after the others' wrong
  // tries, even the right password would have to wait.
  const accepting = accepted.findIndex(({ status }) => status < 300)
  const second = await signInWith(address, { userName: 'second', password: passwords[accepting] })
  assert.equal(second.status, 201)
  const others = await Promise.all(
    passwords
      .filter((_, index) => index !== accepting)
      .map((password) => signInWith(address, { userName: 'second', password })),
  )
  assert.ok(others.every(({ status }) => status !== 201))

  // Two owners who take each other's place: one stays.
  const other = browserOf(second)
  const demotions = await Promise.all([
    send(address, 'PATCH', `/operators/${other.view.operator.id}`, { role: 'auditor' }, owner),
    send(address, 'PATCH', `/operators/${owner.view.operator.id}`, { role: 'auditor' }, other),
  ])
  oneWins('the last owner', demotions)
})
