import assert from 'node:assert/strict'
import { readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { localBackend, memoryBackend } from '../../src/repository/index.ts'
import { backendContract } from './backend-contract.ts'
import { scratchFolder } from './support.ts'

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
