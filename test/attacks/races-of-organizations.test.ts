/** What may happen once to an organization, asked for several times in the same moment, by operators and by those who got a link. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { waitFor } from '../../scripts/demo/api.ts'
import { addVisitingApplication } from '../../simulator/tenant/index.ts'
import type {
  MailboxView,
  NewCustomerLink,
  NewResticAccess,
  OnboardingView,
  OrganizationView,
  Page,
  RemovalView,
  RestoreView,
  RunView,
} from '../../src/contract/index.ts'
import {
  backUp,
  globalAdministrator,
  heldMails,
  onboardingIn,
  operator,
  type Product,
  signIn,
  startOnboarding,
  startProduct,
} from '../product.ts'
import { atOnce, oneWins, send, together } from './at-once.ts'
import type { Answer } from './http.ts'
import { type Browser, browserOf, signInWith } from './target.ts'

let product: Product
let owner: Browser
let organization: OrganizationView

const asOwner = (method: string, path: string, body?: object): Promise<Answer> =>
  send(product.address, method, path, body, owner)
const all = (answers: readonly Answer[]) => answers.map(({ status, code }) => `${status} ${code}`).toSorted()
const read = <T>({ text }: Answer) => JSON.parse(text) as T

before(async () => {
  product = await startProduct({ users: 1, mails: 3 }, async () => ({
    environment: { BDRCLOUD_ALLOWED_HOSTS: 'backup.example' },
  }))
  owner = browserOf(await signInWith(product.address, operator))
})
after(() => product?.stop())

test('an onboarding is granted once and saved once', async () => {
  const { id } = await startOnboarding(product)
  await signIn(product, id, globalAdministrator)
  await onboardingIn(product, id, 'awaiting-grant')
  const grants = await together(() => asOwner('POST', `/onboardings/${id}/grant`))
  assert.ok(grants.every(({ status }) => status < 500))
  const granted = await onboardingIn(product, id, 'completing')
  assert.equal(granted.error, null)
  const saves = await together((index) =>
    asOwner('POST', `/onboardings/${id}/save`, { organizationName: `Contoso ${index}` }),
  )
  assert.ok(saves.every(({ status }) => status < 500))
  await onboardingIn(product, id, 'saved')
  const organizations = await product.session.get<Page<OrganizationView>>('/organizations')
  assert.equal(organizations.items.length, 1)
  const names = saves
    .filter(({ status }) => status < 300)
    .map((answer) => read<OnboardingView>(answer).organizationId)
  assert.ok(names.every((one) => one === organizations.items[0]?.id))
  organization = organizations.items[0] ?? assert.fail()
})

test('a customer link opens in one browser, and of links made at once for one onboarding one opens', async () => {
  const id = await customerOnboarding()
  const made = await together(() =>
    asOwner('POST', `/onboardings/${id}/customer-links`, { providerName: 'North' }),
  )
  assert.deepEqual(all(made), Array(atOnce).fill('201 '))
  const tokens = made.map((answer) =>
    new URL(read<NewCustomerLink>(answer).address).hash.slice('#token='.length),
  )
  assert.equal(new Set(tokens).size, atOnce)
  // Each of them by two browsers.
  const opened = await Promise.all(
    [...tokens, ...tokens].map((token) => send(product.address, 'POST', '/customer/open', { token })),
  )
  assert.deepEqual(all(opened), ['200 ', ...Array(2 * atOnce - 1).fill('403 CUS_LINK_UNKNOWN')])
})

test('backups and restores that are started at once neither get lost nor double anything', async () => {
  assert.equal((await backUp(product, organization.id)).state, 'succeeded')
  const [mailbox] = (
    await product.session.get<Page<MailboxView>>(`/organizations/${organization.id}/mailboxes`)
  ).items
  assert.ok(mailbox)
  const held = await heldMails(product, mailbox.userPrincipalName)
  const restore = {
    selection: { mailbox: mailbox.id },
    folder: { kind: 'named', name: 'At once' },
  }
  const started = await Promise.all(
    [1, 2, 3].map(() => asOwner('POST', `/organizations/${organization.id}/restores`, restore)),
  )
  assert.deepEqual(all(started), Array(3).fill('202 '))
  const ids = started.map((answer) => read<RestoreView>(answer).id)
  assert.equal(new Set(ids).size, 3)
  const ends = await Promise.all(
    ids.map((id) =>
      waitFor<RestoreView>(
        product.session,
        `/restores/${id}`,
        ({ state }) => !['queued', 'running'].includes(state),
        3,
      ),
    ),
  )
  assert.ok(
    ends.every(({ state }) => state === 'succeeded'),
    JSON.stringify(ends),
  )
  const now = await heldMails(product, mailbox.userPrincipalName)
  const restored = now.filter(({ folder }) => folder.includes('At once'))
  assert.equal(restored.length, held.length, 'each mail is there once')
  const runs = await together(() => asOwner('POST', `/organizations/${organization.id}/runs`))
  assert.ok(
    runs.every(({ status }) => status < 500),
    all(runs).join(', '),
  )
  const active = (await product.session.get<Page<RunView>>(`/organizations/${organization.id}/runs`)).items
  assert.ok(active.filter(({ state }) => ['queued', 'running', 'publishing'].includes(state)).length <= 1)
})

test('of accesses for restic that are given at once, no more than the limit come to be', async () => {
  const path = `/organizations/${organization.id}/restic-accesses`
  const give = (index: number) => asOwner('POST', path, { label: `Auditor ${index}` })
  for (let index = 0; index < 17; index += 1) assert.equal((await give(index)).status, 201)
  const given = await together(give)
  assert.deepEqual(all(given), [...Array(3).fill('201 '), ...Array(3).fill('409 JOB_RESTIC_ACCESS_TOO_MANY')])
  const won = given.filter(({ status }) => status === 201).map((answer) => read<NewResticAccess>(answer))
  assert.equal(new Set(won.map(({ access }) => access.userName)).size, 3)
  const revoked = await together(() => asOwner('DELETE', `${path}/${won[0]?.access.id}`))
  oneWins('revoking an access', revoked)
})

test('a removal is taken back once', async () => {
  const path = `/organizations/${organization.id}/removal`
  const asked = await asOwner('POST', path, { deleteApplication: true })
  assert.equal(read<RemovalView>(asked).state, 'awaiting-administrator', asked.text)
  const answers = all(await together(() => asOwner('POST', `${path}/take-back`)))
  assert.ok(answers.includes('200 '))
  // Who finds it taken back already may be told so in either way.
  assert.deepEqual(
    new Set([...answers, '409 ORG_NOTHING_TO_UNDO']),
    new Set(['200 ', '409 ORG_NOTHING_TO_UNDO']),
  )
  const { state } = await product.session.get<OrganizationView>(`/organizations/${organization.id}`)
  assert.equal(state, 'active')
})

test('while an organization is removed nothing starts that outlives it', async () => {
  const at = `/organizations/${organization.id}`
  const [mailbox] = (await product.session.get<Page<MailboxView>>(`${at}/mailboxes`)).items
  const together = await Promise.all([
    asOwner('POST', `${at}/restores`, { selection: { mailbox: mailbox?.id } }),
    asOwner('POST', `${at}/removal`, { deleteApplication: false }),
    asOwner('POST', `${at}/removal`, { deleteApplication: false }),
    asOwner('POST', `${at}/runs`),
    asOwner('POST', `${at}/restores`, { selection: { mailbox: mailbox?.id } }),
    asOwner('POST', `${at}/restic-accesses`, { label: 'Late' }),
    asOwner('POST', `${at}/runs`),
  ])
  assert.ok(
    together.every(({ status }) => status < 500),
    all(together).join(', '),
  )
  await waitFor<RemovalView>(product.session, `${at}/removal`, ({ state }) => state === 'removed', 3)
  for (const path of ['runs', 'restores']) {
    const { items } = read<Page<{ state: string }>>(await asOwner('GET', `${at}/${path}`))
    assert.ok(!items.some(({ state }) => ['queued', 'running', 'publishing'].includes(state)), path)
  }
  for (const path of ['restores', 'runs']) {
    const late = await asOwner('POST', `${at}/${path}`, { selection: { mailbox: mailbox?.id } })
    assert.ok(late.status >= 400 && late.status < 500, `${path}: ${late.text}`)
  }
})

test('the deletion of backups is asked for once and undone once', async () => {
  const at = `/organizations/${organization.id}/backups-deletion`
  const { name } = await product.session.get<OrganizationView>(`/organizations/${organization.id}`)
  const asked = await together(() => asOwner('POST', at, { name }))
  assert.deepEqual(all(asked), Array(atOnce).fill('200 '))
  const times = asked.map((answer) => read<RemovalView>(answer).backups.deleteAt)
  assert.equal(new Set(times).size, 1, 'of those who ask later the time does not move')
  oneWins('undoing it', await together(() => asOwner('POST', `${at}/undo`)))
  const { backups } = read<RemovalView>(await asOwner('GET', `/organizations/${organization.id}/removal`))
  assert.equal(backups.state, 'kept')
})

/** One that a customer's administrator may be asked about. */
async function customerOnboarding(): Promise<string> {
  const { session, simulator } = product
  const external = 'https://backup.example'
  const { directory, clock } = simulator.tenant
  const secret = 'own~application-secret-value'
  const { appId, home } = addVisitingApplication(
    directory,
    {
      redirectUris: [`${external}/microsoft/return`],
      scopes: ['Application.ReadWrite.All', 'AppRoleAssignment.ReadWrite.All', 'User.Read'],
      secret,
    },
    clock.now(),
  )
  const operatorPassword = operator.password
  await session.put('/settings/sign-in/external-address', { externalAddress: external, operatorPassword })
  await session.put('/settings/sign-in/clouds/global', {
    clientId: appId,
    homeTenant: home.domain,
    credential: { kind: 'password', secret },
    operatorPassword,
  })
  return (await startOnboarding(product)).id
}
