/** Settings, rules and categories go with the mailbox, where the application may read them. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createDownloadService } from '../../src/jobs/index.ts'
import { systemClock } from '../../src/shared/index.ts'
import { openBackupLab } from './backup-lab.ts'

const lab = await openBackupLab({ users: 1, mails: 2 })
after(() => lab.stop())
const [first] = await lab.mailboxes()
const mailbox = first?.id ?? ''
const { repositories, organizations } = lab.service
const downloads = createDownloadService({ db: lab.database.db, repositories, clock: systemClock })
const rule = {
  id: 'AQAAAJ5dZqA=',
  displayName: 'From the board',
  sequence: 2,
  isEnabled: true,
  conditions: { senderContains: ['board'] },
  actions: { markImportance: 'high', stopProcessingRules: true },
}
async function stored(at?: number) {
  const { id } = await lab.database.db
    .selectFrom('resources')
    .select('id')
    .where('external_id', '=', mailbox)
    .where('workload', '=', 'mail')
    .executeTakeFirstOrThrow()
  return downloads.settings(id, at)
}
/** The head's tree of all mailboxes. */
async function mailTree() {
  const repository = await lab.repository()
  const { head_root } = await lab.database.db
    .selectFrom('repositories')
    .select('head_root')
    .executeTakeFirstOrThrow()
  return (await repository.loadTree(head_root ?? '')).find(({ name }) => name === 'mail')?.subtree
}

test('settings, rules and categories are in the first restore point, for one request', async () => {
  lab.resetRequests()
  assert.equal((await lab.backUp()).state, 'succeeded')
  assert.equal(lab.requests(/^POST .*\$batch/), 1)
  const { settings, rules, categories } = await stored()
  assert.equal(settings?.['timeZone'], 'UTC')
  assert.ok(settings['workingHours'] && settings['automaticRepliesSetting'])
  assert.deepEqual(rules, [])
  assert.ok(categories.some(({ displayName }) => displayName === '重要'))
  const file = (await lab.restic('ls', 'latest')).split('\n').find((line) => line.endsWith('/_settings.json'))
  assert.deepEqual(JSON.parse(await lab.restic('dump', 'latest', file ?? '')), {
    settings,
    rules,
    categories,
  })
})

test('unchanged settings write nothing; changed ones write the file, and the restore point before keeps its own', async () => {
  const before = await mailTree()
  assert.equal((await lab.backUp()).state, 'succeeded')
  assert.equal(await mailTree(), before)

  const away = { status: 'alwaysEnabled', internalReplyMessage: 'Back on Monday' }
  await lab.control('settings', {
    mailbox,
    settings: { automaticRepliesSetting: away },
    rules: [rule, { ...rule, id: 'AQAAAJ5dZqB=', displayName: 'First', sequence: 1 }],
  })
  assert.equal((await lab.backUp()).state, 'succeeded')
  assert.notEqual(await mailTree(), before)
  const now = await stored()
  assert.deepEqual(now.settings?.['automaticRepliesSetting'], away)
  assert.deepEqual(
    now.rules.map(({ displayName }) => displayName),
    ['First', 'From the board'],
  )
  assert.deepEqual((await stored(1)).rules, [])
  // A mail that arrives later leaves them where they are.
  await lab.control('deliver', { mailbox, count: 1 })
  assert.equal((await lab.backUp()).state, 'succeeded')
  assert.equal((await stored()).rules.length, 2)
})

test('without the permission nothing is asked for, nothing fails, and what is stored stays', async () => {
  const { directory } = lab.simulator.tenant
  const all = [...directory.assignments]
  const taken = new Set(
    directory.servicePrincipals
      .flatMap(({ appRoles }) => appRoles)
      .filter(({ value }) => value.startsWith('MailboxSettings.'))
      .map(({ id }) => id),
  )
  directory.assignments.splice(
    0,
    Number.POSITIVE_INFINITY,
    ...all.filter(({ appRoleId }) => !taken.has(appRoleId)),
  )
  const { tokens } = await organizations.access(lab.organizationId)
  tokens.invalidate()
  await lab.control('deliver', { mailbox, count: 1 })
  lab.resetRequests()
  const run = await lab.backUp()
  assert.deepEqual([run.state, run.error], ['succeeded', null])
  assert.equal(lab.requests(/mailboxSettings|messageRules|masterCategories/), 0)
  assert.equal((await stored()).rules.length, 2)
  await assert.rejects(downloads.settings('a4b4e3a0-0000-4000-8000-000000000001'), {
    code: 'CAT_MAILBOX_UNKNOWN',
  })
})
