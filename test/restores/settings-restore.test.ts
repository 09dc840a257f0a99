/** Rules, categories, automatic replies and working hours come back into the mailbox and into that of another user, and none of them twice. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { MailboxSettingsPart } from '../../src/contract/index.ts'
import { createDownloadService, createSettingsRestore } from '../../src/jobs/index.ts'
import { systemClock } from '../../src/shared/index.ts'
import { readMailboxSettings } from '../../src/workloads/index.ts'
import { openRestoreLab } from './restore-lab.ts'

const lab = await openRestoreLab({ users: 2, mails: 2 })
after(() => lab.stop())
const { db } = lab.database
const { organizations, repositories } = lab.service
const downloads = createDownloadService({ db, repositories, clock: systemClock })
const settingsRestore = createSettingsRestore({ db, organizations, downloads })
const [from = { id: '', userPrincipalName: '' }, to = { id: '', userPrincipalName: '' }] =
  await lab.mailboxes()

const present = async (mailbox: string) => {
  const { graph } = await organizations.access(lab.organizationId)
  return readMailboxSettings(graph, mailbox, AbortSignal.timeout(60_000))
}
const restore = async (parts: MailboxSettingsPart[], user?: string) =>
  settingsRestore.restore(
    await lab.mailboxId(from.userPrincipalName),
    { parts, ...(user === undefined ? {} : { target: { user } }) },
    null,
  )
const namesOf = (list: readonly Readonly<Record<string, unknown>>[]) =>
  list.map(({ displayName }) => displayName)
const pathOf = async (mailbox: string, id: unknown) =>
  [(await lab.truth(mailbox, true)).folders.find((folder) => folder.id === id)?.path ?? []].flat()

const { id: kept } = await lab.control<{ id: string }>('createFolder', { mailbox: from.id, name: 'Kept' })
const { id: lost } = await lab.control<{ id: string }>('createFolder', {
  mailbox: from.id,
  name: 'Lost',
  parent: kept,
})
const rule = (displayName: string, sequence: number, actions: object) => ({
  id: `rule-${sequence}`,
  displayName,
  sequence,
  isEnabled: true,
  conditions: { senderContains: ['board'] },
  actions,
})
const away = { status: 'alwaysEnabled', internalReplyMessage: 'Back on Monday' }
await lab.control('settings', {
  mailbox: from.id,
  settings: { timeZone: 'W. Europe Standard Time', automaticRepliesSetting: away },
  categories: [
    { id: 'a', displayName: 'Projects', color: 'preset9' },
    { id: 'b', displayName: 'Red category', color: 'preset0' },
  ],
  rules: [
    rule('Into kept', 1, { moveToFolder: kept }),
    rule('Into lost', 2, { copyToFolder: lost }),
    rule('Into nowhere', 3, { moveToFolder: 'AA-of-another-time' }),
    { ...rule('Of Outlook', 4, { markAsRead: true }), isReadOnly: true },
  ],
})
assert.equal((await lab.backUp()).state, 'succeeded')
await lab.control('deleteFolder', { mailbox: from.id, folder: lost })
await lab.control('settings', {
  mailbox: from.id,
  settings: {},
  categories: [{ id: 'z', displayName: 'red CATEGORY', color: 'preset4' }],
  rules: [rule('into KEPT', 9, { delete: true })],
})

test('in place: what is missing is made, with the folders of now; what is there stays as it is', async () => {
  const { userPrincipalName, entries } = await restore(['rules', 'categories', 'workingHours'])
  assert.equal(userPrincipalName, from.userPrincipalName)
  assert.deepEqual(
    entries.map(({ part, name, outcome }) => `${part} ${name} ${outcome}`),
    [
      'categories Projects restored',
      'categories Red category already-there',
      'rules Into kept already-there',
      'rules Into lost restored',
      'rules Into nowhere failed',
      'rules Of Outlook failed',
      'workingHours  restored',
    ],
  )
  assert.match(entries.map(({ reason }) => reason).join(), /is in no backup.*Outlook made it/)
  const now = await present(from.id)
  assert.deepEqual(namesOf(now.categories), ['red CATEGORY', 'Projects'])
  assert.deepEqual(namesOf(now.rules), ['Into lost', 'into KEPT'])
  const made = now.rules[0]?.['actions'] as { copyToFolder: string }
  assert.deepEqual(await pathOf(from.id, made.copyToFolder), ['Kept', 'Lost'])
  assert.equal(now.settings['timeZone'], 'W. Europe Standard Time')
  assert.equal((now.settings['automaticRepliesSetting'] as typeof away).status, 'disabled', 'not asked for')
  const again = await restore(['rules', 'categories'])
  assert.ok(again.entries.every(({ outcome }) => outcome !== 'restored'))
  await restore(['automaticReplies'])
  assert.deepEqual((await present(from.id)).settings['automaticRepliesSetting'], away)
})

test('to another user: folders of rules go by their names there', async () => {
  const { userPrincipalName, entries } = await restore(['rules', 'categories'], to.userPrincipalName)
  assert.equal(userPrincipalName, to.userPrincipalName)
  assert.equal(entries.filter(({ outcome }) => outcome === 'restored').length, 3)
  const [first] = (await present(to.id)).rules
  assert.ok(first)
  const { moveToFolder } = first['actions'] as { moveToFolder: string }
  assert.notEqual(moveToFolder, kept)
  assert.deepEqual(await pathOf(to.id, moveToFolder), ['Kept'])
})

test('without the permission, or without restore rights, nothing is tried', async () => {
  const { directory } = lab.simulator.tenant
  const all = [...directory.assignments]
  const writer = directory.servicePrincipals
    .flatMap(({ appRoles }) => appRoles)
    .find(({ value }) => value === 'MailboxSettings.ReadWrite')
  const keep = all.filter(({ appRoleId }) => appRoleId !== writer?.id)
  directory.assignments.splice(0, Number.POSITIVE_INFINITY, ...keep)
  const { tokens } = await organizations.access(lab.organizationId)
  tokens.invalidate()
  await assert.rejects(restore(['rules']), { code: 'JOB_RESTORE_SETTINGS_NOT_GRANTED' })
  await db.updateTable('organizations').set({ restore_rights: false }).execute()
  await assert.rejects(restore(['rules']), { code: 'JOB_RESTORE_NOT_ALLOWED' })
})
