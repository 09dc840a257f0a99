import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { listMailboxes } from '../../src/catalog/index.ts'
import { openRestoreLab, type RestoreLab, type RestoreLife } from './restore-lab.ts'

/** Back up, delete everything, restore, compare: calendars, contacts and To Do. */

type Fields = Record<string, unknown>
interface Listed {
  readonly id: string
  readonly collection: string
  readonly fields: Fields
  readonly attachments: readonly { name: string; sha256: string; contentId?: string }[]
  readonly exceptions: readonly { date: string; fields: Fields }[]
  readonly cancelled: readonly string[]
  readonly children: readonly { kind: string; fields: Fields }[]
  readonly properties: Readonly<Record<string, string>>
  readonly photo: string | null
}
const kinds = { calendar: 'calendars', contacts: 'contactFolders', todo: 'lists' } as const
type Workload = keyof typeof kinds

let lab: RestoreLab
let life: RestoreLife
let mailbox: string
const before_ = new Map<Workload, readonly Listed[]>()

const control = async <T>(verb: string, body: object): Promise<T> => {
  const answer = await fetch(`${lab.simulator.ready.clouds.global.pages}/_control/outlook/${verb}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ mailbox, ...body }),
  })
  assert.ok(answer.ok, await answer.clone().text())
  return (await answer.json()) as T
}
const items = async (workload: Workload) =>
  (await control<{ items: Listed[] }>('list', { kind: kinds[workload] })).items
const resourceOf = async (workload: Workload) =>
  (await listMailboxes(lab.database.db, lab.organizationId, { workload })).items.find(
    (one) => one.userPrincipalName === mailbox,
  )?.id ?? ''
const restore = async (
  workload: Workload,
  folder: { kind: 'original' } | { kind: 'named'; name: string },
) => {
  const view = await life.restore({ selection: { mailbox: await resourceOf(workload) }, folder })
  const failed = (await life.results(view.id)).filter(({ state }) => state === 'failed')
  assert.deepEqual(
    failed.map(({ reason }) => reason),
    [],
  )
  return view
}
const instant = (time: unknown): string => {
  const { dateTime, timeZone } = time as { dateTime: string; timeZone: string }
  return timeZone === 'UTC' ? dateTime.slice(0, 19) : `${dateTime.slice(0, 19)} ${timeZone}`
}
/** What has to be the same, whatever ids and text say; to be found by `key`. */
const essence = (workload: Workload, item: Listed) => ({
  collection: item.collection,
  attachments: item.attachments.map(({ name, sha256, contentId }) => `${name} ${sha256} ${contentId}`).sort(),
  photo: item.photo,
  steps: item.children.map((one) => JSON.stringify(one)).sort(),
  ...(workload === 'calendar'
    ? {
        subject: item.fields['subject'], recurrence: item.fields['recurrence'] ?? null, isAllDay: item.fields['isAllDay'] ?? false, categories: item.fields['categories'] ?? [],
        // A series is planned in its zone; a single event may come back in any.
        start: item.fields['recurrence'] && item.fields['isAllDay'] !== true ? instant(item.fields['start']) : null,
        moved: item.exceptions.map(({ date, fields }) => `${date} ${String(fields['subject'])} ${String((fields['start'] as { dateTime: string }).dateTime).slice(0, 19)}`), cancelled: item.cancelled,
      }
    : Object.fromEntries(
        ['displayName', 'emailAddresses', 'birthday', 'personalNotes', 'businessAddress', 'title', 'status', 'body', 'dueDateTime', 'recurrence'].map((name) => [name, item.fields[name] ?? null]),
      )),
}) // biome-ignore format: a record
const sorted = (list: readonly unknown[]) => list.map((one) => JSON.stringify(one)).sort()

before(async () => {
  lab = await openRestoreLab({ users: 1, mails: 1, events: 14, contacts: 9, tasks: 9 })
  life = lab.startRestores()
  await lab.database.db
    .updateTable('organizations')
    .set({ workloads: JSON.stringify(['calendar', 'contacts', 'todo']) })
    .execute()
  mailbox = (await lab.mailboxes())[0]?.userPrincipalName ?? ''
  const body = { contentType: 'html', content: '<img src="cid:logo@contoso">' }
  const fields = { subject: 'Illustrated', body }
  const { ids } = await control<{ ids: string[] }>('create', { kind: kinds.calendar, fields })
  const picture = { name: 'logo.png', contentType: 'image/png', isInline: true, contentId: 'logo@contoso' }
  await control('attach', { id: ids[0], size: 500, ...picture })
  const run = await lab.backUp()
  assert.equal(run.state, 'succeeded', JSON.stringify(await lab.service.runs.failures(run.id, {})))
  for (const workload of ['calendar', 'contacts', 'todo'] as const) {
    before_.set(workload, await items(workload))
    for (const { id } of await items(workload)) await control('delete', { id })
  }
})
after(() => lab.stop())

for (const workload of ['calendar', 'contacts', 'todo'] as const)
  test(`${workload}: everything comes back to where it was, and once however often it is asked for`, async () => {
    const wanted = before_.get(workload) ?? []
    assert.ok(wanted.length > 5)
    const view = await restore(workload, { kind: 'original' })
    assert.deepEqual([view.state, view.counts.restored], ['succeeded', wanted.length])
    const found = await items(workload)
    assert.deepEqual(
      sorted(found.map((one) => essence(workload, one))),
      sorted(wanted.map((one) => essence(workload, one))),
    )
    const again = await restore(workload, { kind: 'original' })
    assert.deepEqual([again.counts.alreadyThere, again.counts.restored], [wanted.length, 0])
    assert.equal((await items(workload)).length, wanted.length)
  })

test('nobody was written to; who was invited stands in the text and in a property', async () => {
  assert.deepEqual((await control<{ sent: unknown[] }>('sent', {})).sent, [])
  const wanted = (before_.get('calendar') ?? []).filter(
    ({ fields }) => (fields['attendees'] as unknown[] | undefined)?.length,
  )
  assert.ok(wanted.length > 2)
  const found = await items('calendar')
  for (const { fields } of wanted) {
    const back = found.find((one) => one.fields['subject'] === fields['subject'])
    assert.ok(back)
    assert.equal(back.fields['attendees'], undefined)
    const { content } = back.fields['body'] as { content: string }
    for (const { emailAddress } of fields['attendees'] as { emailAddress: { address: string } }[]) {
      assert.ok(content.includes(emailAddress.address))
      assert.ok(Object.values(back.properties).some((value) => value.includes(emailAddress.address)))
    }
  }
})

test('into a calendar, folder or list of another name, which is made', async () => {
  for (const workload of ['calendar', 'contacts', 'todo'] as const) {
    const view = await restore(workload, { kind: 'named', name: 'From the backup' })
    assert.equal(view.state, 'succeeded')
    const inIt = (await items(workload)).filter(({ collection }) => collection === 'From the backup')
    assert.equal(inIt.length, before_.get(workload)?.length)
  }
})
