import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { corpusDirectory, noCorpus } from '../corpus.ts'
import { type DriveClient, openDrives, slowQuickXorHash, type TrueItem } from './drive-client.ts'
import { sha256 } from './mail-client.ts'

const bytesOf = async (answer: { arrayBuffer(): Promise<ArrayBuffer> }) =>
  Buffer.from(await answer.arrayBuffer())

describe('content of simulated drives', () => {
  let client: DriveClient
  let files: readonly TrueItem[]
  before(async () => {
    client = await openDrives({ users: 1, files: 30, seed: 5 })
    files = (await client.truth(client.drive)).filter(({ kind, size }) => kind === 'file' && size > 0)
  })
  after(() => client.close())

  const address = async (id: string): Promise<string> => {
    const answer = await client.call(`/drives/${client.drive}/items/${id}/content`, { redirect: 'manual' })
    assert.equal(answer.status, 302, await answer.text())
    return answer.headers.get('location') ?? ''
  }
  const sound = () => files.filter(({ faults }) => faults.length === 0)

  test('each file comes from another host, without a token, with the hash that was named', async () => {
    const { items } = await client.delta(client.drive)
    for (const { id, size, sha256: expected } of sound()) {
      const url = await address(id)
      assert.notEqual(new URL(url).host, new URL(client.graph).host)
      const bytes = await bytesOf(await client.plain(url))
      assert.equal(bytes.length, size)
      assert.equal(sha256(bytes), expected)
      assert.equal(items.find((item) => item.id === id)?.file?.hashes?.quickXorHash, slowQuickXorHash(bytes))
    }
    const [one] = sound()
    const refused = await client.plain(await address(one?.id ?? ''), {
      headers: { authorization: 'Bearer x' },
    })
    assert.equal(refused.status, 401)
  })

  test('ranges, ranges that are ignored, and ranges beyond the end', async () => {
    const file = sound().find(({ size }) => size > 100)
    assert.ok(file)
    const url = await address(file.id)
    const whole = await bytesOf(await client.plain(url))
    const part = await client.plain(url, { headers: { range: 'bytes=10-19' } })
    assert.equal(part.status, 206)
    assert.equal(part.headers.get('content-range'), `bytes 10-19/${file.size}`)
    assert.deepEqual(await bytesOf(part), whole.subarray(10, 20))
    assert.equal((await client.plain(url, { headers: { range: `bytes=${file.size}-` } })).status, 416)
    await client.controlDrives('behaviour', { ignoreRange: true })
    const ignored = await client.plain(url, { headers: { range: 'bytes=10-19' } })
    await client.controlDrives('behaviour', { ignoreRange: false })
    assert.equal(ignored.status, 200)
    assert.deepEqual(await bytesOf(ignored), whole)
  })

  test('a download that breaks goes on where it broke; an address ends', async () => {
    const { id } = await client.controlDrives<{ id: string }>('add', {
      drive: client.drive,
      path: ['broken.bin'],
      size: 3_000_000,
    })
    await client.controlDrives('behaviour', { breakAfterBytes: 1_000_000, breaks: 1 })
    const url = await address(id)
    const received: Buffer[] = []
    await assert.rejects(async () => {
      const answer = await client.plain(url)
      for await (const piece of answer.body ?? []) received.push(Buffer.from(piece))
    })
    const start = Buffer.concat(received)
    // A connection that is cut may take along what was not read yet.
    assert.ok(start.length <= 1_000_000)
    const rest = await bytesOf(await client.plain(url, { headers: { range: `bytes=${start.length}-` } }))
    const truth = (await client.truth(client.drive)).find((item) => item.id === id)
    assert.equal(sha256(Buffer.concat([start, rest])), truth?.sha256)
    client.simulator.tenant.clock.advance(3601)
    assert.equal((await client.plain(url)).status, 401)
    client.simulator.tenant.clock.advance(-3601)
    assert.equal(
      (await client.plain(url.replace(/tempauth=(.)/, (_, first) => `tempauth=${first === 'A' ? 'B' : 'A'}`)))
        .status,
      401,
      'a forged address',
    )
  })

  test('a file beyond four gigabytes is read in its middle and at its end', async () => {
    const size = 5 * 1024 ** 3 + 7
    const { id } = await client.controlDrives<{ id: string }>('add', {
      drive: client.drive,
      path: ['huge.bin'],
      sparse: size,
    })
    const url = await address(id)
    const end = await client.plain(url, { headers: { range: `bytes=${size - 4}-` } })
    assert.equal(end.headers.get('content-range'), `bytes ${size - 4}-${size - 1}/${size}`)
    assert.notDeepEqual(await bytesOf(end), Buffer.alloc(4))
    const middle = await client.plain(url, { headers: { range: 'bytes=4294967000-4294967999' } })
    assert.deepEqual(await bytesOf(middle), Buffer.alloc(1000))
    await client.controlDrives('delete', { drive: client.drive, path: ['huge.bin'] })
  })

  test('malware is named and not given out', async () => {
    const infected = files.find(({ faults }) => faults.includes('malware'))
    assert.ok(infected)
    const answer = await client.call(`/drives/${client.drive}/items/${infected.id}/content`, {
      redirect: 'manual',
    })
    assert.equal(answer.status, 403)
    assert.equal(answer.headers.get('x-virus-infected'), 'true')
    const { error } = (await answer.json()) as { error: { code: string } }
    assert.equal(error.code, 'malwareDetected')
    const { malware } = await client.json(`/drives/${client.drive}/items/${infected.id}`)
    assert.ok(malware)
  })

  test('older versions have their content, the present one is refused there', async () => {
    const file = files.find(({ versions, faults }) => versions > 1 && faults.length === 0)
    assert.ok(file)
    const at = `/drives/${client.drive}/items/${file.id}/versions`
    const { value } = await client.json<{ value: { id: string; size: number }[] }>(at)
    assert.equal(value.length, file.versions)
    const older = await client.call(`${at}/${value[1]?.id}/content`)
    assert.equal((await bytesOf(older)).length, value[1]?.size)
    assert.equal((await client.call(`${at}/${value[0]?.id}/content`)).status, 400)
    const answer = await client.call(`${at}/${value[1]?.id}/restoreVersion`, { method: 'POST' })
    assert.equal(answer.status, 204)
    assert.equal((await client.json<{ value: unknown[] }>(at)).value.length, file.versions + 1)
  })
})

test('each file of a corpus is in one drive, byte for byte', { skip: noCorpus }, async () => {
  const client = await openDrives({ users: 4, files: 5, corpus: corpusDirectory })
  try {
    const { drives } = await client.controlDrives<{ drives: { id: string }[] }>('drives')
    const lists = await Promise.all(drives.map(({ id }) => client.truth(id)))
    const names = lists.flat().flatMap(({ corpus }) => (corpus === undefined ? [] : [corpus]))
    assert.deepEqual(names.sort(), readdirSync(join(corpusDirectory, 'files')).sort())
  } finally {
    await client.close()
  }
})
