/** What every storage backend has to do. A backend's test file calls this and adds nothing of its own. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { idOf } from '../../src/repository/format/blob-id.ts'
import type { Backend, FileType } from '../../src/repository/index.ts'

const name = (digit: string) => digit.repeat(64)
/** The only name that places which check the hash take it by. */
const nameOf = (text: string) => idOf(Buffer.from(text))
const types: readonly FileType[] = ['keys', 'data', 'index', 'snapshots', 'locks']

export function backendContract(kind: string, open: (context: TestContext) => Promise<Backend>): void {
  const hasCode = (code: string) => (error: unknown) =>
    error instanceof Error && 'code' in error && error.code === code

  test(`${kind}: a file comes back as it was saved, whole and in ranges`, async (context) => {
    const backend = await open(context)
    const digits = nameOf('0123456789')
    for (const type of types) {
      await backend.save(type, digits, Buffer.from('0123456789'))
      assert.equal((await backend.load(type, digits)).toString(), '0123456789')
      assert.equal((await backend.load(type, digits, { offset: 3, length: 4 })).toString(), '3456')
      assert.equal((await backend.load(type, digits, { offset: 10, length: 0 })).toString(), '')
      assert.equal((await backend.stat(type, digits))?.size, 10)
    }
    await backend.save('config', 'config', Buffer.from('configuration'))
    assert.equal((await backend.load('config', 'config')).toString(), 'configuration')
  })

  test(`${kind}: what was saved does not change with the caller's buffer`, async (context) => {
    const backend = await open(context)
    const bytes = Buffer.from('before')
    await backend.save('data', nameOf('before'), bytes)
    bytes.write('after!')
    assert.equal((await backend.load('data', nameOf('before'))).toString(), 'before')
  })

  test(`${kind}: an existing file is never overwritten, also not by two at once`, async (context) => {
    const backend = await open(context)
    const first = nameOf('first')
    await backend.save('snapshots', first, Buffer.from('first'))
    await assert.rejects(backend.save('snapshots', first, Buffer.from('second')), hasCode('STO_FILE_EXISTS'))
    assert.equal((await backend.load('snapshots', first)).toString(), 'first')
    const both = await Promise.allSettled(
      ['one', 'two'].map((text) => backend.save('index', nameOf('one'), Buffer.from(text))),
    )
    assert.deepEqual(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
  })

  test(`${kind}: missing and too short files are errors that say so`, async (context) => {
    const backend = await open(context)
    await assert.rejects(backend.load('data', name('d')), hasCode('STO_FILE_MISSING'))
    await assert.rejects(backend.remove('data', name('d')), hasCode('STO_FILE_MISSING'))
    assert.equal(await backend.stat('data', name('d')), undefined)
    await backend.save('data', nameOf('short'), Buffer.from('short'))
    await assert.rejects(
      backend.load('data', nameOf('short'), { offset: 3, length: 3 }),
      hasCode('STO_FILE_TOO_SHORT'),
    )
  })

  test(`${kind}: listing names every file of a kind once, with its size`, async (context) => {
    const backend = await open(context)
    assert.deepEqual(await Array.fromAsync(backend.list('data')), [])
    const texts = ['', 'a', 'b'.repeat(14), 'c'.repeat(15)]
    for (const text of texts) await backend.save('data', nameOf(text), Buffer.from(text))
    await backend.save('locks', nameOf('x'), Buffer.from('x'))
    const listed = await Array.fromAsync(backend.list('data'))
    assert.deepEqual(
      listed.toSorted((a, b) => a.size - b.size),
      texts.map((text) => ({ name: nameOf(text), size: text.length })),
    )
    await backend.remove('data', nameOf('a'))
    assert.equal((await Array.fromAsync(backend.list('data'))).length, 3)
  })

  test(`${kind}: names that are no hashes never reach the place`, async (context) => {
    const backend = await open(context)
    for (const bad of ['../../etc/passwd', '', 'config', name('G'), `${name('a')}/..`]) {
      await assert.rejects(backend.save('data', bad, Buffer.from('x')), hasCode('STO_FILE_NAME_INVALID'))
      await assert.rejects(backend.load('data', bad), hasCode('STO_FILE_NAME_INVALID'))
    }
    await assert.rejects(
      backend.save('config', name('a'), Buffer.from('x')),
      hasCode('STO_FILE_NAME_INVALID'),
    )
  })

  test(`${kind}: nothing is done for a caller who has cancelled`, async (context) => {
    const backend = await open(context)
    await assert.rejects(backend.save('data', name('a'), Buffer.from('x'), AbortSignal.abort()))
    assert.equal(await backend.stat('data', name('a')), undefined)
  })

  test(`${kind}: a caller who cancels in the middle is answered so, and can go on later`, async (context) => {
    const backend = await open(context)
    const bytes = randomBytes(6_000_000)
    await backend.save('data', idOf(bytes), bytes)
    for (const work of [
      (signal: AbortSignal) => backend.load('data', idOf(bytes), undefined, signal),
      (signal: AbortSignal) => backend.stat('data', idOf(bytes), signal),
      (signal: AbortSignal) => Array.fromAsync(backend.list('data', signal)),
    ]) {
      const cancel = new AbortController()
      const working = work(cancel.signal)
      cancel.abort(new Error('the caller has gone'))
      // A place as quick as memory may have answered already.
      const outcome = await working.then(
        () => 'done before',
        (error: unknown) => String(error),
      )
      assert.match(outcome, /done before|the caller has gone/)
    }
    assert.deepEqual(await backend.load('data', idOf(bytes)), bytes)
  })

  test(`${kind}: empty files and files larger than a pack keep every byte`, async (context) => {
    const backend = await open(context)
    const empty = nameOf('')
    await backend.save('data', empty, Buffer.alloc(0))
    assert.equal((await backend.load('data', empty)).length, 0)
    assert.equal((await backend.stat('data', empty))?.size, 0)
    await assert.rejects(backend.load('data', empty, { offset: 0, length: 1 }), hasCode('STO_FILE_TOO_SHORT'))
    const large = randomBytes(17 * 1024 * 1024 + 3)
    await backend.save('data', idOf(large), large)
    assert.ok((await backend.load('data', idOf(large))).equals(large))
    const range = { offset: 16 * 1024 * 1024 - 1, length: 1024 * 1024 + 4 }
    assert.ok((await backend.load('data', idOf(large), range)).equals(large.subarray(range.offset)))
  })

  test(`${kind}: more files than fit on a page are all listed, and many can write and read at once`, async (context) => {
    const backend = await open(context)
    const files = Array.from({ length: 1010 }, (_, i) => Buffer.from(`file ${i}`))
    const queue = files.values()
    await Promise.all(
      Array.from({ length: 16 }, async () => {
        for (const bytes of queue) {
          await backend.save('snapshots', idOf(bytes), bytes)
          if (bytes[bytes.length - 1] === 0x30)
            assert.deepEqual(await backend.load('snapshots', idOf(bytes)), bytes)
        }
      }),
    )
    const listed = await Array.fromAsync(backend.list('snapshots'))
    const expected = files.map((bytes) => ({ name: idOf(bytes), size: bytes.length }))
    const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1)
    assert.deepEqual(listed.toSorted(byName), expected.toSorted(byName))
    assert.deepEqual(await Array.fromAsync(backend.list('index')), [])
    // A reader that has seen enough may leave.
    for await (const file of backend.list('snapshots')) {
      assert.match(file.name, /^[0-9a-f]{64}$/)
      break
    }
  })
}
