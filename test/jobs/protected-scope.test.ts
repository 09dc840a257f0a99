/** What the protection settings choose: users, groups, new ones, and single folders and mails; and what a run makes of it. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type {
  CoverageEntry,
  Exclusions,
  ProtectedUsers,
  RunView,
  SaveProtection,
  Schedule,
} from '../../src/contract/index.ts'
import { createCoverage } from '../../src/jobs/index.ts'
import { ended, openBackupLab } from './backup-lab.ts'
import { readMailbox } from './same-as-tenant.ts'

const lab = await openBackupLab({ users: 10, mails: 4 })
after(() => lab.stop())
const { tenant } = lab.simulator
const { protection, runs } = lab.service
const id = lab.organizationId
const operator = 'a4b4e3a0-0000-4000-8000-000000000001'
const { signal } = new AbortController()
const save = (changes: SaveProtection) => protection.save(id, changes, operator, signal)
const nothing: Exclusions = {
  userIds: [],
  groupIds: [],
  siteIds: [],
  folders: [],
  patterns: [],
  largerThanMegabytes: null,
  olderThanDays: null,
}
const everybody: ProtectedUsers = { selection: 'all', userIds: [], groupIds: [], includeNew: true }
/** Somebody joins the organization. */
async function add(): Promise<string> {
  const response = await fetch(`${lab.simulator.ready.control}/users`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ action: 'create' }),
  })
  return ((await response.json()) as { userPrincipalName: string }).userPrincipalName
}
/** Leaves out all but the first so many mailboxes of the start: runs stay short. */
const allBut = (count: number): Exclusions => ({
  ...nothing,
  userIds: atFirst.slice(count).map((user) => user.id),
})
const withMailbox = () => tenant.users.filter(({ hasMailbox }) => hasMailbox)
const atFirst = withMailbox()

async function run(): Promise<RunView> {
  const { id: runId } = await runs.start(id, null)
  const view = await ended(lab.service, runId)
  assert.equal(view.error, null)
  return view
}

/** Addresses of the mailboxes that the run took, and of those it told of as left out. */
async function taken({ id: runId }: RunView) {
  const { items } = await runs.resources(runId, { limit: 100 })
  const names = (state: string, notice?: RegExp) =>
    items
      .filter((one) => one.state === state && (!notice || notice.test(one.notice ?? '')))
      .map(({ userPrincipalName }) => userPrincipalName)
      .sort()
  return {
    taken: names('succeeded'),
    leftOut: names('skipped', /protection settings/),
  }
}
const addresses = (users: readonly { userPrincipalName: string }[]) =>
  users.map(({ userPrincipalName }) => userPrincipalName).sort()

test('users are listed with the kind of their mailbox, and filtered by it', async () => {
  const { directory } = await protection.refresh(id, signal)
  assert.deepEqual([directory.groups, directory.sites, directory.mailboxKinds], ['read', 'read', 'read'])
  const filtered = async (filter: 'user' | 'shared' | 'resource' | 'archival') =>
    addresses((await protection.users(id, { filter, limit: 100 })).items)
  const ofKind = (kind: string) => addresses(withMailbox().filter((user) => user.mailboxKind === kind))
  assert.deepEqual(await filtered('shared'), ofKind('shared'))
  assert.deepEqual(await filtered('resource'), ofKind('room'))
  assert.deepEqual(await filtered('archival'), addresses(withMailbox().filter((user) => user.hasArchive)))
  for (const filter of ['shared', 'resource', 'archival'] as const)
    assert.ok((await filtered(filter)).length > 0, filter)
  const first = await protection.users(id, { limit: 5 })
  const rest = await protection.users(id, { limit: 100, cursor: first.nextCursor ?? '' })
  assert.deepEqual(addresses([...first.items, ...rest.items]), addresses(tenant.users))
  const [someone] = withMailbox()
  const { items } = await protection.users(id, { search: someone?.userPrincipalName ?? '' })
  assert.deepEqual(addresses(items), [someone?.userPrincipalName])
})

