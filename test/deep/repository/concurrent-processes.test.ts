/** Programs that write into one repository at once, as on different machines: two processes of ours and stock restic; then a prune, ours and restic's. */
import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import {
  forgetSnapshots,
  initRepository,
  localBackend,
  openRepository,
  restoreSnapshot,
} from '../../../src/repository/index.ts'
import { repo } from '../../cli/repo-command.ts'
import { assertSameTrees } from '../../repository/files-tree.ts'
import { madeUp } from '../../repository/material.ts'
import { cheapScrypt, findings, password, resticOn, scratchFolder } from '../../repository/support.ts'

const writers = ['first', 'second', 'restic'] as const

/** Much is common to all writers, so that they store the same at the same time. */
function makeSource(folder: string, writer: string, round: number): void {
  mkdirSync(folder, { recursive: true })
  for (let file = 0; file < 40; file++)
    writeFileSync(
      join(folder, `common ${file}`),
      madeUp(`common ${file} ${file % 4 === 0 ? round : ''}`, 60_000),
    )
  for (let file = 0; file < 10; file++)
    writeFileSync(join(folder, `own ${file}`), madeUp(`${writer} ${file} ${round}`, 60_000))
}

async function opened(context: TestContext, folder: string) {
  const repository = await openRepository(localBackend(folder), { password, host: 'judge' })
  context.after(() => repository.close())
  return repository
}

test('two processes of ours and stock restic back up at once; pruned by either, everything kept is whole', async (context) => {
  const around = await scratchFolder(context)
  const folder = join(around, 'repository')
  await initRepository(localBackend(folder), { password, scrypt: cheapScrypt })
  const restic = resticOn(folder)
  const environment = { RESTIC_REPOSITORY: folder, RESTIC_PASSWORD: password }
  const sources = new Map<string, string>()

  for (const [round, pruner] of (['ours', 'restic'] as const).entries()) {
    for (const writer of writers) makeSource(join(around, `${writer} ${round}`), writer, round)
    const backups = writers.map(async (writer) => {
      const source = join(around, `${writer} ${round}`)
      if (writer === 'restic') await restic('backup', '--host', writer, source)
      else {
        const { code, err } = await repo(['backup', source, '--host', writer, '--json'], { environment })
        assert.equal(code, 0, err)
      }
    })
    await Promise.all(backups)
    const repository = await opened(context, folder)
    for (const { id, hostname } of await repository.listSnapshots()) {
      if (!sources.has(id)) sources.set(id, join(around, `${hostname} ${round}`))
    }
    assert.equal(sources.size, 3 * (round + 1) - round)
    // One goes, so that there is something to prune.
    const [gone = ''] = sources.keys()
    await forgetSnapshots(repository, [gone])
    sources.delete(gone)
    if (pruner === 'restic') await restic('prune', '--max-unused', '0')
    else {
      const { code, err } = await repo(['prune', '--max-unused', '0', '--json'], { environment })
      assert.equal(code, 0, err)
    }

    const after = await opened(context, folder)
    const severe = (await findings(after)).filter(({ severity }) => severity === 'error')
    assert.deepEqual(severe, [], pruner)
    await restic('check', '--read-data')
    assert.deepEqual(
      (await after.listSnapshots()).map(({ id }) => id).toSorted(),
      [...sources.keys()].toSorted(),
    )
    for (const [id, source] of sources) {
      const target = join(around, `restored ${round} ${id.slice(0, 8)}`)
      const { errors } = await restoreSnapshot(after, `${id}:${source}`, target, { verify: true })
      assert.equal(errors, 0)
      assertSameTrees(source, target)
    }
    assert.deepEqual(await Array.fromAsync(localBackend(folder).list('locks')), [])
  }
})
