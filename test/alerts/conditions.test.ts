import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { askedFor } from '../../src/alerts/conditions/approvals.ts'
import type { AlertKind, AlertQuery, OperatorView, Schedule } from '../../src/contract/index.ts'
import { createApprovals } from '../../src/security/index.ts'
import { guardedOperations } from '../../src/server/guarded-operations.ts'
import { knownOrganization } from '../security/known-organization.ts'
import { type AlertLab, createAlertLab, day, hour, somethingWrong } from './alert-lab.ts'

const kindsOf = async ({ alerts }: AlertLab, query: AlertQuery = { state: 'open' }): Promise<AlertKind[]> =>
  (await alerts.book.list(query)).items.map(({ kind }) => kind).sort()

async function organizationIn(lab: AlertLab): Promise<string> {
  const { id } = await knownOrganization(lab.database.db)
  await change(lab, id, { created_at: new Date(lab.clock.now()) })
  return id
}

async function change(lab: AlertLab, id: string, values: object): Promise<void> {
  await lab.database.db.updateTable('organizations').set(values).where('id', '=', id).execute()
}

let sequence = 0
async function ranAs(
  lab: AlertLab,
  organizationId: string,
  state: 'running' | 'succeeded' | 'partial' | 'failed' | 'cancelled',
  more: object = {},
): Promise<void> {
  sequence += 1
  await lab.database.db
    .insertInto('runs')
    .values({
      organization_id: organizationId,
      sequence,
      state,
      finished_at: new Date(lab.clock.now()),
      ...more,
    })
    .execute()
  await lab.alerts.tick()
}

const problem = (code: string) => JSON.stringify({ code, title: 'It broke.', detail: 'Mend it.' })

test('a failed run opens one alert, which counts further ones and ends by itself with a run that succeeds', async (t) => {
  const lab = await createAlertLab(t)
  const id = await organizationIn(lab)
  await ranAs(lab, id, 'failed', { error: problem('MSG_NETWORK_FAILED') })
  await lab.alerts.tick()
  const [first] = (await lab.alerts.book.list({ state: 'open' })).items
  assert.equal(first?.kind, 'run-failed')
  assert.equal(first?.count, 1)
  assert.match(first?.detail ?? '', /It broke\. Mend it\./)
  assert.equal(first?.organizationName, 'Contoso')
  lab.clock.move(hour)
  await ranAs(lab, id, 'failed', { error: problem('STO_PACK_HASH_MISMATCH') })
  assert.deepEqual(await kindsOf(lab), ['repository-damaged', 'run-failed'])
  const again = await lab.alerts.book.get(first?.id ?? '')
  assert.equal(again.count, 2)
  assert.equal(again.firstAt, first?.firstAt)
  await ranAs(lab, id, 'cancelled')
  assert.deepEqual(await kindsOf(lab), ['repository-damaged', 'run-failed'], 'cancelled says nothing')
  await ranAs(lab, id, 'partial', { counts: JSON.stringify({ mailboxesFailed: 2 }) })
  assert.deepEqual(await kindsOf(lab), ['mailboxes-failed'])
  await ranAs(lab, id, 'succeeded')
  assert.deepEqual(await kindsOf(lab), [])
  assert.equal((await lab.alerts.book.list({ state: 'resolved' })).total, 3)
  assert.ok(lab.announced.some(({ topic }) => topic === 'alert'))
})

