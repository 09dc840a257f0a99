/** Files into another user's OneDrive and into another library; empty folders; sharing as it was. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, test } from 'node:test'
import { listDrives, listFolderContent, listMailboxes, searchFiles } from '../../src/catalog/index.ts'
import type { CreateRestore, DriveView } from '../../src/contract/index.ts'
import { isAppError } from '../../src/errors/index.ts'
import type { TenantDrive, TenantItem } from '../jobs/drive-lab.ts'
import { openRestoreLab } from './restore-lab.ts'

const lab = await openRestoreLab({ users: 3, mails: 1, files: 0, sites: 1 })
after(() => lab.stop())
const { db } = lab.database
await db
  .updateTable('organizations')
  .set({ workloads: JSON.stringify(['mail', 'files']) })
  .execute()
const control = <T>(verb: string, body: object = {}): Promise<T> =>
  lab.tenant.control(`drives/${verb}`, body) as Promise<T>
const { drives } = await control<{ drives: TenantDrive[] }>('drives')
const [mine, theirs] = drives.filter(({ userId }) => userId !== undefined)
const library = drives.find(({ siteId }) => siteId !== undefined)
assert.ok(mine && theirs && library)
type Held = TenantItem & { created: string; sharing: string[] }
async function held(drive: TenantDrive | undefined): Promise<Map<string, Held>> {
  const { items } = await control<{ items: Held[] }>('list', { drive: drive?.id })
  return new Map(items.map((item) => [item.path.join('/'), item]))
}
const facts = (item: Held | undefined) => item && [item.kind, item.sha256, item.created, item.modified]
const in_ = (drive: TenantDrive, path: string[]) => ({ drive: drive.id, path })

for (const [path, text] of [
  [['Plans', 'one.txt'], 'one'],
  [['Plans', 'Deep', 'two.txt'], 'two'],
] as const)
  await control('add', { ...in_(mine, [...path]), text })
for (const path of [['Plans', 'Nothing', 'Below'], ['Alone']]) await control('folder', in_(mine, path))
await control('share', { ...in_(mine, ['Plans', 'one.txt']), role: 'write' })
await control('share', { ...in_(mine, ['Plans', 'one.txt']), link: { type: 'view', scope: 'anonymous' } })
await control('share', { ...in_(mine, ['Plans', 'one.txt']), email: 'gone@elsewhere.example' })
await control('share', { ...in_(mine, ['Plans', 'Deep']), link: { type: 'edit', scope: 'organization' } })
const before = await held(mine)
assert.equal((await lab.backUp()).state, 'succeeded')
const known = (await listDrives(db, lab.organizationId, { limit: 50 })).items
const users = await db
  .selectFrom('resources')
  .select(['id', 'external_id', 'user_principal_name'])
  .where('workload', '=', 'drive')
  .execute()
const viewOf = (drive: TenantDrive): DriveView => {
  const row = users.find(({ external_id }) => external_id === (drive.userId ?? drive.id))
  const view = known.find(({ id }) => id === row?.id)
  assert.ok(view)
  return view
}
const top = (await listFolderContent(db, viewOf(mine).id, {})).items
const plans = top.find(({ name }) => name === 'Plans')?.id ?? ''
const selection = { drive: viewOf(mine).id, folders: [plans] }
const life = lab.startRestores()
const original = { kind: 'original' } as const
const below = (items: Map<string, Held>, folder: string) =>
  [...items].filter(([path]) => path === folder || path.startsWith(`${folder}/`))

test('files go into the OneDrive of another user, with their folders, the empty ones too, once; nothing is shared', async () => {
  const request: CreateRestore = {
    selection,
    folder: original,
    target: { user: viewOf(theirs).userPrincipalName },
  }
  const view = await life.restore(request)
  // Two files and the one folder in which nothing is.
  assert.deepEqual([view.state, view.counts.restored, view.counts.total], ['succeeded', 3, 3])
  assert.deepEqual(view.targetUser, {
    id: theirs.userId,
    userPrincipalName: viewOf(theirs).userPrincipalName,
  })
  const now = await held(theirs)
  const wanted = below(before, 'Plans')
  assert.deepEqual(
    below(now, 'Plans')
      .map(([path]) => path)
      .sort(),
    wanted.map(([path]) => path).sort(),
  )
  for (const [path, item] of wanted)
    if (item.kind === 'file') assert.deepEqual(facts(now.get(path)), facts(item), path)
  assert.deepEqual(
    below(now, 'Plans').flatMap(([, { sharing }]) => sharing),
    [],
  )
  assert.deepEqual(await held(mine), before)
  const again = await life.restore(request)
  assert.deepEqual([again.counts.alreadyThere, again.counts.total], [3, 3])
})

test('files go into a library, named by the id in the list or by that of Microsoft', async () => {
  const view = await life.restore({ selection, folder: original, target: { drive: viewOf(library).id } })
  assert.deepEqual([view.state, view.counts.restored], ['succeeded', 3])
  assert.deepEqual([view.targetUser, view.targetDrive?.id], [null, library.id])
  assert.deepEqual(facts((await held(library)).get('Plans/one.txt')), facts(before.get('Plans/one.txt')))
  const again = await life.restore({ selection, folder: original, target: { drive: library.id } })
  assert.equal(again.counts.alreadyThere, 3)
})

test('what is named as the place and is where it came from is the way back', async () => {
  await control('delete', in_(mine, ['Plans', 'Nothing']))
  await control('rename', { ...in_(mine, ['Plans']), name: 'Renamed' })
  const view = await life.restore({ selection, folder: original, target: { drive: viewOf(mine).id } })
  assert.deepEqual([view.counts.restored, view.counts.alreadyThere], [1, 2])
  await control('rename', { ...in_(mine, ['Renamed']), name: 'Plans' })
  assert.ok(![...(await held(mine)).keys()].includes('Renamed'))
})

test('sharing comes back where it is asked for, without a mail, and what cannot be is said by name', async () => {
  await control('delete', in_(mine, ['Plans']))
  await control('behaviour', { anonymousLinks: false })
  const view = await life.restore({ selection, folder: original, sharing: true })
  assert.deepEqual([view.state, view.counts.total, view.counts.failed], ['succeeded', 4, 0])
  const now = await held(mine)
  assert.deepEqual(now.get('Plans/one.txt')?.sharing, ['write colleague@partner.example'])
  assert.deepEqual(now.get('Plans/Deep')?.sharing, ['write edit organization'])
  const rows = await life.results(view.id)
  const reason = rows.find(({ subject }) => subject === 'one.txt')?.reason ?? ''
  assert.match(reason, /Not shared again: .*a link for anyone \(read\).*gone@elsewhere\.example \(read\)/)
  assert.ok(rows.some(({ subject, reason: why }) => subject === 'Deep' && why === null))
  await control('behaviour', { anonymousLinks: true })
  await life.restore({ selection, folder: original, sharing: true })
  const later = (await held(mine)).get('Plans/one.txt')?.sharing.toSorted()
  assert.deepEqual(later, ['read view anonymous', 'write colleague@partner.example'])
  const { invitationsSent } = await control<{ invitationsSent: number }>('statistics')
  assert.equal(invitationsSent, 0)
})

test('a file of another one that has its name is not shared', async () => {
  await control('change', { ...in_(mine, ['Plans', 'Deep', 'two.txt']), text: 'of somebody else' })
  const { items } = await searchFiles(db, lab.organizationId, { query: 'one' })
  const item = items.find(({ driveId }) => driveId === viewOf(mine).id)?.id ?? ''
  await control('change', { ...in_(theirs, ['Plans', 'one.txt']), text: 'another one' })
  await life.restore({
    selection: { items: [item] },
    folder: original,
    target: { drive: viewOf(theirs).id },
    conflict: 'skip',
    sharing: true,
  })
  assert.deepEqual((await held(theirs)).get('Plans/one.txt')?.sharing, [])
})

test('a place that is not there, closed, full, or out of reach is refused before anything begins', async () => {
  const count = async () => (await life.restores.list(lab.organizationId, { limit: 100 })).items.length
  const started = await count()
  const refused = (target: CreateRestore['target'], code: string, mailboxes: string[] | null = null) =>
    assert.rejects(
      life.restores.start(
        lab.organizationId,
        randomUUID(),
        { selection, ...(target && { target }) },
        mailboxes,
      ),
      (error) => isAppError(error, code),
      code,
    )
  const { personas } = lab.simulator.ready.clouds.global
  await refused(
    { user: `nobody@${viewOf(mine).userPrincipalName.split('@')[1]}` },
    'JOB_RESTORE_TARGET_UNKNOWN',
  )
  await refused({ user: personas[0]?.upn ?? '' }, 'JOB_RESTORE_TARGET_WITHOUT_DRIVE')
  for (const drive of [randomUUID(), 'b!none', '..', 'a/b'])
    await refused({ drive }, 'JOB_RESTORE_TARGET_DRIVE_UNKNOWN')
  for (const [status, code] of [
    [400, 'invalidRequest'],
    [403, 'accessDenied'],
  ]) {
    await lab.faults([
      { match: { path: '/drives/b!odd' }, respond: { status, body: { error: { code, message: code } } } },
    ])
    await refused({ drive: 'b!odd' }, 'JOB_RESTORE_TARGET_DRIVE_UNKNOWN')
  }
  await lab.faults([])
  await control('quota', { drive: theirs.id, bytes: 1 })
  await refused({ drive: viewOf(theirs).id }, 'JOB_RESTORE_TARGET_FULL')
  await control('quota', { drive: theirs.id, bytes: 1_000_000_000 })
  await control('lock', { site: library.siteId, kind: 'resourceLocked' })
  await refused({ drive: viewOf(library).id }, 'JOB_RESTORE_TARGET_CLOSED')
  await control('lock', { site: library.siteId })
  const own = [viewOf(mine).id]
  await refused({ drive: viewOf(theirs).id }, 'JOB_RESTORE_TARGET_DRIVE_UNKNOWN', own)
  await refused({ user: viewOf(theirs).userPrincipalName }, 'JOB_RESTORE_TARGET_UNKNOWN', own)
  const [mailbox] = (await listMailboxes(db, lab.organizationId, {})).items
  await assert.rejects(
    life.restore({ selection: { mailbox: mailbox?.id ?? '' }, target: { drive: library.id } }),
    (error) => isAppError(error, 'JOB_RESTORE_WORKLOAD'),
  )
  assert.equal(await count(), started)
})