test('without the permission for mailbox settings, accounts that nobody signs in with count as shared; without that for groups none can be chosen', async () => {
  const { directory } = tenant
  const all = [...directory.assignments]
  const roles = directory.servicePrincipals.flatMap(({ appRoles }) => appRoles)
  const named = (pattern: RegExp) =>
    new Set(roles.filter(({ value }) => pattern.test(value)).map(({ id: role }) => role))
  const taken = named(/^(MailboxSettings|Group|GroupMember|Directory)\./)
  directory.assignments.splice(
    0,
    Number.POSITIVE_INFINITY,
    ...all.filter(({ appRoleId }) => !taken.has(appRoleId)),
  )
  try {
    const fresh = lab.service.organizations
    // The token at hand still names what was taken away.
    const { tokens } = await fresh.access(id)
    tokens.invalidate()
    const seen = await protection.refresh(id, signal)
    assert.deepEqual([seen.directory.groups, seen.directory.mailboxKinds], ['no-rights', 'guessed'])
    const { items } = await protection.users(id, { filter: 'shared', limit: 100 })
    const quiet = withMailbox().filter(({ accountEnabled }) => !accountEnabled)
    assert.deepEqual(addresses(items), addresses(quiet))
    const groupIds = [tenant.groups[0]?.id ?? '']
    await assert.rejects(save({ users: { selection: 'groups', userIds: [], groupIds, includeNew: true } }), {
      code: 'ORG_GROUPS_NOT_READABLE',
    })
  } finally {
    directory.assignments.splice(0, Number.POSITIVE_INFINITY, ...all)
    const { tokens } = await lab.service.organizations.access(id)
    tokens.invalidate()
    await protection.refresh(id, signal)
  }
})

test('a run takes the selected users and nobody else', async () => {
  const [one, two] = withMailbox()
  assert.ok(one && two)
  const view = await save({
    users: { selection: 'users', userIds: [one.id, two.id], groupIds: [], includeNew: false },
  })
  assert.equal(view.users.selection, 'users')
  const outcome = await taken(await run())
  assert.deepEqual(outcome, { taken: addresses([one, two]), leftOut: [] })
})

test('by groups, members of members count, and exclusions of users and groups go before', async () => {
  const headquarters = tenant.groups.find(({ displayName }) => displayName === 'Headquarters')
  const departments = tenant.groups.filter(({ id: group }) => headquarters?.members.includes(group))
  assert.ok(headquarters && departments.length === 2)
  const members = withMailbox().filter(({ id: user }) =>
    departments.some((one) => one.members.includes(user)),
  )
  const [left, ...others] = members
  assert.ok(left && others.length > 0)
  await save({
    users: { selection: 'groups', userIds: [], groupIds: [headquarters.id], includeNew: true },
    exclusions: { ...nothing, userIds: [left.id] },
  })
  const listed = await protection.groupUsers(id, headquarters.id, { limit: 100 }, signal)
  assert.deepEqual(addresses(listed.items), addresses(members))
  assert.equal(listed.items.find((user) => user.id === left.id)?.standing, 'excluded')
  const outcome = await taken(await run())
  assert.deepEqual(outcome.taken, addresses(others))
  // Those of the run before that are not chosen any more keep their state, and the run says so.
  const before = withMailbox().slice(0, 2)
  assert.deepEqual(outcome.leftOut, addresses(before.filter((user) => !others.includes(user))))

  const everyone = tenant.groups.find(({ displayName }) => displayName === 'All Staff')
  await save({ users: everybody, exclusions: { ...nothing, groupIds: [everyone?.id ?? ''] } })
  const rest = withMailbox().filter(({ id: user }) => !everyone?.members.includes(user))
  assert.deepEqual((await taken(await run())).taken, addresses(rest))
})

test('new users are taken automatically, or not until somebody accepts them', async () => {
  await save({ users: everybody, exclusions: allBut(1) })
  const first = await add()
  assert.ok((await taken(await run())).taken.includes(first))

  await save({ users: { ...everybody, includeNew: false } })
  const second = await add()
  const outcome = await taken(await run())
  assert.ok(outcome.taken.includes(first) && !outcome.taken.includes(second))
  const { items } = await protection.users(id, { search: second })
  assert.equal(items[0]?.standing, 'new')
  // Saving something else accepts nobody.
  await save({ exclusions: { ...allBut(1), folders: ['Nowhere'] } })
  assert.equal((await protection.users(id, { search: second })).items[0]?.standing, 'new')
  await save({ acceptNew: true, exclusions: allBut(1) })
  assert.ok((await taken(await run())).taken.includes(second))
})

