import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { waitFor } from '../../../scripts/demo/api.ts'
import type {
  MailboxView,
  OrganizationView,
  Page,
  RestoreItemView,
  RestoreView,
} from '../../../src/contract/index.ts'
import { addOrganization, backUp, heldMails, type Product, startProduct } from '../../product.ts'

let product: Product
let organization: OrganizationView

before(async () => {
  product = await startProduct({ users: 2, mails: 40, latencyMilliseconds: 10 }, async () => ({
    ownPostgres: true,
  }))
  organization = await addOrganization(product)
  assert.equal((await backUp(product, organization.id)).state, 'succeeded')
})
after(() => product.stop())

const isEnded = (restore: RestoreView) => !['queued', 'running'].includes(restore.state)

test('a restore that is killed again and again goes on by itself, and restores every mail once', async () => {
  const { session } = product
  const mailboxes = await session.get<Page<MailboxView>>(
    `/organizations/${organization.id}/mailboxes?limit=10`,
  )
  const [mailbox] = mailboxes.items
  assert.ok(mailbox)
  const address = mailbox.userPrincipalName
  const before = await heldMails(product, address)
  const { id } = await session.post<RestoreView>(`/organizations/${organization.id}/restores`, {
    selection: { mailbox: mailbox.id },
    folder: { kind: 'named', name: 'After the kills' },
  })
  let kills = 0
  while (kills < 6) {
    const wanted = product.simulator.log.read().total + 5 + kills * 6
    const limit = Date.now() + 20_000
    while (product.simulator.log.read().total < wanted && Date.now() < limit)
      await new Promise((resolve) => setTimeout(resolve, 5))
    if (isEnded(await session.get<RestoreView>(`/restores/${id}`))) break
    await product.kill()
    await product.restart()
    kills += 1
  }
  const restore = await waitFor<RestoreView>(session, `/restores/${id}`, isEnded, 5)
  assert.ok(kills >= 3, `${kills} kills`)
  assert.equal(restore.state, 'succeeded', JSON.stringify(restore))
  assert.equal(restore.counts.restored, before.length)
  const held = (await heldMails(product, address)).filter(
    (mail) => [mail.folder].flat().join('/') === 'After the kills',
  )
  assert.equal(held.length, before.length, 'every mail is there once')
  const results = (await session.get<Page<RestoreItemView>>(`/restores/${id}/items?limit=200`)).items
  assert.equal(new Set(results.map((result) => result.messageId)).size, before.length)
})
