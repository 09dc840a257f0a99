/** Every damage of the list is found by its name, alone, and stock restic makes of it what the list says. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { internalsOf } from '../../src/repository/create-repository.ts'
import {
  checkRepository,
  fileNode,
  localBackend,
  openRepository,
  validateRepository,
} from '../../src/repository/index.ts'
import { strictCodes } from '../../src/repository/maintain/strict-codes.ts'
import { type Damage, damages, type Lab } from './damages/index.ts'
import { localRepository, password, resticOn } from './support.ts'

async function newLab(context: TestContext): Promise<Lab> {
  const { folder, repository } = await localRepository(context)
  const writer = repository.writer()
  const contents = await Promise.all(
    ['some content that may not survive', 'other content'].map((text) =>
      writer.saveContent(Buffer.from(text)),
    ),
  )
  const nodes = contents.map((stored, position) =>
    fileNode({ name: `file ${position}`, ...stored, mtime: 0 }),
  )
  const snapshot = await writer.saveSnapshot({ tree: await writer.saveTree(nodes) })
  const packs = await Array.fromAsync(localBackend(folder).list('data'))
  const content = contents.flatMap((stored) => stored.content)
  const index = internalsOf(repository).index()
  const dataPack = index.find('data', content[0] ?? '')[0]?.pack ?? ''
  const treePack = packs.find(({ name }) => name !== dataPack)?.name ?? ''
  return { folder, repository, snapshot, dataPack, treePack, content }
}

async function judge(folder: string, strict: boolean) {
  const repository = await openRepository(localBackend(folder), { password, host: 'judge', readIndex: false })
  try {
    return await Array.fromAsync(
      strict ? validateRepository(repository) : checkRepository(repository, { readData: true }),
    )
  } finally {
    await repository.close()
  }
}

async function stockRestic({ folder, repository }: Lab): Promise<Damage['restic']> {
  // Which of several keys restic tries first is left to the file system.
  const key = internalsOf(repository).currentKey.name
  const restic = (...parameters: string[]) => resticOn(folder)('--key-hint', key, ...parameters)
  try {
    await restic('cat', 'config', '--no-lock')
  } catch {
    return 'cannot open it'
  }
  // Where something is missing, reading the data only tries again and again.
  const seen = await restic('check', '--no-lock').then(
    () => false,
    () => true,
  )
  if (seen) return 'finds it'
  return restic('check', '--read-data', '--no-lock').then(
    () => 'lets it pass',
    () => 'finds it',
  )
}

for (const { what, severity, code, also = [], restic, checked = true, plant } of damages) {
  test(`the validator finds ${what} (${code})`, { timeout: 120_000 }, async (context) => {
    const lab = await newLab(context)
    await plant(lab)
    if (restic === 'cannot open it') await assert.rejects(judge(lab.folder, true), { code })
    else {
      const found = await judge(lab.folder, true)
      const codes = [...new Set(found.map((one) => one.code))].toSorted()
      assert.deepEqual(codes, [code, ...also].toSorted())
      assert.ok(found.some((one) => one.code === code && one.severity === severity))
      for (const { message, subject } of found) assert.ok(message !== '' && subject !== '')
      // A lock that cannot be understood keeps the check out, as it must.
      if (code !== 'STO_LOCK_UNREADABLE') {
        const inCheck = (await judge(lab.folder, false)).some((one) => one.code === code)
        assert.equal(inCheck, checked && !strictCodes.has(code), 'what the check says')
      }
    }
    assert.equal(await stockRestic(lab), restic)
  })
}