test('folders, names, sizes and ages are left out, listed with the reason, and taken when the settings let them in', async () => {
  const [owner] = withMailbox()
  assert.ok(owner)
  const mailbox = owner.id
  await save({
    users: { selection: 'users', userIds: [mailbox], groupIds: [], includeNew: false },
    exclusions: {
      ...nothing,
      folders: ['left out*'],
      patterns: ['*newsletter*'],
      largerThanMegabytes: 1,
    },
  })
  await lab.control('createFolder', { mailbox, name: 'Left out, really' })
  const mail = (subject: string, size = 10) =>
    Buffer.from(
      `From: a@b.example\r\nTo: c@d.example\r\nSubject: ${subject}\r\nDate: Mon, 2 Nov 2026 10:00:00 +0000\r\nContent-Type: text/plain\r\n\r\n${'0123456789\r\n'.repeat(size)}`,
    ).toString('base64')
  const deliver = (mime: string, folder: unknown = 'inbox') =>
    lab.control('deliver', { mailbox, folder, mime })
  await deliver(mail('The weekly Newsletter'))
  await deliver(mail('Far too much', 100_000))
  await deliver(mail('In a folder'), ['Left out, really'])
  await deliver(mail('Wanted'))
  const before = await run()
  const { items } = await runs.failures(before.id, {})
  assert.deepEqual(items.map(({ subject, outcome }) => `${subject}: ${outcome}`).sort(), [
    'Far too much: skipped',
    'The weekly Newsletter: skipped',
  ])
  assert.match(items.find(({ subject }) => subject === 'Far too much')?.reason ?? '', /larger than 1 MB/)
  assert.equal(before.counts.itemsSkipped, 2)
  const stored = async () => (await readMailbox(lab, mailbox)).map(({ message }) => message.subject)
  const kept = await stored()
  assert.ok(kept.includes('Wanted'))
  for (const subject of ['The weekly Newsletter', 'Far too much', 'In a folder'])
    assert.ok(!kept.includes(subject), subject)

  // The same settings tell of them again without asking Microsoft.
  lab.resetRequests()
  assert.equal((await run()).counts.itemsSkipped, 2)
  assert.equal(lab.requests(/^GET .*\/messages\/\{id\}|\$value/), 0)

  await save({ exclusions: nothing })
  assert.equal((await run()).counts.itemsSkipped, 0)
  const all = await stored()
  for (const subject of ['The weekly Newsletter', 'Far too much', 'In a folder', 'Wanted'])
    assert.ok(all.includes(subject), subject)
})

test('what is older than so many days is not taken, and what is stored of it stays', async () => {
  const [old] = withMailbox()
  assert.ok(old)
  const name = await add()
  const fresh = withMailbox().find(({ userPrincipalName }) => userPrincipalName === name)
  assert.ok(fresh)
  const { messages } = await lab.control<{ messages: { received: string }[] }>('list', { mailbox: fresh.id })
  const ages = messages
    .map(({ received }) => (Date.now() - Date.parse(received)) / 86_400_000)
    .sort((a, b) => a - b)
  const middle = Math.ceil(ages[Math.floor(ages.length / 2)] ?? 0)
  // None of them gets as old as that while the run is under way.
  const days = [middle, middle + 1].find((one) => ages.every((age) => Math.abs(age - one) > 0.01)) ?? 0
  const young = ages.filter((age) => age <= days).length
  assert.ok(young > 0 && young < ages.length, 'the mails are of several ages')
  const count = (await readMailbox(lab, old.id)).length
  const users: ProtectedUsers = {
    selection: 'users',
    userIds: [fresh.id, old.id],
    groupIds: [],
    includeNew: false,
  }
  await save({ users, exclusions: { ...nothing, olderThanDays: days } })
  await run()
  assert.equal((await readMailbox(lab, old.id)).length, count)
  assert.equal((await readMailbox(lab, fresh.id)).length, young)
  await save({ exclusions: nothing })
  await run()
  assert.equal((await readMailbox(lab, fresh.id)).length, ages.length)
})

