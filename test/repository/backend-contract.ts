/** What every storage backend has to do. A backend's test file calls this and adds nothing of its own. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Backend, FileType } from '../../src/repository/index.ts'

const name = (digit: string) => digit.repeat(64)
const types: readonly FileType[] = ['keys', 'data', 'index', 'snapshots', 'locks']

export function backendContract(kind: string, open: (context: TestContext) => Promise<Backend>): void {
  const hasCode = (code: string) => (error: unknown) =>
    error instanceof Error && 'code' in error && error.code === code

  test(`${kind}: a file comes back as it was saved, whole and in ranges`, async (context) => {
    const backend = await open(context)
    for (const type of types) {
      await backend.save(type, name('a'), Buffer.from('0123456789'))
      assert.equal((await backend.load(type, name('a'))).toString(), '0123456789')
      assert.equal((await backend.load(type, name('a'), { offset: 3, length: 4 })).toString(), '3456')
      assert.equal((await backend.load(type, name('a'), { offset: 10, length: 0 })).toString(), '')
      assert.deepEqual(await backend.stat(type, name('a')), { size: 10 })
    }
    await backend.save('config', 'config', Buffer.from('configuration'))
    assert.equal((await backend.load('config', 'config')).toString(), 'configuration')
  })

  test(`${kind}: what was saved does not change with the caller's buffer`, async (context) => {
    const backend = await open(context)
    const bytes = Buffer.from('before')
    await backend.save('data', name('b'), bytes)
    bytes.write('after!')
    assert.equal((await backend.load('data', name('b'))).toString(), 'before')
  })

  test(`${kind}: an existing file is never overwritten, also not by two at once`, async (context) => {
    const backend = await open(context)
    await backend.save('snapshots', name('c'), Buffer.from('first'))
    await assert.rejects(
      backend.save('snapshots', name('c'), Buffer.from('second')),
      hasCode('STO_FILE_EXISTS'),
    )
    assert.equal((await backend.load('snapshots', name('c'))).toString(), 'first')
    const both = await Promise.allSettled(
      ['one', 'two'].map((text) => backend.save('index', name('c'), Buffer.from(text))),
    )
    assert.deepEqual(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
  })

  test(`${kind}: missing and too short files are errors that say so`, async (context) => {
    const backend = await open(context)
    await assert.rejects(backend.load('data', name('d')), hasCode('STO_FILE_MISSING'))
    await assert.rejects(backend.remove('data', name('d')), hasCode('STO_FILE_MISSING'))
    assert.equal(await backend.stat('data', name('d')), undefined)
    await backend.save('data', name('d'), Buffer.from('short'))
    await assert.rejects(
      backend.load('data', name('d'), { offset: 3, length: 3 }),
      hasCode('STO_FILE_TOO_SHORT'),
    )
  })

  test(`${kind}: listing names every file of a kind once, with its size`, async (context) => {
    const backend = await open(context)
    assert.deepEqual(await Array.fromAsync(backend.list('data')), [])
    for (const digit of ['0', '1', 'e', 'f'])
      await backend.save('data', name(digit), Buffer.alloc(Number(`0x${digit}`)))
    await backend.save('locks', name('2'), Buffer.from('x'))
    const listed = await Array.fromAsync(backend.list('data'))
    assert.deepEqual(
      listed.toSorted((a, b) => a.size - b.size),
      [0, 1, 14, 15].map((size) => ({ name: name(size.toString(16)), size })),
    )
    await backend.remove('data', name('1'))
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
}
