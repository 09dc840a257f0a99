import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, test } from 'node:test'
import type { CustomerSession } from '../../src/onboarding/index.ts'
import { covers } from '../covers.ts'
import { cancelSignIn, type Landing, signIn } from './browser.ts'
import { applications, type Lab, openLab, operatorId, sessionId, start, until } from './lab.ts'
import { externalAddress, ownApplication } from './own-application.ts'

let lab: Lab
before(async () => {
  lab = await openLab()
})
after(() => lab.stop())
beforeEach(async () => {
  await ownApplication(lab)
})
afterEach(async () => {
  const { directory } = lab.tenant()
  directory.applications.splice(0)
  directory.visitors.splice(0)
  directory.consents.clear()
  for (const table of ['onboardings', 'organizations', 'sign_in_clients'] as const)
    await lab.database.db.deleteFrom(table).execute()
})

const administrator = 'Global Administrator'

/** A provider starts an onboarding and makes a link for it. */
async function madeLink(hours = 72) {
  const { id } = await start(lab, { restoreRights: false })
  const made = await lab.customers.create(id, { providerName: ' Example Provider ', hours }, operatorId)
  const address = new URL(made.address)
  const token = new URLSearchParams(address.hash.slice(1)).get('token') ?? ''
  return { id, made, address, token }
}

/** The customer's browser after the click. */
async function opened(token: string): Promise<CustomerSession> {
  const { session } = await lab.customers.open(token)
  const customer = await lab.customers.find(session)
  assert.ok(customer)
  return customer
}

async function comeBack(landing: Landing, session: string): Promise<string> {
  assert.ok(landing.kind === 'returned', landing.kind === 'page' ? landing.text : '')
  const { query } = landing
  return lab.signInReturns.complete(
    {
      state: query.get('state') ?? '',
      code: query.get('code') ?? undefined,
      error: query.get('error') ?? undefined,
    },
    session,
  )
}

async function signInAsCustomer(customer: CustomerSession, role: string): Promise<void> {
  const { authorizationUrl } = await lab.customers.signIn(customer, false)
  await comeBack(await signIn(authorizationUrl, lab.persona(role), 'accept'), customer.sessionId)
}

test("a customer's administrator completes the authorization without a console account; the provider sees it and saves", async () => {
  covers('customer-link', 'global', ['created', 'opened', 'completed'])
  const { id, made, address, token } = await madeLink()
  assert.equal(address.origin, externalAddress)
  assert.equal(address.pathname, '/customer')
  assert.equal(address.search, '', 'the token travels in the fragment only')
  assert.equal(made.link.state, 'waiting')
  assert.equal(made.link.providerName, 'Example Provider')
  const kept = JSON.stringify(await lab.database.db.selectFrom('customer_links').selectAll().execute())
  assert.ok(!kept.includes(token))

  const { view, session } = await lab.customers.open(token)
  assert.equal(view.providerName, 'Example Provider')
  assert.deepEqual(
    view.permissions.map(({ value }) => value),
    ['User.Read.All', 'Mail.Read'],
  )
  assert.ok(view.permissions.every(({ why }) => why.length > 0))
  const customer = await lab.customers.find(session)
  assert.ok(customer)
  await signInAsCustomer(customer, administrator)
  const asked = await lab.customers.view(customer)
  assert.equal(asked.state, 'awaiting-grant')
  assert.equal(asked.account?.userPrincipalName, lab.persona(administrator).upn)

  const seen = await lab.onboardings.get(id)
  assert.equal(seen.customerSignedIn, true)
  await assert.rejects(lab.onboardings.grant(id), { code: 'ONB_GRANT_BY_CUSTOMER' }, 'it is theirs to choose')
  assert.equal((await lab.customers.grant(customer)).state, 'creating')
  assert.equal((await until(lab, id, 'completing', 'failed')).error, null)
  const [link] = (await lab.customers.list({})).items
  assert.equal(link?.state, 'opened')
  assert.equal(link?.onboardingState, 'completing')
  assert.equal(link?.tenantName, lab.tenant().displayName)
  assert.equal((await lab.onboardings.save(id, { organizationName: 'Harbour' }, operatorId)).state, 'saved')
  assert.equal((await lab.customers.view(customer)).state, 'saved')
})

