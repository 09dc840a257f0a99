import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { type MailClient, openMail } from './mail-client.ts'

type Statistics = {
  requests: number
  throttled: number
  violations: number
  maximumInFlight: number
  operations: Record<string, number>
}

describe("Exchange's limits in the simulated tenant", () => {
  let client: MailClient
  let path: string
  let mailbox: string
  before(async () => {
    client = await openMail({ users: 2, mails: 10 })
    mailbox = client.mailboxes[0] ?? ''
    path = `/users/${mailbox}/mailFolders/inbox`
    await client.json(path)
  })
  beforeEach(() => client.control('resetStatistics'))
  after(() => client.close())

  const statistics = async () => await client.control<Statistics>('statistics')

  test('a fifth request at once is refused, another mailbox is not concerned', async () => {
    await client.control('delay', { mailbox, milliseconds: 1500 })
    const answers = await Promise.all(Array.from({ length: 6 }, () => client.call(path)))
    await client.control('delay', { mailbox, milliseconds: 0 })
    assert.equal(answers.filter((answer) => answer.status === 200).length, 4)
    const refused = answers.filter((answer) => answer.status === 429)
    assert.equal(refused.length, 2)
    assert.ok(Number(refused[0]?.headers.get('retry-after')) >= 1)
    assert.match((await refused[0]?.text()) ?? '', /ApplicationThrottled.*MailboxConcurrency/)
    assert.equal((await client.call(`/users/${client.mailboxes[1]}/mailFolders/inbox`)).status, 200)
    assert.equal((await statistics()).maximumInFlight, 5)
  })

  test('a batch for one mailbox is worked off four at a time without refusals', async () => {
    const requests = Array.from({ length: 12 }, (_, index) => ({
      id: String(index),
      method: 'GET',
      url: path,
    }))
    const { responses } = await client.json<{ responses: { status: number }[] }>('/$batch', {
      method: 'POST',
      body: { requests },
    })
    assert.deepEqual(
      responses.map((response) => response.status),
      Array.from({ length: 12 }, () => 200),
    )
    assert.ok((await statistics()).maximumInFlight <= 4)
  })

  test('a throttled mailbox refuses until the time is over, and a client that does not wait is noticed', async () => {
    await client.control('throttle', { mailbox, seconds: 3 })
    const first = await client.call(path)
    assert.equal(first.status, 429)
    const wait = Number(first.headers.get('retry-after'))
    await new Promise((resolve) => setTimeout(resolve, 300))
    assert.equal((await client.call(path)).status, 429)
    assert.equal((await statistics()).violations, 1)
    await new Promise((resolve) => setTimeout(resolve, wait * 1000 + 100))
    assert.equal((await client.call(path)).status, 200)
    const counted = await statistics()
    assert.equal(counted.throttled, 2)
    assert.equal(counted.requests, 3)
    assert.equal(counted.violations, 1)
    assert.equal(counted.operations['GET /users/{id}/mailFolders/{id}'], 3)
  })

  test('refused requests count, so the request limit holds for those who do not wait', async () => {
    await client.control('throttle', { requestLimit: 3 })
    const statuses: number[] = []
    for (let count = 0; count < 5; count++) statuses.push((await client.call(path)).status)
    await client.control('throttle', { requestLimit: 10_000 })
    assert.deepEqual(statuses, [200, 200, 200, 429, 429])
  })

  test('requests that a client gave up no longer count as in flight', async () => {
    await client.control('delay', { mailbox, milliseconds: 400 })
    const abandoned = Array.from({ length: 4 }, async () => {
      const signal = AbortSignal.timeout(150)
      await assert.rejects(client.call(path, { signal }))
    })
    await Promise.all(abandoned)
    await client.control('delay', { mailbox, milliseconds: 0 })
    const answers = await Promise.all(Array.from({ length: 4 }, () => client.call(path)))
    assert.deepEqual(
      answers.map((answer) => answer.status),
      [200, 200, 200, 200],
    )
  })

  test('a failing mailbox answers everything with its error and the others go on', async () => {
    await client.control('failMailbox', { mailbox, status: 503 })
    assert.equal((await client.call(path)).status, 503)
    assert.equal((await client.call(`/users/${client.mailboxes[1]}/mailFolders/inbox`)).status, 200)
    await client.control('failMailbox', { mailbox, status: 0 })
    assert.equal((await client.call(path)).status, 200)
  })
})
