/** What is done in a place with faults: every operation of a repository. */
import assert from 'node:assert/strict'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { errorFactory } from '../../src/errors/index.ts'
import {
  addKey,
  type Backend,
  backupDirectory,
  type Clock,
  changePassword,
  checkRepository,
  copySnapshots,
  editTree,
  fileNode,
  forget,
  forgetSnapshots,
  initRepository,
  listKeys,
  memoryBackend,
  openRepository,
  prune,
  type Repository,
  removeKey,
  repairIndex,
  repositoryErrors,
  restoreSize,
  restoreSnapshot,
  storedSize,
  systemClock,
  unlock,
  validateRepository,
} from '../../src/repository/index.ts'
import { backUp, filesOf } from './material.ts'
import { cheapScrypt, newRepository, password, scratchFolder } from './support.ts'

/** What the change of the password changes it to. */
export const changedPassword = 'changed'

export const smallFiles = (version: number) => filesOf(version, 2000)

/** Waits between attempts cost nothing; intervals of locks last as long as ever. */
export const hasty: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds, signal) => systemClock.sleep(milliseconds <= 20_000 ? 0 : milliseconds, signal),
}

export interface Work {
  readonly name: string
  readonly run: (repository: Repository, backend: Backend, context: TestContext) => Promise<unknown>
  /** Snapshots it leaves when it succeeded; default: all. */
  readonly keeps?: number
}

async function folderOf(context: TestContext, version: number): Promise<string> {
  const source = join(await scratchFolder(context), 'source')
  await mkdir(source)
  for (const [path, bytes] of smallFiles(version))
    await writeFile(join(source, path.replace('/', ' ')), bytes)
  return source
}

const fail = errorFactory(repositoryErrors)
const lost = { action: 'load', type: 'data', name: 'what is to be restored' }

export const works: readonly Work[] = [
  { name: 'a backup', run: (repository) => backUp(repository, smallFiles(9)) },
  {
    name: 'a backup of a folder',
    async run(repository, _, context) {
      const { snapshot } = await backupDirectory(repository, await folderOf(context, 9))
      assert.ok(snapshot)
    },
  },
  {
    name: 'a restore',
    async run(repository) {
      for (const { id } of await repository.listSnapshots()) {
        const { tree } = await repository.findSnapshot(id)
        for (const folder of await repository.loadTree(tree)) {
          for (const node of await repository.loadTree(folder.subtree ?? '')) {
            await Array.fromAsync(repository.readFile(node))
          }
        }
      }
    },
  },
  {
    name: 'a restore to a folder',
    async run(repository, _, context) {
      const target = await scratchFolder(context)
      const told: string[] = []
      // Version 4 is the last one of the prepared repository.
      const { errors } = await restoreSnapshot(repository, 'latest', target, {
        verify: true,
        onError: (path, reason) => told.push(`${path}: ${reason}`),
      })
      assert.equal(told.length, errors)
      for (const [path, bytes] of smallFiles(4)) {
        const found = await readFile(join(target, path)).catch(() => undefined)
        // What arrived damaged is named and left out, never written.
        if (found) assert.ok(found.equals(bytes), path)
        else assert.ok(errors > 0, path)
      }
      if (errors > 0) throw fail('STO_STORAGE_FAILED', { ...lost, reason: told.join() })
      assert.equal((await readdir(target)).length, 5)
    },
  },
  {
    name: 'an edit of a tree',
    async run(repository) {
      const writer = repository.writer()
      const { tree } = await repository.findSnapshot('latest')
      const content = await writer.saveContent(Buffer.from('edited'))
      const node = fileNode({ name: 'edited', ...content, mtime: 0 })
      const root = await editTree(repository, writer, tree, [{ kind: 'put', path: ['new', 'edited'], node }])
      await writer.saveSnapshot({ tree: root, time: Date.UTC(2023, 0, 1) })
    },
  },
  { name: 'a prune', run: (repository) => prune(repository, { maxUnusedPercent: 0 }) },
  { name: 'forgetting', run: (repository) => forget(repository, { last: 1 }), keeps: 1 },
  {
    name: 'forgetting one',
    keeps: 2,
    async run(repository) {
      const [first] = await repository.listSnapshots()
      await forgetSnapshots(repository, [first?.id ?? ''])
    },
  },
  { name: 'a repair', run: (repository) => repairIndex(repository, { readAllPacks: true }) },
  { name: 'a check', run: (repository) => Array.fromAsync(checkRepository(repository, { readData: true })) },
  { name: 'a validation', run: (repository) => Array.fromAsync(validateRepository(repository)) },
  {
    name: 'counting',
    async run(repository) {
      assert.equal((await restoreSize(repository)).snapshots, 3)
      assert.ok((await storedSize(repository)).blobs > 0)
    },
  },
  {
    name: 'a copy out of it',
    async run(repository) {
      const place = memoryBackend()
      await initRepository(place, { password, scrypt: cheapScrypt })
      const to = await openRepository(place, { password, host: 'there', clock: hasty })
      await copySnapshots(repository, to).finally(() => to.close())
    },
  },
  {
    name: 'a copy into it',
    async run(repository, _, context) {
      const from = await newRepository(context)
      await backUp(from, smallFiles(12), { time: Date.UTC(2022, 0, 1) })
      return copySnapshots(from, repository)
    },
  },
  {
    name: 'a change of keys',
    async run(repository, backend) {
      const id = await addKey(backend, { password, newPassword: 'second', scrypt: cheapScrypt })
      assert.ok((await listKeys(repository)).some((key) => key.id === id))
      await removeKey(repository, id)
    },
  },
  {
    name: 'a change of the password',
    run: (repository) => changePassword(repository, { newPassword: changedPassword, scrypt: cheapScrypt }),
  },
  {
    name: 'locking',
    async run(repository) {
      const [one, other] = [await repository.lock('shared'), await repository.lock('shared')]
      await one.release()
      await other.release()
      const alone = await repository.lock('exclusive')
      assert.ok(await alone.stillThere())
      await alone.release()
      await unlock(repository, { removeAll: true })
    },
  },
]
