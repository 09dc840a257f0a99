/** Entries and archives beyond 4 GiB, for which the old form of ZIP has no room. What is nothing but zeros takes no room on the disk. */
import assert from 'node:assert/strict'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { crc32 } from 'node:zlib'
import { openPromise } from 'yauzl'
import { writeZip, type ZipEntry } from '../../../src/jobs/downloads/zip/write-zip.ts'

const zeros = Buffer.alloc(4 * 1024 * 1024)
const large = 4 * 1024 ** 3 + 5

function zerosOf(name: string, size: number, isPacked: boolean): ZipEntry {
  async function* content(): AsyncGenerator<Uint8Array> {
    for (let left = size; left > 0; left -= zeros.length) yield zeros.subarray(0, left)
  }
  return { name, modified: new Date('2026-03-06T10:00:00Z'), isPacked, size, content }
}

test('another program reads back entries beyond 4 GiB, and what stands after them', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bdrcloud-large-zip-'))
  try {
    const given = [
      zerosOf('first', 10, false),
      // What almost does not fit, packed as well.
      zerosOf('just below', 0xffff_fffe, true),
      zerosOf('packed', large, true),
      zerosOf('as it is', large, false),
      zerosOf('last', 10, true),
    ]
    const path = join(folder, 'large.zip')
    const file = await open(path, 'w')
    let length = 0
    async function* entries(): AsyncGenerator<ZipEntry> {
      yield* given
    }
    for await (const bytes of writeZip(entries())) {
      if (bytes.buffer !== zeros.buffer) await file.write(bytes, 0, bytes.length, length)
      length += bytes.length
    }
    await file.close()
    const zip = await openPromise(path)
    assert.equal(zip.entryCount, given.length)
    let at = 0
    for await (const entry of zip.eachEntry()) {
      const expected = given[at++]
      assert.deepEqual([entry.fileName, entry.uncompressedSize], [expected?.name, expected?.size])
      let size = 0
      let sum = 0
      for await (const bytes of await zip.openReadStreamPromise(entry)) {
        size += bytes.length
        sum = crc32(bytes as Buffer, sum)
      }
      assert.deepEqual([size, sum], [entry.uncompressedSize, entry.crc32], entry.fileName)
    }
    assert.equal(at, given.length)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
