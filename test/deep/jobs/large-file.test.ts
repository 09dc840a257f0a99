/** A file beyond 4 GiB: read with a connection that breaks where 32 bits end, kept byte for byte, and put back by an upload session. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, test } from 'node:test'
import { searchFiles } from '../../../src/catalog/index.ts'
import { ended } from '../../jobs/backup-lab.ts'
import type { TenantItem } from '../../jobs/drive-lab.ts'
import { openFilesLab } from '../../restores/files-lab.ts'

const { lab, db, control, drive } = await openFilesLab({ users: 1, mails: 1, files: 1, sites: 0 })
after(() => lab.stop())
/** Milliseconds for a run or a restore on a slow machine. */
const patience = 600_000
const size = 4.25 * 2 ** 30 + 7

async function held(): Promise<TenantItem[]> {
  const { items } = await control<{ items: TenantItem[] }>('list', { drive })
  return items.filter((item) => item.path.at(-1)?.startsWith('huge'))
}

test('a file beyond 4 GiB goes into the repository, out of it and back to where it was', async () => {
  await control('add', { drive, path: ['Films', 'huge.bin'], sparse: size })
  await control('behaviour', { breakAfterBytes: 2 ** 32 + 12_345, breaks: 1 })
  const { id } = await lab.service.runs.start(lab.organizationId, null)
  assert.equal((await ended(lab.service, id, patience)).state, 'succeeded')
  const [original] = await held()
  const { items } = await searchFiles(db, lab.organizationId, { query: 'huge', limit: 10 })
  const [file] = items
  assert.ok(file && original)
  assert.equal(file.size, size)
  const row = await db
    .selectFrom('items')
    .select(['sha256', 'size'])
    .where('file_name', '=', 'huge.bin')
    .executeTakeFirstOrThrow()
  assert.deepEqual([row.sha256, row.size], [original.sha256, size])
  await control('delete', { drive, path: ['Films', 'huge.bin'] })
  const life = lab.startRestores()
  const restore = await life.restores.start(lab.organizationId, randomUUID(), {
    selection: { items: [file.id] },
    folder: { kind: 'original' },
  })
  const view = await life.ended(restore.id, patience)
  assert.deepEqual([view.state, view.counts.restored, view.counts.failed], ['succeeded', 1, 0])
  const [back] = await held()
  assert.deepEqual(
    [back?.path, back?.size, back?.sha256, back?.modified],
    [original.path, size, original.sha256, original.modified],
  )
})