test('the ledger names everything that is not protected and why, in pages and as a file', async () => {
  const coverage = createCoverage({ db: lab.database.db, protection })
  const [one, two, three] = withMailbox()
  assert.ok(one && two && three)
  await save({
    users: { ...everybody, includeNew: false },
    exclusions: { ...allBut(3), userIds: [one.id, ...allBut(3).userIds], patterns: ['*'] },
  })
  const late = await add()
  await lab.control('deliver', { mailbox: three.id, count: 1 })
  await lab.control('failMailbox', { mailbox: two.id, status: 403 })
  await run()
  await lab.control('failMailbox', { mailbox: two.id, status: 0 })
  const entries: CoverageEntry[] = []
  for (let cursor: string | undefined; ; ) {
    const page = await coverage.list(id, { limit: 7, ...(cursor === undefined ? {} : { cursor }) })
    entries.push(...page.items)
    if (page.nextCursor === null) break
    cursor = page.nextCursor
  }
  const of = (address: string) =>
    entries
      .filter((entry) => entry.address === address && entry.workload === 'mail')
      .map((entry) => entry.reason)
  assert.deepEqual(of(one.userPrincipalName), ['excluded'])
  assert.deepEqual(of(two.userPrincipalName), ['failing'])
  assert.deepEqual(of(late), ['new'])
  const admin = tenant.users.find(({ hasMailbox }) => !hasMailbox)
  assert.deepEqual(of(admin?.userPrincipalName ?? ''), ['no-license'])
  // Its mailbox is protected, a mail in it is not.
  assert.deepEqual(
    entries
      .filter(({ address }) => address === three.userPrincipalName)
      .map(({ kind, reason }) => `${kind} ${reason}`),
    ['items excluded', ...(three.hasArchive ? ['user no-api'] : [])],
  )
  const services = entries.filter(({ kind }) => kind === 'service').map(({ workload }) => workload)
  for (const workload of ['chats', 'planner', 'lists', 'directory'])
    assert.ok(services.includes(workload), workload)
  assert.ok(entries.some(({ kind, workload }) => kind === 'team' && workload === 'teams'))
  assert.ok(entries.some(({ kind }) => kind === 'site'))
  assert.equal(new Set(entries.map((entry) => JSON.stringify(entry))).size, entries.length)

  const text = async (format: 'csv' | 'json', reason?: 'excluded') => {
    let all = ''
    for await (const part of coverage.export(id, { format, ...(reason ? { reason } : {}) })) all += part
    return all
  }
  assert.deepEqual(JSON.parse(await text('json')), entries)
  const lines = (await text('csv', 'excluded')).trim().split('\r\n')
  assert.equal(lines[0], 'kind,name,address,workload,reason,detail,id')
  assert.equal(lines.length, 1 + entries.filter(({ reason }) => reason === 'excluded').length)

  const board = await coverage.dashboard(id)
  const unprotected = new Set(
    entries
      .filter(({ kind, workload }) => kind === 'user' && workload !== 'archive')
      .map((entry) => entry.id),
  )
  assert.deepEqual(board.users, {
    protected: tenant.users.length - unprotected.size,
    unprotected: unprotected.size,
  })
  const mail = board.workloads.find(({ workload }) => workload === 'mail')
  assert.equal(mail?.failing, 1)
  assert.equal(board.runs.at(-1)?.state, 'partial')
  assert.ok((board.days.at(-1)?.bytesStoredInAll ?? 0) > 0)
  await save({ users: everybody, exclusions: nothing })
})

test('what no run could be planned with is refused with its reason', async () => {
  const refused = async (changes: SaveProtection, reason: RegExp) =>
    assert.rejects(save(changes), (error: Error & { code?: string }) => {
      assert.equal(error.code, 'ORG_PROTECTION_INVALID')
      assert.match(error.message, reason)
      return true
    })
  const schedule: Schedule = { rule: { kind: 'none' }, timeZone: 'UTC', blackouts: [] }
  await refused({ schedule: { ...schedule, timeZone: 'Mars/Olympus' } }, /no time zone "Mars\/Olympus"/)
  await refused(
    { schedule: { ...schedule, rule: { kind: 'cron', expression: '61 * * * *' } } },
    /cannot be read/,
  )
  await refused(
    { schedule: { ...schedule, rule: { kind: 'cron', expression: '* * * * * *' } } },
    /five fields/,
  )
  await refused(
    { schedule: { ...schedule, blackouts: [{ from: '10:00', to: '10:00' }] } },
    /ends at the time/,
  )
  await refused(
    {
      schedule: {
        ...schedule,
        rule: { kind: 'times', times: ['03:00'] },
        blackouts: [
          { from: '00:00', to: '12:00' },
          { from: '12:00', to: '00:00' },
        ],
      },
    },
    /no time for a run/,
  )
  await refused({ exclusions: { ...nothing, patterns: ['[z-a]'] } }, /pattern/i)
  await refused(
    { users: { selection: 'groups', userIds: [], groupIds: [], includeNew: true } },
    /No group was selected/,
  )
})
