/** What the server's process takes to show and restore mails and events with large attachments: no more than small ones take, and some pieces. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { waitFor } from '../../../scripts/demo/api.ts'
import type {
  MailboxView,
  OnboardingView,
  OrganizationView,
  Page,
  RestoreView,
} from '../../../src/contract/index.ts'
import {
  backUp,
  control,
  finishOnboarding,
  heldMails,
  type Product,
  signIn,
  startProduct,
} from '../../product.ts'

const mebibyte = 1024 * 1024
const size = 100 * mebibyte

let product: Product
let organization: OrganizationView
let address = ''

before(async () => {
  product = await startProduct({ users: 1, mails: 2, events: 1, contacts: 0, tasks: 0 })
  const { id } = await product.session.post<OnboardingView>('/onboardings', {
    method: 'credential',
    cloud: 'global',
    workloads: ['mail', 'calendar'],
    restoreRights: true,
    credentialKind: 'password',
  })
  await signIn(product, id)
  organization = await finishOnboarding(product, id)
  const { mailboxes } = await control<{ mailboxes: { userPrincipalName: string }[] }>(
    product,
    'mail/mailboxes',
  )
  address = mailboxes[0]?.userPrincipalName ?? ''
  assert.ok(address)
  for (let count = 0; count < 2; count += 1)
    await control(product, 'mail/deliver', { mailbox: address, attachmentSize: size })
  const { ids } = await control<{ ids: string[] }>(product, 'outlook/create', {
    mailbox: address,
    kind: 'calendars',
    fields: { subject: 'With a large file' },
  })
  for (const name of ['one.bin', 'two.bin'])
    await control(product, 'outlook/attach', { mailbox: address, id: ids[0], name, size })
  assert.equal((await backUp(product, organization.id)).state, 'succeeded')
})
after(() => product.stop())

/** The server's process, which Linux knows by its command line. */
async function serverProcess(): Promise<string> {
  for (const id of await readdir('/proc')) {
    if (!/^\d+$/.test(id)) continue
    const line = await readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')
    if (line.includes('src/main.ts') && line.includes(product.folder)) return id
  }
  throw new Error('the server has no process')
}

/** Mebibytes. */
async function resident(id: string, field: 'VmRSS' | 'VmHWM'): Promise<number> {
  const status = await readFile(`/proc/${id}/status`, 'utf8')
  return Math.round(Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1]) / 1024)
}

const isEnded = (restore: RestoreView) => !['queued', 'running'].includes(restore.state)

const pattern = createHash('sha256').update(Buffer.alloc(size, 'a pattern of some length; ')).digest('hex')

/** The server's process, started anew, and its mailboxes. */
async function freshServer() {
  await product.end('SIGTERM')
  await product.restart()
  const id = await serverProcess()
  return {
    /** Takes the peak of what is held while something is done. */
    held: async <T>(work: () => Promise<T>) => {
      // From now on the peak counts anew. ("proc_pid_clear_refs", Linux)
      await writeFile(`/proc/${id}/clear_refs`, '5')
      const before = await resident(id, 'VmRSS')
      const result = await work()
      return { result, before, peak: await resident(id, 'VmHWM') }
    },
    mailbox: async (workload: string): Promise<string> => {
      const { items } = await product.session.get<Page<MailboxView>>(
        `/organizations/${organization.id}/mailboxes?limit=10&workload=${workload}`,
      )
      return items.find(({ userPrincipalName }) => userPrincipalName === address)?.id ?? ''
    },
  }
}

interface Detail {
  readonly attachments: readonly { readonly name: string; readonly size: number }[]
  readonly removed: readonly string[]
}

test('attachments of 100 MiB are listed and downloaded without being held', async () => {
  const { session } = product
  const { held, mailbox } = await freshServer()
  const look = async (list: string, one: string) => {
    const { items } = await session.get<Page<{ id: string; size: number }>>(list)
    const item = items.find((found) => found.size > size)
    assert.ok(item)
    return held(async () => {
      const { attachments, removed } = await session.get<Detail>(`${one}/${item.id}`)
      assert.deepEqual(removed, [])
      assert.match(String(await session.bytes(`${one}/${item.id}/preview`)), /^<!doctype html>/)
      const index = attachments.length - 1
      assert.equal(attachments[index]?.size, size)
      const bytes = await session.bytes(`${one}/${item.id}/attachments/${index}`)
      return createHash('sha256').update(bytes).digest('hex')
    })
  }
  const all = {
    mail: await look(`/mailboxes/${await mailbox('mail')}/items?limit=50`, '/items'),
    calendar: await look(`/mailboxes/${await mailbox('calendar')}/outlook-items?limit=50`, '/outlook-items'),
  }
  console.log(all)
  for (const { result, peak } of Object.values(all)) {
    assert.equal(result, pattern)
    assert.ok(peak < 512, JSON.stringify(all))
  }
})

test('attachments of 100 MiB come back without being held', async () => {
  const { session } = product
  const { held, mailbox } = await freshServer()
  const restore = async (workload: string) => {
    const selection = { mailbox: await mailbox(workload) }
    return held(async () => {
      const started = await session.post<RestoreView>(`/organizations/${organization.id}/restores`, {
        selection,
        folder: { kind: 'named', name: 'Given back' },
      })
      const ended = await waitFor<RestoreView>(session, `/restores/${started.id}`, isEnded, 10)
      assert.equal(ended.state, 'succeeded', JSON.stringify(ended))
    })
  }
  const mails = (await heldMails(product, address)).length
  const all = { mail: await restore('mail'), calendar: await restore('calendar') }
  console.log(all)
  for (const { peak } of Object.values(all)) assert.ok(peak < 512, JSON.stringify(all))
  assert.equal((await heldMails(product, address)).length, 2 * mails)
  const { items } = await control<{
    items: { collection: string; attachments: { name: string; sha256: string }[] }[]
  }>(product, 'outlook/list', { mailbox: address, kind: 'calendars' })
  const given = items.filter(({ collection }) => collection === 'Given back')
  assert.deepEqual(
    given.flatMap(({ attachments }) => attachments.map(({ name, sha256 }) => `${name} ${sha256}`)).toSorted(),
    [`one.bin ${pattern}`, `two.bin ${pattern}`],
  )
})
