/** RBAC for Applications: Exchange grants access to some mailboxes, and no token says so. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Lab, openLab } from '../onboarding/lab.ts'
import { control, ownApplication, revoke, savedOrganization } from './tenant-changes.ts'

let lab: Lab
let id: string
const users = 40
before(async () => {
  lab = await openLab({ users, mails: 0 })
  id = await savedOrganization(lab)
  for (const permission of ['Mail.Read', 'Mail.ReadWrite']) revoke(lab, permission)
})
after(() => lab.stop())

async function scope(permissions: string[], mailboxes: readonly string[] | undefined): Promise<void> {
  const { appId } = ownApplication(lab).application
  await control(lab, 'rbac', { appId, permissions, ...(mailboxes && { users: mailboxes }) })
}
const mailboxes = () =>
  lab.simulator.tenant.users.filter(({ hasMailbox, mail }) => hasMailbox && mail !== null).map(({ id }) => id)
async function mailHealth() {
  const [mail] = (await lab.organizations.verify(id)).health
  return mail ?? assert.fail('no health')
}

test('a grant of Exchange for every mailbox is healthy although the token names no permission for mail', async () => {
  await scope(['Application Mail.Read', 'Application Mail.ReadWrite'], undefined)
  const { read, write, missingPermissions, message } = await mailHealth()
  assert.deepEqual([read, write, missingPermissions, message], ['ok', 'ok', [], null])
})

test('a scope of one mailbox among many is healthy, and says that others are outside', async () => {
  const last = mailboxes().at(-1) ?? ''
  await scope(['Application Mail.Read', 'Application Mail.ReadWrite'], [last])
  const { read, write, missingPermissions, message } = await mailHealth()
  assert.deepEqual([read, write, missingPermissions], ['ok', 'ok', []])
  assert.match(message ?? '', /out of \d+ of the mailboxes tried; they are outside the scope/)
  assert.deepEqual((await lab.organizations.view(id)).drift, [])
})

test('a grant for reading alone leaves the permission for writing missing', async () => {
  await scope(['Application Mail.Read'], mailboxes().slice(-2))
  const { read, write, missingPermissions } = await mailHealth()
  assert.deepEqual([read, write, missingPermissions], ['ok', 'missing-permission', ['Mail.ReadWrite']])
})

test('without any mailbox in scope access is denied, in the words of Exchange', async () => {
  await scope([], undefined)
  const { read, write, missingPermissions, message } = await mailHealth()
  assert.deepEqual([read, write], ['missing-permission', 'missing-permission'])
  assert.deepEqual(missingPermissions, ['Mail.Read', 'Mail.ReadWrite'])
  assert.match(message ?? '', /Microsoft denies access/)
})
