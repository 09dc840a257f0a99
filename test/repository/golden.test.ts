/**
 * Repositories of restic's own test data, read and judged. They lie in a folder named by `RESTIC_TEST_REPOSITORIES`, or beside the
 * checkout; without it these tests are skipped.
 */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { idOf } from '../../src/repository/format/blob-id.ts'
import { encodeTree } from '../../src/repository/format/tree-encoder.ts'
import { localBackend, type Repository, repairIndex } from '../../src/repository/index.ts'
import { findingCodes, findings, openedRepository, resticOn, scratchFolder } from './support.ts'

const folder =
  process.env['RESTIC_TEST_REPOSITORIES'] ??
  join(import.meta.dirname, '../../../shared/data/restic-repositories')
const skip = existsSync(folder) ? false : 'the corpus of restic’s own test repositories is absent'

async function unpacked(context: TestContext, name: string): Promise<string> {
  const scratch = await scratchFolder(context)
  execFileSync('tar', ['-xzf', join(folder, `${name}.tar.gz`), '-C', scratch])
  return join(scratch, 'repo')
}

async function golden(context: TestContext, name: string): Promise<Repository> {
  return openedRepository(context, localBackend(await unpacked(context, name)))
}

/** All trees of a repository that can be reached and read. */
async function* reachableTrees(repository: Repository): AsyncIterable<string> {
  const open = (await repository.listSnapshots()).map(({ tree }) => tree)
  const seen = new Set<string>()
  for (let tree = open.pop(); tree; tree = open.pop()) {
    if (seen.has(tree)) continue
    seen.add(tree)
    yield tree
    for (const node of await repository.loadTree(tree)) if (node.subtree) open.push(node.subtree)
  }
}

for (const name of ['small-repo', 'repo-mixed', 'repo-same-timestamps', 'repo-restore-permissions-test']) {
  test(`golden ${name} has no fault, and its trees are encoded to the same bytes`, {
    skip,
  }, async (context) => {
    const repository = await golden(context, name)
    assert.deepEqual(await findingCodes(repository), [])
    let trees = 0
    for await (const tree of reachableTrees(repository)) {
      assert.equal(idOf(encodeTree(await repository.loadTree(tree))), tree)
      trees++
    }
    assert.ok(trees > 0)
  })
}

const expected: Readonly<Record<string, readonly string[]>> = {
  'copy-unstable-json': ['STO_TREE_ENCODING'],
  'repo-data-missing': ['STO_FILE_MISSING'],
  'repo-duplicates': ['STO_BLOB_STORED_TWICE', 'STO_PACK_UNREACHABLE'],
  'repo-index-missing': ['STO_BLOB_UNKNOWN', 'STO_PACK_NOT_INDEXED'],
  'repo-index-missing-blob': ['STO_BLOB_UNKNOWN', 'STO_PACK_NOT_INDEXED'],
  'repo-obsolete-index': ['STO_PACK_INDEXED_TWICE'],
  'repo-unreferenced-data': ['STO_PACK_NOT_INDEXED'],
  'repo-unused-data-missing': [
    'STO_FILE_MISSING',
    'STO_HEADER_INDEX_MISMATCH',
    'STO_PACK_HASH_MISMATCH',
    'STO_PACK_INVALID',
    'STO_PACK_UNREACHABLE',
    'STO_SEAL_BROKEN',
  ],
}
for (const [name, codes] of Object.entries(expected)) {
  test(`golden ${name} is found to be ${codes.join(' and ')}`, { skip }, async (context) => {
    assert.deepEqual(await findingCodes(await golden(context, name)), codes)
  })
}

/** What is left after the index was made anew. */
const mended: Readonly<Record<string, readonly string[]>> = {
  'repo-data-missing': ['STO_BLOB_UNKNOWN'],
  'repo-duplicates': ['STO_BLOB_STORED_TWICE', 'STO_PACK_UNREACHABLE'],
  'repo-index-missing': ['STO_BLOB_STORED_TWICE'],
  'repo-index-missing-blob': ['STO_PACK_UNREACHABLE'],
  'repo-obsolete-index': [],
  // A pack of another repository, and one of no bytes: they stay out of the index, and nothing needs them.
  'repo-unreferenced-data': ['STO_PACK_NOT_INDEXED'],
  'repo-unused-data-missing': ['STO_PACK_NOT_INDEXED'],
}
for (const [name, codes] of Object.entries(mended)) {
  test(`golden ${name} is mended as far as it can be by a new index`, { skip }, async (context) => {
    const place = await unpacked(context, name)
    const repository = await openedRepository(context, localBackend(place))
    const { findings: unreadable } = await repairIndex(repository)
    assert.equal(unreadable.length, codes.includes('STO_PACK_NOT_INDEXED') ? 1 : 0)
    assert.deepEqual(await findingCodes(repository), codes)
    if (codes.includes('STO_BLOB_UNKNOWN')) return
    const { tree } = await repository.findSnapshot('latest')
    for (const node of await repository.loadTree(tree)) {
      if (node.type === 'file') await Array.fromAsync(repository.readFile(node))
    }
    await resticOn(place)('check', '--read-data')
  })
}

test('golden: each finding names the file, blob or path it is about', { skip }, async (context) => {
  const subjects = async (name: string) =>
    (await findings(await golden(context, name))).map(({ code, subject }) => `${code} ${subject}`)
  assert.deepEqual(await subjects('repo-data-missing'), [
    'STO_FILE_MISSING data/1959b7f2802f1d83c9eeda21f3d5c5f4ff6c4b122a59b5f5ca5e28a4970a37b4',
  ])
  assert.deepEqual(await subjects('copy-unstable-json'), ['STO_TREE_ENCODING 36455a41/test'])
  assert.deepEqual((await subjects('repo-index-missing-blob')).slice(-1), [
    'STO_BLOB_UNKNOWN f22c6d3a/home/thinkpad/data/test',
  ])
})