test('a planned run that does not start is told of after the hours that are set, and ends with the run', async (t) => {
  const lab = await createAlertLab(t, Date.parse('2026-03-02T08:00:00Z'))
  const id = await organizationIn(lab)
  const schedule: Schedule = {
    rule: { kind: 'interval', minutes: 360 },
    timeZone: 'UTC',
    blackouts: [{ from: '12:30', to: '14:00' }],
  }
  const after = async (milliseconds: number) => {
    lab.clock.move(milliseconds)
    await lab.alerts.tick()
    return kindsOf(lab)
  }
  assert.deepEqual(await after(90 * day), [], 'without a schedule nothing is late')
  const served = lab.clock.now()
  lab.planned.set(id, { schedule, servedUntil: served })
  assert.deepEqual(await after(4 * hour), [], '12:00, when it is to start')
  assert.deepEqual(await after(2 * hour), [], '14:00: the blackout hours do not count')
  assert.deepEqual(await after(hour), ['run-late'])
  const [alert] = (await lab.alerts.book.list({ state: 'open' })).items
  assert.equal(alert?.title, 'The planned backup of Contoso has not started for 3 hours')
  assert.match(
    alert?.detail ?? '',
    /^It was to start 2026-05-31 12:00 UTC; an alert is due 1 hour after\. No backup has succeeded yet\.$/,
  )
  await ranAs(lab, id, 'running', { finished_at: null })
  assert.deepEqual(await kindsOf(lab), [], 'what is under way makes up for it')
  await lab.database.db.deleteFrom('runs').execute()
  assert.deepEqual(await after(0), ['run-late'])
  lab.planned.set(id, { schedule, servedUntil: lab.clock.now() })
  assert.deepEqual(await after(0), [])
  await lab.alerts.thresholds.write({ lateAfterHours: 5, lowSpaceGigabytes: 10, failedSignInsPerHour: 20 })
  assert.deepEqual(await after(7 * hour), [])
  assert.deepEqual(await after(hour), ['run-late'])
  lab.planned.set(id, { schedule: { ...schedule, rule: { kind: 'none' } }, servedUntil: served })
  assert.deepEqual(await after(0), [], 'the schedule is switched off')
})

test('the end of a credential is told of 30, 14, 7 and 1 day before, and when it has come', async (t) => {
  const lab = await createAlertLab(t)
  const id = await organizationIn(lab)
  await change(lab, id, { credential_expires_at: new Date(lab.clock.now() + 31 * day) })
  const counts: (string | number)[] = []
  for (let passed = 0; passed < 32; passed += 1) {
    await lab.alerts.tick()
    const [alert] = (await lab.alerts.book.list({ state: 'open' })).items
    counts.push(alert ? `${alert.kind} ${alert.severity} ${alert.count}` : '')
    lab.clock.move(day)
  }
  assert.equal(counts[0], '')
  assert.equal(counts[1], 'credential-expiring warning 1')
  assert.equal(counts[16], 'credential-expiring warning 1')
  assert.equal(counts[17], 'credential-expiring warning 2')
  assert.equal(counts[24], 'credential-expiring critical 3')
  assert.equal(counts[30], 'credential-expiring critical 4')
  assert.equal(counts[31], 'credential-expired critical 1')
  await change(lab, id, { credential_expires_at: new Date(lab.clock.now() + 365 * day) })
  await lab.alerts.tick()
  assert.deepEqual(await kindsOf(lab), [])
})

test('what a check found in the tenant is told of until it is gone', async (t) => {
  const lab = await createAlertLab(t)
  const id = await organizationIn(lab)
  const finding = (kind: string, severity: string) => ({
    kind,
    severity,
    subject: 'x',
    title: `${kind}.`,
    detail: '',
    since: '',
  })
  await change(lab, id, {
    drift: JSON.stringify([
      finding('permission-unneeded', 'information'),
      finding('credential-expiring', 'error'),
    ]),
  })
  await lab.alerts.tick()
  assert.deepEqual(await kindsOf(lab), [])
  await change(lab, id, { drift: JSON.stringify([finding('foreign-owner', 'warning')]) })
  await lab.alerts.tick()
  assert.equal((await lab.alerts.book.list({ state: 'open' })).items[0]?.detail, 'foreign-owner.')
  await change(lab, id, { drift: '[]' })
  await lab.alerts.tick()
  assert.deepEqual(await kindsOf(lab), [])
})

test('a vault that does not answer, or is almost full, is told of', async (t) => {
  const lab = await createAlertLab(t)
  lab.vault.problem = new Error('no such mount')
  await lab.alerts.tick()
  assert.match(
    (await lab.alerts.book.list({})).items[0]?.detail ?? '',
    /\/vault does not answer: no such mount/,
  )
  lab.vault.problem = null
  lab.vault.freeBytes = 9e9
  lab.clock.move(hour)
  await lab.alerts.tick()
  assert.deepEqual(await kindsOf(lab), ['vault-space-low'])
  lab.vault.freeBytes = 11e9
  lab.clock.move(hour)
  await lab.alerts.tick()
  assert.deepEqual(await kindsOf(lab), [])
})

