import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { repositoryView } from '../../src/jobs/index.ts'
import { localBackend, openRepository } from '../../src/repository/index.ts'
import { findings, openBackupLab } from './backup-lab.ts'
import { assertSameAsTenant } from './same-as-tenant.ts'

const lab = await openBackupLab({ users: 3, mails: 40 })
after(() => lab.stop())

test('the first run stores every mail of every mailbox byte for byte', async () => {
  const run = await lab.backUp()
  assert.equal(run.error, null)
  assert.equal(run.state, 'succeeded')
  await assertSameAsTenant(lab)
  const messages = (await lab.mailboxes()).reduce((sum, mailbox) => sum + mailbox.messages, 0)
  assert.equal(run.counts.itemsStored, messages)
  assert.equal(run.counts.itemsTotal, messages)
  assert.equal(run.counts.mailboxesDone, (await lab.mailboxes()).length)
  assert.ok(run.counts.mailboxesSkipped > 0, 'administrators have no mailbox')
  assert.ok(run.snapshotId)
})

test('the repository opens with its own password and with the vault password', async () => {
  const { repositories } = lab.service
  const view = await repositoryView(repositories, lab.organizationId)
  assert.equal(view.snapshots, 1)
  assert.ok(view.headSnapshotId)
  const password = await repositories.password(lab.organizationId)
  const opened = await openRepository(localBackend(view.location), { password, host: 'somebody' })
  assert.equal((await opened.listSnapshots()).at(-1)?.id, view.headSnapshotId)
  await opened.close()
  assert.match(await lab.restic('snapshots', '--json'), new RegExp(view.headSnapshotId))
})

test('stock restic and the strict validator find nothing wrong', async () => {
  assert.match(await lab.restic('check', '--read-data'), /no errors were found/)
  assert.deepEqual(await findings(await lab.repository()), [])
  assert.match(await lab.restic('ls', 'latest'), /_items\.jsonl/)
})
