import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { listMailboxes } from '../../src/catalog/index.ts'
import type { CreateRestore } from '../../src/contract/index.ts'
import { isAppError } from '../../src/errors/index.ts'
import { openRestoreLab, type RestoreLab, type RestoreLife } from './restore-lab.ts'

/** What one user had goes into the mailbox, calendars, contacts and lists of another one. */

const workloads = ['mail', 'calendar', 'contacts', 'todo'] as const
type Workload = (typeof workloads)[number]
const kinds = { calendar: 'calendars', contacts: 'contactFolders', todo: 'lists' } as const
interface Listed {
  readonly collection: string
  readonly fields: Readonly<Record<string, unknown>>
}

let lab: RestoreLab
let life: RestoreLife
let from: string
let to: string

const control = async <T>(verb: string, body: object): Promise<T> => {
  const answer = await fetch(`${lab.simulator.ready.clouds.global.pages}/_control/outlook/${verb}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  assert.ok(answer.ok, await answer.clone().text())
  return (await answer.json()) as T
}
/** What a user has of a workload, as `folder title`; the mails themselves are compared in `restore.test.ts`. */
const held = async (mailbox: string, workload: Workload): Promise<string[]> => {
  if (workload === 'mail')
    return (await lab.truth(mailbox)).messages.map(({ folder }) => `${[folder].flat().at(-1)} a mail`).sort()
  const { items } = await control<{ items: Listed[] }>('list', { mailbox, kind: kinds[workload] })
  return items
    .map(
      ({ collection, fields }) =>
        `${collection} ${String(fields['subject'] ?? fields['displayName'] ?? fields['title'])}`,
    )
    .sort()
}
const resourceOf = async (user: string, workload: Workload) => {
  const { items } = await listMailboxes(lab.database.db, lab.organizationId, { workload })
  return items.find(({ userPrincipalName }) => userPrincipalName === user)?.id ?? ''
}
const everythingOf = async (workload: Workload): Promise<CreateRestore> => ({
  selection: { mailbox: await resourceOf(from, workload) },
})
const targetId = async () => {
  const { external_id } = await lab.database.db
    .selectFrom('resources')
    .select('external_id')
    .where('id', '=', await resourceOf(to, 'mail'))
    .executeTakeFirstOrThrow()
  return external_id
}
const numberOfRestores = async () =>
  (await life.restores.list(lab.organizationId, { limit: 100 })).items.length

before(async () => {
  lab = await openRestoreLab({ users: 2, mails: 8, events: 6, contacts: 5, tasks: 5 })
  life = lab.startRestores()
  await lab.database.db
    .updateTable('organizations')
    .set({ workloads: JSON.stringify(workloads) })
    .execute()
  const [first, second] = await lab.mailboxes()
  from = first?.userPrincipalName ?? ''
  to = second?.userPrincipalName ?? ''
  const run = await lab.backUp()
  assert.equal(run.state, 'succeeded', JSON.stringify(await lab.service.runs.failures(run.id, {})))
})
after(() => lab.stop())

for (const workload of workloads)
  test(`${workload}: all of it is at the other user, once, and nothing has changed where it came from`, async () => {
    const mine = await held(from, workload)
    const theirs = await held(to, workload)
    assert.ok(mine.length > 2)
    const request = {
      ...(await everythingOf(workload)),
      folder: { kind: 'named', name: 'From Ada' },
    } as const
    const view = await life.restore({ ...request, target: { user: to.toUpperCase() } })
    const failed = (await life.results(view.id)).filter(({ state }) => state === 'failed')
    assert.deepEqual(
      failed.map(({ reason }) => reason),
      [],
    )
    assert.deepEqual([view.state, view.counts.restored], ['succeeded', mine.length])
    assert.deepEqual(view.targetUser, { id: await targetId(), userPrincipalName: to })
    const collections =
      workload === 'mail'
        ? []
        : (await control<{ items: Listed[] }>('list', { mailbox: from, kind: kinds[workload] })).items.map(
            ({ collection }) => collection,
          )
    const titles = mine
      .map((one) => {
        const name = collections.find((place) => one.startsWith(`${place} `)) ?? one.split(' ')[0] ?? ''
        return `From Ada ${one.slice(name.length + 1)}`
      })
      .sort()
    assert.deepEqual(await held(from, workload), mine)
    const added = (await held(to, workload)).filter((one) => one.startsWith('From Ada '))
    if (workload === 'mail') assert.equal(added.length, titles.length)
    else assert.deepEqual(added, titles)
    assert.equal((await held(to, workload)).length, theirs.length + mine.length)

    const again = await life.restore({ ...request, target: { user: await targetId() } })
    assert.deepEqual([again.counts.alreadyThere, again.counts.restored], [mine.length, 0])
    assert.equal((await held(to, workload)).length, theirs.length + mine.length)
  })

for (const workload of workloads)
  test(`${workload}: with their folders, those of the same name at the other user are taken`, async () => {
    const folderOf = (one: string) => one.split(' ')[0] ?? ''
    const theirs = (await held(to, workload)).length
    const view = await life.restore({
      ...(await everythingOf(workload)),
      folder: { kind: 'original' },
      target: { user: to },
    })
    assert.equal(view.state, 'succeeded', JSON.stringify(view.error))
    const all = await held(to, workload)
    assert.equal(all.length, theirs + view.counts.restored)
    const names = new Set(all.map(folderOf))
    for (const one of await held(from, workload)) assert.ok(names.has(folderOf(one)), one)
  })

test('nobody who was invited is written to', async () => {
  for (const mailbox of [from, to])
    assert.deepEqual((await control<{ sent: unknown[] }>('sent', { mailbox })).sent, [])
})

test('a user who is not there, or has no mailbox, is said before anything is begun', async () => {
  const before_ = await numberOfRestores()
  const { personas } = lab.simulator.ready.clouds.global
  const withoutMailbox = personas[0]?.upn ?? ''
  for (const [user, code] of [
    [`nobody@${from.split('@')[1]}`, 'JOB_RESTORE_TARGET_UNKNOWN'],
    [randomUUID(), 'JOB_RESTORE_TARGET_UNKNOWN'],
    ['..', 'JOB_RESTORE_TARGET_UNKNOWN'],
    [' ', 'JOB_RESTORE_TARGET_UNKNOWN'],
    [`${from}/messages`, 'JOB_RESTORE_TARGET_UNKNOWN'],
    [withoutMailbox, 'JOB_RESTORE_TARGET_WITHOUT_MAILBOX'],
  ] as const)
    for (const workload of workloads)
      await assert.rejects(
        life.restore({ ...(await everythingOf(workload)), target: { user } }),
        (error) => isAppError(error, code),
        `${workload} ${user}`,
      )
  assert.equal(await numberOfRestores(), before_)
})

test('who is limited to some mailboxes restores into these alone, and only what they reach of the user', async () => {
  const mail = { ...(await everythingOf('mail')), target: { user: to } }
  const [own, other, otherCalendar] = [
    await resourceOf(from, 'mail'),
    await resourceOf(to, 'mail'),
    await resourceOf(to, 'calendar'),
  ]
  const start = (request: CreateRestore, mailboxes: readonly string[]) =>
    life.restores.start(lab.organizationId, randomUUID(), request, mailboxes)
  const before_ = await numberOfRestores()
  for (const reached of [[own], [own, otherCalendar], []])
    await assert.rejects(start(mail, reached), (error) => isAppError(error, 'JOB_RESTORE_TARGET_UNKNOWN'))
  // The calendar of somebody whose mail alone is reached.
  await assert.rejects(
    start({ ...(await everythingOf('calendar')), target: { user: to } }, [own, other]),
    (error) => isAppError(error, 'JOB_RESTORE_TARGET_UNKNOWN'),
  )
  assert.equal(await numberOfRestores(), before_)
  const allowed = await start(mail, [own, other])
  assert.equal((await life.ended(allowed.id)).state, 'succeeded')
})
