import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { crc32 } from 'node:zlib'
import { fromBufferPromise } from 'yauzl'
import { writeZip, type ZipEntry } from '../../src/jobs/downloads/zip/write-zip.ts'

const modified = new Date('2026-03-06T10:00:01Z')

function entryOf(name: string, pieces: readonly Uint8Array[], isPacked = false): ZipEntry {
  const size = pieces.reduce((sum, { length }) => sum + length, 0)
  async function* content(): AsyncGenerator<Uint8Array> {
    yield* pieces
  }
  return { name, modified, isPacked, size, content }
}

const buffer = async (source: AsyncIterable<unknown>) =>
  Buffer.concat(await Array.fromAsync(source as AsyncIterable<Uint8Array>))

async function* all(entries: Iterable<ZipEntry>): AsyncGenerator<ZipEntry> {
  yield* entries
}

test('another program reads back names, times and bytes', async () => {
  const long = Buffer.from('so it goes on and on; '.repeat(50_000))
  const noise = Buffer.from(Array.from({ length: 100_000 }, (_, at) => (at * at * 7919) >> 3))
  const pieces = [long.subarray(0, 10), Buffer.alloc(0), long.subarray(10)]
  const given = [false, true].flatMap((isPacked) => [
    entryOf(`some/folder/Grüße, 世界 😀 ${isPacked}.eml`, pieces, isPacked),
    entryOf(`noise ${isPacked}`, [noise], isPacked),
    entryOf(`nothing ${isPacked}`, [], isPacked),
    { ...entryOf(`old ${isPacked}`, [noise], isPacked), modified: new Date('1601-01-01T00:00:00Z') },
    { ...entryOf(`far ${isPacked}`, [noise], isPacked), modified: new Date('9999-12-31T23:59:59Z') },
  ])
  const bytes = await buffer(writeZip(all(given)))
  assert.ok(bytes.length < 1_500_000, 'what is packed is smaller')
  const zip = await fromBufferPromise(bytes)
  assert.equal(zip.entryCount, given.length)
  let at = 0
  for await (const entry of zip.eachEntry()) {
    const expected = given[at++]
    assert.ok(expected)
    assert.equal(entry.fileName, expected.name)
    const content = await buffer(await zip.openReadStreamPromise(entry))
    assert.deepEqual(content, await buffer(expected.content()))
    assert.equal(entry.crc32, crc32(content))
    if (expected.modified === modified) assert.equal(entry.getLastModDate().getTime(), modified.getTime())
  }
})

test('an archive has room for more entries than the old form of ZIP', async () => {
  const count = 70_000
  const few = 'two'
  const entries = Array.from({ length: count }, (_, at) => entryOf(`${at}.txt`, [Buffer.from(few)]))
  const zip = await fromBufferPromise(await buffer(writeZip(all(entries))))
  assert.equal(zip.entryCount, count)
  let seen = 0
  for await (const entry of zip.eachEntry()) {
    assert.equal(entry.fileName, `${seen++}.txt`)
    if (seen % 10_000 !== 0) continue
    assert.equal(String(await buffer(await zip.openReadStreamPromise(entry))), few)
  }
  assert.equal(seen, count)
})

test('each entry is looked at equally often, however many there are, and only when its turn comes', async () => {
  const looks = async (count: number) => {
    let number = 0
    let asked = 0
    let done = 0
    async function* entries(): AsyncGenerator<ZipEntry> {
      for (; asked < count; asked += 1) {
        assert.equal(done, asked, 'the one before was read first')
        const content = async function* () {
          yield Buffer.from('text')
          done += 1
        }
        yield new Proxy(
          { ...entryOf(`${asked}`, [Buffer.from('text')], true), content },
          {
            get(entry, field, receiver) {
              number += 1
              return Reflect.get(entry, field, receiver)
            },
          },
        )
      }
    }
    await buffer(writeZip(entries()))
    return number
  }
  assert.equal(await looks(2_000), 20 * (await looks(100)))
})

test('who stops reading stops the reading of content, and what fails there comes out', async () => {
  for (const isPacked of [false, true]) {
    let closed = 0
    let asked = 0
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield Buffer.alloc(64 * 1024)
      } finally {
        closed += 1
      }
    }
    async function* entries(): AsyncGenerator<ZipEntry> {
      for (;;) {
        asked += 1
        yield { ...entryOf('endless', [], isPacked), size: 1, content: endless }
      }
    }
    const archive = Readable.from(writeZip(entries()), { objectMode: false })
    await once(archive, 'data')
    archive.destroy()
    await once(archive, 'close')
    assert.deepEqual({ closed, asked }, { closed: 1, asked: 1 })

    const broken = {
      ...entryOf('broken', [], isPacked),
      content: async function* (): AsyncGenerator<Uint8Array> {
        yield Buffer.from('some')
        throw new Error('a blob is missing')
      },
    }
    await assert.rejects(buffer(writeZip(all([broken]))), { message: 'a blob is missing' })
    const short = { ...entryOf('short', [Buffer.from('some')], isPacked), size: 5 }
    await assert.rejects(buffer(writeZip(all([short]))), { message: 'an entry of 5 bytes has 4' })
  }
})
