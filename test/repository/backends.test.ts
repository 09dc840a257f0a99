import assert from 'node:assert/strict'
import { mkdir, readdir, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { localBackend, memoryBackend, prune } from '../../src/repository/index.ts'
import { backendContract } from './backend-contract.ts'
import { backUp, filesOf } from './material.ts'
import { findings, localRepository, scratchFolder } from './support.ts'

backendContract('memory', async () => memoryBackend())
backendContract('local folder', async (context) => localBackend(await scratchFolder(context)))

test('files in a folder are read-only, and leftovers of a crash are not listed', async (context) => {
  const folder = await scratchFolder(context)
  const backend = localBackend(folder)
  await backend.save('data', 'a'.repeat(64), Buffer.from('x'))
  assert.equal((await stat(join(folder, 'data/aa', 'a'.repeat(64)))).mode & 0o777, 0o400)
  assert.deepEqual(await readdir(join(folder, 'data/aa')), ['a'.repeat(64)])
  await writeFile(join(folder, 'data/aa', `${'a'.repeat(64)}.123.tmp`), 'half a file')
  assert.equal((await Array.fromAsync(backend.list('data'))).length, 1)
})

test('what killed writes left is removed when it is old, by a prune, and nothing else is', async (context) => {
  const { folder, repository } = await localRepository(context)
  await backUp(repository, filesOf(1))
  const id = 'b'.repeat(64)
  const leftovers = [
    `data/bb/${id}.0123456789ab.tmp`,
    `index/${id}.0123456789ab.tmp`,
    'config.0123456789ab.tmp',
  ]
  const strangers = [`index/${id}.tmp`, 'data/bb/notes.0123456789ab.tmp', 'x.0123456789ab.tmp']
  const young = `snapshots/${id}.0123456789ab.tmp`
  await mkdir(join(folder, 'data/bb'), { recursive: true })
  for (const path of [...leftovers, ...strangers, young]) {
    await writeFile(join(folder, path), 'half a file')
    const hoursAgo = new Date(Date.now() - (path === young ? 0 : 2 * 3_600_000))
    await utimes(join(folder, path), hoursAgo, hoursAgo)
  }
  await prune(repository, { dryRun: true })
  const foreign = async () => (await findings(repository)).map(({ subject }) => subject).toSorted()
  assert.deepEqual(await foreign(), [...leftovers, ...strangers, young].toSorted())
  await prune(repository)
  assert.deepEqual(await foreign(), [...strangers, young].toSorted())
})
