/** What may happen once, asked for several times in the same moment: one wins, and nothing is left half done. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import type { OnboardingView, OperatorLink, OrganizationView, Page } from '../../src/contract/index.ts'
import { createTestDatabase } from '../database.ts'
import { startProcess, temporaryFolder, tokenOf } from '../platform/server-process.ts'
import {
  globalAdministrator,
  onboardingIn,
  operator,
  signIn,
  startOnboarding,
  startProduct,
} from '../product.ts'
import { type Answer, ask, freshAddress } from './http.ts'
import { type Browser, browserOf, signInWith } from './target.ts'

const atOnce = 6

const send = (
  address: string,
  method: string,
  path: string,
  body?: object,
  browser?: Browser,
): Promise<Answer> =>
  ask(
    address,
    {
      method,
      path: `/api/v1${path}`,
      headers: {
        ...(browser ? { cookie: browser.cookie, 'x-csrf-token': browser.csrfToken } : {}),
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    },
    freshAddress(),
  )

const together = (ask: (index: number) => Promise<Answer>): Promise<Answer[]> =>
  Promise.all(Array.from({ length: atOnce }, (_, index) => ask(index)))

function oneWins(what: string, answers: readonly Answer[]): void {
  const won = answers.filter(({ status }) => status < 300)
  const statuses = answers.map(({ status, code }) => `${status} ${code}`).join(', ')
  assert.equal(won.length, 1, `${what}: ${statuses}`)
  assert.ok(
    answers.every(({ status }) => status < 500),
    `${what}: ${statuses}`,
  )
}

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
  oneWins(
    'a link',
    await together((index) =>
      send(address, 'POST', '/operator-links/accept', { token: link.token, password: passwords[index] }),
    ),
  )
  // The password is that of the one who won, and of nobody else.
  const tries = await together((index) =>
    signInWith(address, { userName: 'second', password: passwords[index] }),
  )
  const entered = tries.filter(({ status }) => status === 201)
  assert.equal(entered.length, 1)

  // Two owners who take each other's place: one stays.
  const [second] = entered
  assert.ok(second)
  const other = browserOf(second)
  const demotions = await Promise.all([
    send(address, 'PATCH', `/operators/${other.view.operator.id}`, { role: 'auditor' }, owner),
    send(address, 'PATCH', `/operators/${owner.view.operator.id}`, { role: 'auditor' }, other),
  ])
  oneWins('the last owner', demotions)
})

test('an onboarding is granted once and saved once', async (t) => {
  const product = await startProduct({ users: 1, mails: 1 })
  t.after(() => product.stop())
  const { address } = product
  const { id } = await startOnboarding(product)
  await signIn(product, id, globalAdministrator)
  await onboardingIn(product, id, 'awaiting-grant')
  const owner = browserOf(await signInWith(address, operator))
  const grants = await together(() => send(address, 'POST', `/onboardings/${id}/grant`, undefined, owner))
  assert.ok(grants.every(({ status }) => status < 500))
  const granted = await onboardingIn(product, id, 'completing')
  assert.equal(granted.error, null)
  const saves = await together((index) =>
    send(address, 'POST', `/onboardings/${id}/save`, { organizationName: `Contoso ${index}` }, owner),
  )
  assert.ok(saves.every(({ status }) => status < 500))
  await onboardingIn(product, id, 'saved')
  const organizations = await product.session.get<Page<OrganizationView>>('/organizations')
  assert.equal(organizations.items.length, 1)
  const [organization] = organizations.items
  const names = saves
    .filter(({ status }) => status < 300)
    .map(({ text }) => (JSON.parse(text) as OnboardingView).organizationId)
  assert.ok(names.every((one) => one === organization?.id))
})
