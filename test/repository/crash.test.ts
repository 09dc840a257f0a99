/** A backup that dies after any of its writes leaves a repository that stock restic and the validator find whole. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileNode, localBackend, memoryBackend } from '../../src/repository/index.ts'
import { type Operation, recording, replay } from './recording.ts'
import { newRepository, openedRepository, resticOn, scratchFolder, severeFindings } from './support.ts'

test('each prefix of the writes of two backups is a valid repository, and the next backup succeeds on it', async (context) => {
  const operations: Operation[] = []
  const repository = await newRepository(context, recording(memoryBackend(), operations))
  const made = operations.length
  const backUp = async (name: string) => {
    const lock = await repository.lock('shared')
    const writer = repository.writer()
    const content = await writer.saveContent(Buffer.from(`the content of ${name}`))
    await writer.flush()
    const tree = await writer.saveTree([fileNode({ name, ...content, mtime: 0 })])
    const id = await writer.saveSnapshot({ tree })
    await lock.release()
    return id
  }
  const snapshots = [await backUp('first'), await backUp('second')]

  for (let length = made; length <= operations.length; length++) {
    const backend = memoryBackend()
    await replay(operations.slice(0, length), backend)
    const survivor = await openedRepository(context, backend)
    assert.deepEqual(await severeFindings(survivor), [], `after ${length} operations`)
    const expected = snapshots.filter((id) =>
      operations.slice(0, length).some(({ type, name }) => type === 'snapshots' && name === id),
    )
    assert.deepEqual((await survivor.listSnapshots()).map(({ id }) => id).toSorted(), expected.toSorted())
    await survivor.removeOwnStaleLocks()
    const writer = survivor.writer()
    await writer.saveSnapshot({ tree: await writer.saveTree([]) })
    for (const { tree } of await survivor.listSnapshots()) await survivor.loadTree(tree)
  }

  for (let length = made; length <= operations.length; length += 3) {
    const folder = await scratchFolder(context)
    await replay(operations.slice(0, length), localBackend(folder))
    await resticOn(folder)('check', '--read-data', '--no-lock')
  }
})

test('packs are written before the index that names them, and the index before the snapshot', async (context) => {
  const operations: Operation[] = []
  const repository = await newRepository(context, recording(memoryBackend(), operations))
  const made = operations.length
  const writer = repository.writer()
  const content = await writer.saveContent(Buffer.from('content'))
  await writer.saveSnapshot({ tree: await writer.saveTree([fileNode({ name: 'a', ...content, mtime: 0 })]) })
  assert.deepEqual(
    operations.slice(made).map(({ type }) => type),
    ['data', 'data', 'index', 'snapshots'],
  )
})