test('a locked account and many failing sign-ins are told of, by the name that the operator has', async (t) => {
  const lab = await createAlertLab(t)
  const { createSecurity } = await import('../../src/security/index.ts')
  const security = createSecurity({ db: lab.database.db, clock: lab.clock, ...lab.installation })
  await security.setup.createFirstOperator((await security.setup.issue()) ?? '', {
    userName: 'Ada',
    password: 'correct horse battery',
  })
  for (const userName of ['Ada', 'nobody-here']) {
    for (let number = 0; number < 5; number += 1)
      await security.operators.authenticate({ userName, password: 'wrong' }).catch(() => undefined)
  }
  for (let number = 0; number < 20; number += 1) {
    await lab.audit.record({
      actor: { kind: 'nobody', operatorId: null, name: '', role: null },
      address: '192.0.2.7',
      action: 'signIn',
      organizationId: null,
      outcome: 'refused',
      status: 401,
      details: {},
    })
  }
  await lab.alerts.tick()
  const open = (await lab.alerts.book.list({ state: 'open' })).items
  assert.deepEqual(open.map(({ kind }) => kind).sort(), ['account-locked', 'sign-in-failures'])
  assert.ok(open.some(({ title }) => title === 'The account of Ada is locked'))
  assert.doesNotMatch(JSON.stringify(open), /nobody-here/)
  lab.clock.move(2 * hour)
  await lab.alerts.tick()
  assert.deepEqual(await kindsOf(lab), [])
})

test('a request that waits for a second operator is told of until it is decided on or has run out', async (t) => {
  const lab = await createAlertLab(t)
  const { db } = lab.database
  const { id: organizationId } = await knownOrganization(db)
  const approvals = createApprovals({ db, clock: lab.clock, events: lab.events })
  const ask = (operation: string) =>
    approvals.request(
      { operation, parameters: {}, body: null, organizationId },
      { id: randomUUID() } as OperatorView,
      'They left us',
    )
  const first = await ask('deleteBackups')
  await lab.alerts.tick()
  const [alert, ...others] = (await lab.alerts.book.list({ state: 'open' })).items
  assert.equal(others.length, 0)
  assert.equal(alert?.kind, 'approval-waiting')
  assert.equal(alert?.link, '/settings/approvals')
  assert.equal(alert?.organizationName, 'Contoso')
  assert.match(alert?.title ?? '', /to delete the backups of an organization$/)
  assert.match(alert?.detail ?? '', /They left us/)
  await approvals.approve(first.id, randomUUID(), 24)
  const heard = () => lab.announced.flatMap((event) => (event.topic === 'approval' ? [event.view.state] : []))
  await lab.alerts.tick()
  assert.deepEqual(heard(), ['pending', 'waiting'])
  lab.clock.move(24 * hour)
  await lab.alerts.tick()
  await lab.alerts.tick()
  assert.deepEqual(heard(), ['pending', 'waiting', 'ready'], 'whoever asked is told once that it is ready')
  await ask('removeOperator')
  await lab.alerts.tick()
  const open = (await lab.alerts.book.list({ state: 'open' })).items
  assert.deepEqual(
    open.map(({ title }) => title.split(' to ')[1]),
    ['remove an operator'],
  )
  lab.clock.move(15 * day)
  await lab.alerts.tick()
  assert.deepEqual(await kindsOf(lab), [])
  assert.deepEqual(Object.keys(askedFor).toSorted(), Object.keys(guardedOperations).toSorted())
})

test('a broken audit trail is told of and stays until somebody has seen it', async (t) => {
  const lab = await createAlertLab(t)
  const entry = {
    actor: { kind: 'nobody', operatorId: null, name: '', role: null },
    address: '',
    action: 'signIn',
    organizationId: null,
    outcome: 'done',
    status: 200,
    details: {},
  } as const
  await lab.audit.record(entry)
  await lab.audit.record(entry)
  await lab.alerts.tick()
  assert.deepEqual(await kindsOf(lab), [])
  const { sql } = await import('kysely')
  await sql`alter table audit_entries disable trigger all`.execute(lab.database.db)
  await sql`update audit_entries set actor_name = 'somebody else' where sequence = 1`.execute(lab.database.db)
  lab.clock.move(day)
  await lab.alerts.tick()
  assert.deepEqual(await kindsOf(lab), ['audit-trail-broken'])
  await sql`update audit_entries set actor_name = '' where sequence = 1`.execute(lab.database.db)
  lab.clock.move(day)
  await lab.alerts.tick()
  const [alert] = (await lab.alerts.book.list({ state: 'open' })).items
  assert.equal(alert?.kind, 'audit-trail-broken')
  const seen = await lab.alerts.book.acknowledge(alert?.id ?? '', { name: 'Ada', reason: 'An experiment' })
  assert.equal(seen.acknowledgement?.by, 'Ada')
  assert.ok(seen.resolvedAt)
  await assert.rejects(lab.alerts.book.acknowledge(alert?.id ?? '', { name: 'Ada', reason: 'Again' }), {
    code: 'ALT_ALERT_ENDED',
  })
})

