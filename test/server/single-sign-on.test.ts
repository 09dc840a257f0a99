/** Single sign-on against an independent provider, over HTTP as a browser does it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type {
  OperatorLink,
  OwnIdentity,
  Problem,
  SaveSingleSignOn,
  SessionView,
  SingleSignOnTest,
} from '../../src/contract/index.ts'
import { client, PlainBrowser } from '../openid-provider.ts'
import { movableClock } from '../security/clock.ts'
import { testOperator } from '../server.ts'
import { base, loopback, startSingleSignOn } from './single-sign-on-lab.ts'

test('the secret is sealed and never shown, Test tells what discovery found, and only owners set it', async () => {
  await using f = await startSingleSignOn()
  const saved = await f.save()
  assert.equal(saved.redirectUri.endsWith(`${base}/session/single-sign-on/return`), true)
  assert.equal(saved.provider?.hasSecret, true)
  assert.ok(!JSON.stringify(saved).includes(client.secret))
  const rows = JSON.stringify(await f.database.db.selectFrom('single_sign_on').selectAll().execute())
  assert.ok(!rows.includes(client.secret))
  assert.ok(!JSON.stringify(await f.entries('saveSingleSignOn')).includes(client.secret))
  const { body } = await f.call<SingleSignOnTest>('POST', '/settings/single-sign-on/test')
  assert.equal(body.problem, null)
  assert.equal(body.found?.issuer, f.provider.issuer)
  assert.ok((body.found?.signingKeys ?? 0) > 0)

  const wrong = await f.call<Problem>(
    'PUT',
    '/settings/single-sign-on',
    f.settings({ proof: { password: 'no' } }),
  )
  assert.equal(wrong.body.code, 'SEC_PASSWORD_WRONG')
  for (const issuer of [
    'https://login.microsoftonline.com/common/v2.0',
    'https://login.microsoftonline.com/organizations/v2.0',
    'ftp://example.com',
    'https://user:secret@example.com',
    'not an address',
  ]) {
    const refused = await f.call<Problem>('PUT', '/settings/single-sign-on', f.settings({ issuer }))
    assert.equal(refused.body.code, 'SSO_ISSUER_INVALID', issuer)
  }
  await f.save({ issuer: `${f.provider.issuer}/elsewhere` })
  const lost = await f.call<SingleSignOnTest>('POST', '/settings/single-sign-on/test')
  assert.equal(lost.body.found, null)
  assert.match(lost.body.problem?.code ?? '', /^SSO_/)
})

test('an internal provider is not connected to unless the server was told to allow it', async () => {
  await using f = await startSingleSignOn([])
  await f.save()
  const { body } = await f.call<SingleSignOnTest>('POST', '/settings/single-sign-on/test')
  assert.equal(body.problem?.code, 'NET_ADDRESS_REFUSED')
})

test('nobody is let in by being known at the provider alone, nor by a name or e-mail address', async () => {
  await using f = await startSingleSignOn()
  await f.save()
  // The owner's user name is the account's name and unverified address there.
  const refused = await f.signIn(testOperator.userName)
  assert.deepEqual([refused.answer.status, refused.refusal, refused.session], [403, 'SSO_UNKNOWN', null])
  f.provider.groups.set(testOperator.userName, ['backup-admins'])
  await f.save({ unknownOperators: 'by-mapping' })
  const taken = await f.signIn(testOperator.userName)
  assert.deepEqual([taken.refusal, taken.session], ['SSO_NAME_TAKEN', null])
  const [entry] = await f.entries('returnFromSingleSignOn')
  assert.deepEqual(
    [entry?.outcome, entry?.actor.kind, entry?.details],
    ['refused', 'nobody', { code: 'SSO_NAME_TAKEN' }],
  )
})

test('an operator links the account while signed in, and is known by issuer and subject from then on', async () => {
  await using f = await startSingleSignOn()
  await f.save()
  const wrong = await f.call<Problem>('POST', '/account/identity', { proof: { password: 'no' } })
  assert.equal(wrong.body.code, 'SEC_PASSWORD_WRONG')
  const browser = new PlainBrowser()
  const signedIn = await browser.open(`${f.address}${base}/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(testOperator),
  })
  const { csrfToken } = (await signedIn.json()) as SessionView
  const begun = await browser.open(`${f.address}${base}/account/identity`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-csrf-token': csrfToken },
    body: JSON.stringify({ proof: { password: testOperator.password } }),
  })
  const { address } = (await begun.json()) as { address: string }
  const linked = await browser.open(await browser.signInAtProvider(address, 'lovelace'))
  assert.deepEqual([linked.status, linked.headers.get('location')], [303, '/settings/account'])
  const { body } = await f.call<OwnIdentity>('GET', '/account/identity')
  assert.deepEqual([body.provider, body.identity?.label], ['Example', 'lovelace'])

  const again = await f.signIn('lovelace', new PlainBrowser(), { returnTo: '/settings/audit' })
  assert.equal(again.answer.headers.get('location'), '/settings/audit')
  assert.deepEqual([again.session?.operator.userName, again.session?.operator.role], ['ada', 'owner'])
  assert.ok(Date.parse(again.session?.expiresAt ?? '') - Date.now() <= 8 * 3_600_000)
  const [entry] = await f.entries('returnFromSingleSignOn')
  assert.deepEqual([entry?.actor.name, entry?.outcome], ['ada', 'done'])

  assert.equal((await f.call('DELETE', '/account/identity')).status, 204)
  assert.equal((await f.signIn('lovelace')).refusal, 'SSO_UNKNOWN')
})

test('who was invited can use the account of the provider instead of a password', async () => {
  await using f = await startSingleSignOn()
  await f.save()
  const invited = await f.call<OperatorLink>('POST', '/operators', { userName: 'grace', role: 'auditor' })
  const { token: invitation, operator } = invited.body
  const used = await f.signIn('hopper', new PlainBrowser(), { invitation })
  assert.deepEqual([used.session?.operator.userName, used.session?.operator.role], ['grace', 'auditor'])
  const back = await f.signIn('hopper')
  assert.equal(back.session?.operator.userName, 'grace')
  const twice = await f.app.inject({
    method: 'POST',
    url: `${base}/session/single-sign-on`,
    payload: { invitation },
  })
  assert.equal(twice.json<Problem>().code, 'SEC_OPERATOR_LINK')

  assert.equal((await f.call('PATCH', `/operators/${operator.id}`, { disabled: true })).status, 200)
  assert.equal((await f.signIn('hopper')).refusal, 'SSO_DISABLED')
  assert.equal((await f.call('PATCH', `/operators/${operator.id}`, { disabled: false })).status, 200)
  assert.equal((await f.signIn('hopper')).session?.operator.userName, 'grace')
})

test('a mapping lets in, gives the role anew at each sign-in, and takes it away', async () => {
  await using f = await startSingleSignOn()
  await f.save({ unknownOperators: 'by-mapping' })
  assert.equal((await f.signIn('katherine')).refusal, 'SSO_NO_ROLE')
  f.provider.groups.set('katherine', ['others', 'backup-readers'])
  const first = await f.signIn('katherine')
  assert.equal(first.session?.operator.role, 'auditor')
  f.provider.groups.set('katherine', ['backup-readers', 'backup-admins'])
  const second = await f.signIn('katherine')
  assert.equal(second.session?.operator.role, 'administrator')
  assert.equal(await f.sessionOf(first.browser), null, 'what began with the old role ended')
  const [entry] = await f.entries('returnFromSingleSignOn')
  assert.deepEqual(((entry ?? assert.fail('no entry')).details as { changed?: unknown }).changed, {
    before: 'auditor',
    after: 'administrator',
  })
  f.provider.groups.set('katherine', [])
  assert.equal((await f.signIn('katherine')).refusal, 'SSO_NO_ROLE')
  assert.equal(await f.sessionOf(second.browser), null)

  // An owner by mapping is not the owner who always remains.
  const owners: SaveSingleSignOn['mappings'] = [{ value: 'boss', role: 'owner', organizationIds: null }]
  await f.save({ unknownOperators: 'by-mapping', mappings: owners })
  f.provider.groups.set('boss', ['boss'])
  const boss = await f.signIn('boss')
  assert.equal(boss.session?.operator.role, 'owner')
  const removal = await boss.browser.open(`${f.address}${base}/operators/${f.owner.session.operator.id}`, {
    method: 'DELETE',
    headers: { 'x-csrf-token': boss.session?.csrfToken ?? '' },
  })
  assert.equal(((await removal.json()) as Problem).code, 'SEC_LAST_OWNER')
})

test('switched off, nobody comes that way and its sessions end; passwords can be for owners only', async () => {
  await using f = await startSingleSignOn()
  const password = 'a pass phrase of her own'
  const accept = async (userName: string, role: string) => {
    const invited = await f.call<OperatorLink>('POST', '/operators', { userName, role })
    const payload = { token: invited.body.token, password }
    const answer = await f.app.inject({ method: 'POST', url: `${base}/operator-links/accept`, payload })
    return answer.statusCode === 201 ? null : answer.json<Problem>().code
  }
  assert.equal(await accept('grace', 'auditor'), null)
  await f.save({ unknownOperators: 'by-mapping', passwordsForOwnersOnly: true })
  assert.equal(await accept('hedy', 'auditor'), 'SSO_PASSWORD_REFUSED', 'an invitation is no way around it')
  assert.equal(await accept('radia', 'owner'), null)
  const signIn = async (userName: string, secret: string) => {
    const answer = await f.app.inject({
      method: 'POST',
      url: `${base}/session`,
      payload: { userName, password: secret },
    })
    return answer.statusCode === 201 ? null : answer.json<Problem>().code
  }
  assert.equal(await signIn('grace', password), 'SSO_PASSWORD_REFUSED')
  assert.equal(await signIn('grace', 'not the password'), 'SEC_SIGN_IN_FAILED')
  f.provider.groups.set('katherine', ['backup-readers'])
  const { browser, session } = await f.signIn('katherine')
  assert.ok(session)
  // The provider is down: an owner still gets in.
  await f.provider.stop()
  assert.equal(await signIn(testOperator.userName, testOperator.password), null)
  const begun = await f.app.inject({ method: 'POST', url: `${base}/session/single-sign-on`, payload: {} })
  assert.notEqual(begun.statusCode, 500)

  await f.save({ enabled: false })
  assert.equal(await f.sessionOf(browser), null)
  assert.equal(await signIn('grace', password), null)
  const off = await f.app.inject({ method: 'POST', url: `${base}/session/single-sign-on`, payload: {} })
  assert.equal(off.json<Problem>().code, 'SSO_OFF')
})

test('an answer works once, only in the browser that began, and leads nowhere else', async () => {
  await using f = await startSingleSignOn()
  await f.save({ unknownOperators: 'by-mapping' })
  f.provider.groups.set('katherine', ['backup-readers'])
  const refusalOf = async (answer: Response) => /\((SSO_[A-Z_]+)\)/.exec(await answer.text())?.[1]
  const browser = new PlainBrowser()
  const back = await f.toReturn(browser, 'katherine')
  const stranger = await new PlainBrowser().open(back)
  assert.equal(await refusalOf(stranger), 'SSO_STATE', 'a state of another browser')
  const other = new PlainBrowser()
  await f.toReturn(other, 'mallory')
  assert.equal(await refusalOf(await other.open(back)), 'SSO_STATE', 'a browser with an attempt of its own')
  assert.equal((await browser.open(back)).status, 303, 'and it still works in its own')
  const replayed = new PlainBrowser()
  assert.equal(await refusalOf(await browser.open(back)), 'SSO_STATE', 'replayed')
  assert.equal(await refusalOf(await replayed.open(back)), 'SSO_STATE')

  // A code of somebody else's sign-in, put into one's own: PKCE and nonce do not fit.
  const victim = new PlainBrowser()
  const mine = new URL(await f.toReturn(victim, 'katherine'))
  const injected = new URL(await f.toReturn(new PlainBrowser(), 'mallory'))
  mine.searchParams.set('code', injected.searchParams.get('code') ?? '')
  assert.equal(await refusalOf(await victim.open(mine.href)), 'SSO_PROVIDER_ERROR')
  assert.equal(await f.sessionOf(victim), null)

  const declined = new PlainBrowser()
  const refused = new URL(await f.toReturn(declined, 'katherine'))
  refused.searchParams.delete('code')
  refused.searchParams.set('error', 'access_denied')
  refused.searchParams.set('error_description', '<script>alert(1)</script>')
  const page = await declined.open(refused.href)
  const html = await page.text()
  assert.match(html, /SSO_DECLINED/)
  assert.ok(!html.includes('alert'), 'nothing of the query is in the page')

  const everywhere = [
    '//evil.example',
    '/\\evil.example',
    'https://evil.example/',
    '/%09/evil.example',
    '/\t/evil.example',
    '/..//evil.example',
  ]
  for (const returnTo of everywhere) {
    const { answer } = await f.signIn('katherine', new PlainBrowser(), { returnTo })
    const location = answer.headers.get('location') ?? ''
    assert.equal(new URL(location, f.address).origin, f.address, `${returnTo} led to ${location}`)
    assert.ok(!location.startsWith('//'), location)
  }
})

test('who has nothing but single sign-on proves themselves by signing in anew there: not silently, not as another, for one session and five minutes', async () => {
  const clock = movableClock(Date.now())
  await using f = await startSingleSignOn(loopback, clock)
  await f.save({ unknownOperators: 'by-mapping' })
  f.provider.groups.set('katherine', ['backup-readers'])
  const { browser, session } = await f.signIn('katherine')
  const ways = { password: false, code: false, passkey: false, both: false, freshSignIn: true }
  assert.deepEqual(session?.proof, { ...ways, fresh: false, provider: 'Example' })
  const post = async (path: string, by = browser, view: SessionView | null = session) => {
    const answer = await by.open(`${f.address}${base}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-csrf-token': view?.csrfToken ?? '' },
      body: path.endsWith('single-sign-on') ? '' : JSON.stringify({ proof: {} }),
    })
    return {
      status: answer.status,
      body: (await answer.json()) as { code?: string; detail?: string; address?: string },
    }
  }
  // Being let through by the provider is no proof, however recent.
  const refused = await post('/account/authenticator')
  assert.equal(refused.body.code, 'SEC_PROOF_MISSING')
  assert.match(refused.body.detail ?? '', /Sign in again at Example/)
  const prove = async (account: string, change: (address: URL) => void = () => {}) => {
    const begun = await post('/account/proof/single-sign-on')
    assert.equal(begun.status, 201, JSON.stringify(begun.body))
    const address = new URL(begun.body.address ?? '')
    assert.deepEqual(
      [address.searchParams.get('prompt'), address.searchParams.get('max_age')],
      ['login', '300'],
    )
    change(address)
    const answer = await browser.open(await browser.signInAtProvider(address.href, account))
    return { status: answer.status, code: /\((S[A-Z]{2}_[A-Z_]+)\)/.exec(await answer.text())?.[1] }
  }
  // Who sits at the open browser takes out what asks for the password.
  const silently = await prove('katherine', ({ searchParams }) => {
    searchParams.delete('prompt')
    searchParams.delete('max_age')
  })
  assert.deepEqual(silently, { status: 403, code: 'SSO_NOT_FRESH' })
  browser.forget(f.provider.issuer)
  assert.deepEqual(await prove('mallory'), { status: 403, code: 'SSO_OTHER_ACCOUNT' })
  assert.equal((await post('/account/authenticator')).body.code, 'SEC_PROOF_MISSING')

  browser.forget(f.provider.issuer)
  assert.deepEqual(await prove('katherine'), { status: 200, code: undefined })
  assert.equal((await f.sessionOf(browser))?.proof.fresh, true)
  assert.equal((await post('/account/authenticator')).status, 201)
  const elsewhere = await f.signIn('katherine')
  assert.equal(
    (await post('/account/authenticator', elsewhere.browser, elsewhere.session)).body.code,
    'SEC_PROOF_MISSING',
  )
  clock.move(5 * 60_000)
  assert.equal((await post('/account/authenticator')).body.code, 'SEC_PROOF_MISSING')
  // To this server, what the provider calls a sign-in of now is one of five minutes ago.
  assert.deepEqual(await prove('katherine'), { status: 403, code: 'SSO_NOT_FRESH' })
  const entries = (await f.entries('returnFromSingleSignOn')).map(
    ({ details }) => details as { purpose?: string },
  )
  assert.equal(entries.filter(({ purpose }) => purpose === 'proof').length, 1)
})
