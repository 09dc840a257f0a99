/** What a check says of changes that were made to the application in the tenant, and when. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { DriftFinding } from '../../src/contract/index.ts'
import { covers } from '../covers.ts'
import { type Lab, openLab } from '../onboarding/lab.ts'
import {
  control,
  foreignPassword,
  grant,
  ownApplication,
  revoke,
  savedOrganization,
} from './tenant-changes.ts'

let lab: Lab
let id: string
before(async () => {
  lab = await openLab()
  id = await savedOrganization(lab)
})
after(() => lab.stop())

const hour = 3_600_000
const day = 24 * hour

async function findings(): Promise<DriftFinding[]> {
  return (await lab.organizations.verify(id)).drift
}
const kinds = (found: readonly DriftFinding[]) => found.map(({ kind }) => kind)

test('an organization as it was made has nothing to report, and its checks are kept, newest first', async () => {
  covers('management', 'global', 'verify')
  assert.deepEqual(await findings(), [])
  assert.deepEqual(await findings(), [])
  const { items } = await lab.organizations.checks(id, { limit: 2 })
  assert.deepEqual(
    items.map(({ outcome, trigger, findings: found }) => [outcome, trigger, found]),
    [
      ['good', 'operator', []],
      ['good', 'operator', []],
    ],
  )
  assert.ok(Date.parse(items[0]?.checkedAt ?? '') >= Date.parse(items[1]?.checkedAt ?? ''))
  const view = await lab.organizations.view(id)
  assert.deepEqual(view.lastCheck, { checkedAt: items[0]?.checkedAt, trigger: 'operator' })
})

test('a revoked permission is reported with the date it was first missed, until it is back', async () => {
  const giveBack = revoke(lab, 'Mail.ReadWrite')
  const [first] = await findings()
  assert.equal(first?.kind, 'permission-revoked')
  assert.equal(first.subject, 'Mail.ReadWrite')
  assert.equal(first.severity, 'error')
  assert.match(first.detail, /entra\.microsoft\.com/)
  lab.clock.move(3 * hour)
  const [second] = await findings()
  assert.equal(second?.since, first.since)
  giveBack()
  assert.deepEqual(await findings(), [])
})

test('a permission that nobody asked for is reported until an operator accepts it', async () => {
  grant(lab, 'Calendars.Read')
  assert.deepEqual(kinds(await findings()), ['permission-added'])
  assert.deepEqual(kinds(await findings()), ['permission-added'])
  assert.equal((await lab.organizations.checks(id, { limit: 1 })).items[0]?.outcome, 'drift')
  assert.deepEqual((await lab.organizations.acceptDrift(id)).drift, [])
  const [left] = await findings()
  assert.equal(left?.kind, 'permission-unneeded')
  assert.equal(left.severity, 'information')
  assert.equal((await lab.organizations.checks(id, { limit: 1 })).items[0]?.outcome, 'good')
  // Taken away and given again, it is new once more.
  revoke(lab, 'Calendars.Read')
  assert.deepEqual(await findings(), [])
  grant(lab, 'Calendars.Read')
  assert.deepEqual(kinds(await findings()), ['permission-added'])
  revoke(lab, 'Calendars.Read')
  assert.deepEqual(await findings(), [])
})

test('foreign credentials and owners are seen where the application may look at itself, and only there', async () => {
  const { application } = ownApplication(lab)
  const stranger = lab.simulator.tenant.users.find(({ roles }) => roles.length === 0)
  assert.ok(stranger)
  const password = foreignPassword(lab, 'somebody else')
  application.owners.push(stranger.id)
  assert.deepEqual(await findings(), [], 'without a permission to look there is nothing to see')
  application.owners.pop()
  application.passwordCredentials.pop()

  grant(lab, 'Application.Read.All')
  await findings()
  await lab.organizations.acceptDrift(id)
  assert.deepEqual(kinds(await findings()), ['permission-unneeded'])
  application.passwordCredentials.push(password)
  application.owners.push(stranger.id)
  const found = await findings()
  assert.deepEqual(kinds(found), ['permission-unneeded', 'foreign-credential', 'foreign-owner'])
  const [, credential, owner] = found
  assert.equal(credential?.subject, password.keyId)
  assert.match(credential.title, /password "somebody else"/)
  assert.equal(owner?.subject, stranger.id)
  assert.match(owner.title, new RegExp(stranger.displayName))
  assert.deepEqual(kinds((await lab.organizations.acceptDrift(id)).drift), ['permission-unneeded'])
  assert.deepEqual(kinds(await findings()), ['permission-unneeded'])
  application.owners.pop()
  application.passwordCredentials.pop()
  revoke(lab, 'Application.Read.All')
  assert.deepEqual(await findings(), [])
})

test('a disabled, a blocked and a missing application are told apart', async () => {
  const { application, principal } = ownApplication(lab)
  principal.accountEnabled = false
  assert.deepEqual(kinds(await findings()), ['application-disabled'])
  principal.accountEnabled = true

  await control(lab, 'faults', [
    {
      match: { server: 'login', path: '/token' },
      respond: {
        status: 400,
        body: {
          error: 'access_denied',
          error_description:
            'AADSTS53003: Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.',
          error_codes: [53003],
        },
      },
    },
  ])
  const [blocked] = await findings()
  assert.equal(blocked?.kind, 'sign-in-blocked')
  assert.match(blocked.detail, /Conditional Access|sign-in logs/i)
  await control(lab, 'faults', [])

  application.deletedDateTime = new Date(lab.clock.now()).toISOString()
  const [missing] = await findings()
  assert.equal(missing?.kind, 'application-missing')
  application.deletedDateTime = null
  assert.deepEqual(await findings(), [])
})

test('an application access policy of Exchange that shuts every mailbox is lost access, not a lost permission', async () => {
  await control(lab, 'access-policy', { appId: ownApplication(lab).application.appId, users: [] })
  const [lost] = await findings()
  assert.equal(lost?.kind, 'access-lost')
  assert.equal(lost.severity, 'error')
  await control(lab, 'access-policy', { appId: ownApplication(lab).application.appId, lifted: true })
  assert.deepEqual(await findings(), [])
})

test('what Microsoft cannot be asked about stays as it was found, and the check says that it is unfinished', async () => {
  const giveBack = revoke(lab, 'Mail.ReadWrite')
  const [before] = await findings()
  await control(lab, 'faults', [{ match: { server: 'login', path: '/token' }, fault: 'unavailable' }])
  assert.deepEqual(await findings(), [before])
  assert.equal((await lab.organizations.checks(id, { limit: 1 })).items[0]?.outcome, 'unfinished')
  await control(lab, 'faults', [])
  giveBack()
  assert.deepEqual(await findings(), [])
})

test('an expiring credential is a warning, then urgent, then expired, and never twice the same', async () => {
  const { credential } = await lab.organizations.view(id)
  const end = Date.parse(credential.expiresAt ?? '')
  const at = (daysBefore: number) => lab.clock.move(end - daysBefore * day - lab.clock.now())
  at(31)
  assert.deepEqual(await findings(), [])
  at(29)
  const [warning] = await findings()
  assert.deepEqual([warning?.kind, warning?.severity], ['credential-expiring', 'warning'])
  assert.equal((await lab.organizations.view(id)).credential.standing, 'expiring')
  at(6)
  const [urgent] = await findings()
  assert.deepEqual([urgent?.kind, urgent?.severity], ['credential-expiring', 'error'])
  assert.equal(urgent?.since, warning?.since)
  at(-1)
  const expired = await findings()
  assert.deepEqual(kinds(expired), ['credential-expired'])
  assert.match(expired[0]?.detail ?? '', /one sign-in of an administrator/)
  assert.equal((await lab.organizations.view(id)).credential.standing, 'expired')
})
