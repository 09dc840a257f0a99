/** The example in this room's README does what it says. */
import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { resticOn, scratchFolder } from './support.ts'

const room = join(import.meta.dirname, '../../src/repository')

test('the example of the README makes a repository that stock restic restores from', async (context) => {
  const folder = await scratchFolder(context)
  const readme = await readFile(join(room, 'README.md'), 'utf8')
  const example = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? ''
  assert.ok(example.split('\n').length < 15)
  const code = example
    .replace('./index.ts', pathToFileURL(join(room, 'index.ts')).href)
    .replace('/srv/backups/first', join(folder, 'first'))
    .replaceAll('a long one', 'geheim')
  await writeFile(join(folder, 'example.ts'), code)
  await import(pathToFileURL(join(folder, 'example.ts')).href)
  const restic = resticOn(join(folder, 'first'))
  await restic('check', '--read-data')
  await restic('restore', 'latest', '--target', join(folder, 'out'))
  assert.equal(await readFile(join(folder, 'out/hello.txt'), 'utf8'), 'hello')
})
