/** Two who save different parts of the protection settings at once: neither takes back what the other saved. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Retention } from '../../src/contract/index.ts'
import { type BackupLab, openBackupLab } from '../jobs/backup-lab.ts'

const operator = 'a4b4e3a0-0000-4000-8000-000000000001'
const { signal } = new AbortController()

let lab: BackupLab
before(async () => {
  lab = await openBackupLab({ users: 2, mails: 1 })
})
after(() => lab.stop())

test('what is saved while another save asks Microsoft for the directory stays, retention, schedule and exclusions alike', async () => {
  const { protection } = lab.service
  const id = lab.organizationId
  const settings = await protection.read(id)
  const retention: Retention = { rule: { kind: 'versions', versions: 7 }, deletedUsersDays: null }
  const schedule = { ...settings.schedule, rule: { kind: 'interval', minutes: 90 } } as const
  const exclusions = { ...settings.exclusions, folders: ['Junk Email'] }
  // Reads all users first.
  const slow = protection.save(id, { users: { ...settings.users, includeNew: false } }, operator, signal)
  await protection.save(id, { exclusions }, operator, signal)
  await Promise.all([
    protection.setRetention(id, retention, operator, true),
    protection.save(id, { schedule }, operator, signal),
  ])
  const answered = await slow
  const now = await protection.read(id)
  assert.deepEqual(
    [now.users.includeNew, now.exclusions.folders, now.schedule.rule, now.retention],
    [false, ['Junk Email'], schedule.rule, retention],
  )
  assert.equal(answered.users.includeNew, false)
})