test('a link opens once, in one browser, whoever asks at the same time', async () => {
  covers('customer-link', 'global', 'used')
  const { token } = await madeLink()
  const both = await Promise.allSettled([lab.customers.open(token), lab.customers.open(token)])
  assert.deepEqual(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
  await assert.rejects(lab.customers.open(token), { code: 'CUS_LINK_UNKNOWN', status: 403 })
  await assert.rejects(lab.customers.open('a'.repeat(43)), { code: 'CUS_LINK_UNKNOWN' })
})

test('an expired link does not open; until then the onboarding waits although nobody moves it', async () => {
  covers('customer-link', 'global', 'expired')
  const { id, token } = await madeLink(24)
  lab.clock.move(23 * 3_600_000)
  await lab.onboardings.sweep()
  assert.equal((await lab.onboardings.get(id)).state, 'started')
  lab.clock.move(2 * 3_600_000)
  await assert.rejects(lab.customers.open(token), { code: 'CUS_LINK_UNKNOWN' })
  assert.equal((await lab.customers.list({})).items[0]?.state, 'expired')
  await lab.onboardings.sweep()
  assert.equal((await lab.onboardings.get(id)).state, 'expired')
})

test('a revoked link ends at once, before and after it was opened', async () => {
  covers('customer-link', 'global', 'withdrawn')
  const unopened = await madeLink()
  assert.equal((await lab.customers.revoke(unopened.made.link.id)).state, 'revoked')
  await assert.rejects(lab.customers.open(unopened.token), { code: 'CUS_LINK_UNKNOWN' })

  const { made, token } = await madeLink()
  const { session } = await lab.customers.open(token)
  const customer = await lab.customers.find(session)
  assert.ok(customer)
  const { authorizationUrl } = await lab.customers.signIn(customer, false)
  await lab.customers.revoke(made.link.id)
  assert.equal(await lab.customers.find(session), null)
  await assert.rejects(lab.customers.view(customer), { code: 'CUS_LINK_UNKNOWN' })
  await assert.rejects(lab.customers.grant(customer), { code: 'CUS_LINK_UNKNOWN' })
  await assert.rejects(lab.customers.signIn(customer, false), { code: 'CUS_LINK_UNKNOWN' })
  assert.ok(authorizationUrl)
  await assert.rejects(lab.customers.revoke(operatorId), { code: 'CUS_LINK_NOT_FOUND' })
})

test('another link for the same onboarding takes the place of the first', async () => {
  const { id, token } = await madeLink()
  const second = await lab.customers.create(id, { providerName: 'Example Provider' }, operatorId)
  await assert.rejects(lab.customers.open(token), { code: 'CUS_LINK_UNKNOWN' })
  const { items } = await lab.customers.list({}, id)
  assert.deepEqual(
    items.map(({ state }) => state),
    ['waiting', 'revoked'],
  )
  assert.equal(items[0]?.id, second.link.id)
})

test("the customer's sign-in is bound to their browser, and the operator's to theirs", async () => {
  const { id, token } = await madeLink()
  const customer = await opened(token)
  const { authorizationUrl } = await lab.customers.signIn(customer, false)
  const landing = await signIn(authorizationUrl, lab.persona(administrator), 'accept')
  await assert.rejects(comeBack(landing, sessionId), { code: 'ONB_SIGN_IN_UNKNOWN' })
  assert.equal(await comeBack(landing, customer.sessionId), `/onboarding/${id}`)
  // An operator who signs in afterwards decides again.
  const own = await lab.onboardings.signIn(id, sessionId, {}, externalAddress)
  await comeBack(await signIn(own.authorizationUrl, lab.persona(administrator), 'accept'), sessionId)
  assert.equal((await lab.onboardings.get(id)).customerSignedIn, false)
  await assert.rejects(
    lab.customers.grant(customer).then(() => lab.customers.grant(customer)),
    {
      code: 'ONB_WRONG_STATE',
    },
  )
})

test('somebody who may not grant is told so on the page of the link, without a way into the console', async () => {
  const { token } = await madeLink()
  const customer = await opened(token)
  const { authorizationUrl } = await lab.customers.signIn(customer, false)
  await comeBack(await cancelSignIn(authorizationUrl), customer.sessionId)
  const view = await lab.customers.view(customer)
  assert.equal(view.state, 'need-admin-approval')
  assert.equal(view.approval?.administratorLink, null)
  assert.match(view.approval?.adminConsentLink ?? '', /adminconsent/)
  await signInAsCustomer(customer, administrator)
  assert.equal((await lab.customers.view(customer)).state, 'awaiting-grant')
})

test('a customer who declines leaves nothing behind', async () => {
  const { id, token } = await madeLink()
  const customer = await opened(token)
  await signInAsCustomer(customer, administrator)
  await lab.customers.grant(customer)
  await until(lab, id, 'completing')
  const declined = await lab.customers.decline(customer)
  assert.equal(declined.state, 'cancelled')
  assert.deepEqual(declined.leftovers, [])
  assert.deepEqual(applications(lab), [])
})

test('a session of a link ends after two hours and with the database alone nobody gets in', async () => {
  const { token } = await madeLink()
  const { session } = await lab.customers.open(token)
  const row = await lab.database.db.selectFrom('customer_links').selectAll().executeTakeFirstOrThrow()
  assert.equal(await lab.customers.find(row.session_hash?.toString('base64url') ?? ''), null)
  assert.equal(await lab.customers.find('x'.repeat(300)), null)
  lab.clock.move(2 * 3_600_000 + 1000)
  assert.equal(await lab.customers.find(session), null)
})

test('without an own application, or by another method, there are no links', async () => {
  const manual = await start(lab, { method: 'device-code' })
  await assert.rejects(lab.customers.create(manual.id, { providerName: 'P' }, operatorId), {
    code: 'CUS_WRONG_METHOD',
  })
  const { id } = await start(lab)
  await lab.clients.remove('global')
  await assert.rejects(lab.customers.create(id, { providerName: 'P' }, operatorId), {
    code: 'CUS_NO_OWN_APPLICATION',
  })
  await lab.onboardings.cancel(id)
  await ownApplication(lab)
  await assert.rejects(lab.customers.create(id, { providerName: 'P' }, operatorId), {
    code: 'ONB_WRONG_STATE',
  })
  // The built-in client is never a way for customers, even where it would fit the address.
  await lab.clients.setExternalAddress('http://localhost:18600')
  const { id: other } = await start(lab)
  await assert.rejects(lab.customers.create(other, { providerName: 'P' }, operatorId), {
    code: 'CUS_NO_OWN_APPLICATION',
  })
})
