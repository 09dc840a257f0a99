/** Folders that a restore makes carry the dates of those that were backed up, however often the restore is broken off. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, test } from 'node:test'
import { listDrives, listFolderContent } from '../../src/catalog/index.ts'
import type { TenantItem } from '../jobs/drive-lab.ts'
import { openFilesLab } from './files-lab.ts'

const { lab, db, control, drive } = await openFilesLab({
  users: 1,
  mails: 1,
  files: 0,
  sites: 0,
  latencyMilliseconds: 15,
})
after(() => lab.stop())
async function held(): Promise<string[]> {
  const { items } = await control<{ items: (TenantItem & { created: string })[] }>('list', { drive })
  return items.map((item) => [item.path.join('/'), item.kind, item.created, item.modified].join(' ')).sort()
}

const folders = [0, 1, 2, 3].flatMap((number) => [
  ['Plans', `Year ${number}`],
  ['Plans', `Year ${number}`, 'Deep'],
])
for (const path of folders) await control('add', { drive, path: [...path, 'one.txt'], text: path.join() })
await control('folder', { drive, path: ['Plans', 'Nothing in it'] })
for (const [number, path] of [['Plans'], ['Plans', 'Nothing in it'], ...folders].entries())
  await control('date', { drive, path, modified: `2019-05-${String(number + 10)}T08:00:00Z` })
assert.equal((await lab.backUp()).state, 'succeeded')
const before = await held()
const [known] = (await listDrives(db, lab.organizationId, {})).items
assert.ok(known)
const [plans] = (await listFolderContent(db, known.id, {})).items.filter(({ name }) => name === 'Plans')
assert.ok(plans)
const request = {
  selection: { drive: known.id, folders: [plans.id] },
  folder: { kind: 'original' as const },
}
const hasEnded = (state: string) => !['queued', 'running'].includes(state)

test('a restore that is cut off again and again, while it makes folders and while it dates them, leaves them all as they were', async () => {
  await control('delete', { drive, path: ['Plans'] })
  let life = lab.startRestores()
  const { id } = await life.restores.start(lab.organizationId, randomUUID(), request)
  let cuts = 0
  let cutsWhileDating = 0
  for (;;) {
    // Every life gets some requests further, and ends in the middle of one.
    lab.resetRequests()
    let isDating = false
    let view = await life.restores.get(id)
    while (!hasEnded(view.state) && lab.requests(/^(GET|POST|PUT|PATCH)/) < (isDating ? 5 : 4 + cuts * 2)) {
      await new Promise((resolve) => setTimeout(resolve, 2))
      view = await life.restores.get(id)
      if (isDating || view.counts.restored + view.counts.alreadyThere < view.counts.total) continue
      isDating = true
      lab.resetRequests()
    }
    if (hasEnded(view.state)) break
    await life.stop()
    cuts += 1
    if (isDating) cutsWhileDating += 1
    assert.ok(cuts < 60, JSON.stringify(view.counts))
    life = lab.startRestores()
    await life.restores.resumeAll()
  }
  const view = await life.ended(id)
  assert.deepEqual([view.state, view.counts.failed], ['succeeded', 0])
  assert.deepEqual(await held(), before)
  assert.deepEqual(await db.selectFrom('restored_folders').selectAll().execute(), [])
  assert.ok(cuts >= 4 && cutsWhileDating >= 1, `${cuts} cuts, ${cutsWhileDating} while dating`)
  await life.stop()
})