test('restores that ended are told of: briefly when they succeeded', async (t) => {
  const lab = await createAlertLab(t)
  const id = await organizationIn(lab)
  for (const state of ['succeeded', 'failed'] as const) {
    await lab.database.db
      .insertInto('restores')
      .values({
        organization_id: id,
        requested_by: null,
        state,
        folder_kind: 'dated',
        folder_name: 'x',
        lease_owner: null,
        finished_at: new Date(lab.clock.now()),
      })
      .execute()
  }
  await lab.alerts.tick()
  assert.deepEqual(await kindsOf(lab), ['restore-failed', 'restore-finished'])
  lab.clock.move(25 * hour)
  await lab.alerts.tick()
  assert.deepEqual(await kindsOf(lab), ['restore-failed'])
})

test('lists are paged, filtered, and show only what is reached', async (t) => {
  const lab = await createAlertLab(t)
  const here = await organizationIn(lab)
  const there = await organizationIn(lab)
  for (let number = 0; number < 5; number += 1) {
    await lab.alerts.book.raise(
      somethingWrong({ title: `Number ${number}`, organizationId: number % 2 ? here : there }),
    )
    lab.clock.move(1000)
  }
  const server = somethingWrong({ kind: 'vault-space-low', title: 'Of the server' })
  await lab.alerts.book.raise(server)
  const list = lab.alerts.book.list.bind(lab.alerts.book)
  const titles: string[] = []
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await list({ limit: 2, ...(cursor === undefined ? {} : { cursor }) })
    assert.equal(page.total, 6)
    titles.push(...page.items.map(({ title }) => title))
    cursor = page.nextCursor
  }
  assert.deepEqual(titles, ['Of the server', 'Number 4', 'Number 3', 'Number 2', 'Number 1', 'Number 0'])
  assert.equal((await list({ severity: 'warning' })).total, 1)
  assert.equal((await list({ organization: here })).total, 2)
  const reached = await list({}, [there])
  assert.deepEqual(
    reached.items.map(({ title }) => title),
    ['Number 4', 'Number 2', 'Number 0'],
  )
  const [other] = (await list({ organization: here })).items
  await assert.rejects(lab.alerts.book.get(other?.id ?? '', [there]), { code: 'ALT_ALERT_NOT_FOUND' })
  await assert.rejects(lab.alerts.book.acknowledge(other?.id ?? '', { name: 'A', reason: 'b' }, [there]), {
    code: 'ALT_ALERT_NOT_FOUND',
  })
})

test('a certificate of the server that ends soon, has ended or is not taken is told of, and ends by itself', async (t) => {
  const lab = await createAlertLab(t)
  const seen = async () => {
    await lab.alerts.tick()
    return (await lab.alerts.book.list({ state: 'open' })).items.map(({ kind, severity, title }) => [
      kind,
      severity,
      title,
    ])
  }
  assert.deepEqual(await seen(), [])
  const said = (severity: string, title: string) => [['server-certificate', severity, `The ${title}`]]
  lab.certificate.endsAt = lab.clock.now() + 20 * day
  assert.deepEqual(await seen(), said('warning', 'TLS certificate of the server ends soon'))
  lab.certificate.problem = 'The key does not belong to it.'
  assert.deepEqual(await seen(), said('warning', 'new TLS certificate of the server is not used'))
  lab.clock.move(21 * day)
  assert.deepEqual(await seen(), said('critical', 'TLS certificate of the server has ended'))
  Object.assign(lab.certificate, { endsAt: lab.clock.now() + 90 * day, problem: null })
  assert.deepEqual(await seen(), [])
})
