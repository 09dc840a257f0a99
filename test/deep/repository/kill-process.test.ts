/** A real process that is killed in the middle of its work on a real disk, again and again, on one and the same repository. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { localBackend, prune } from '../../../src/repository/index.ts'
import { assertHolds, filesOf } from '../../repository/material.ts'
import { localRepository, openedRepository, severeFindings } from '../../repository/support.ts'

const kills = 25
const program = join(import.meta.dirname, 'maintain-process.ts')
const harmless = ['STO_PACK_INDEXED_TWICE', 'STO_BLOB_STORED_TWICE', 'STO_FILE_FOREIGN']

test('a process that is killed again and again in the middle of writes and removals loses no finished snapshot', async (context) => {
  const { folder, restic } = await localRepository(context)
  const kept = new Map<string, number>()
  for (let kill = 0; kill < kills; kill++) {
    // Each life is of another length: every kind of operation is hit.
    const child = spawn(process.execPath, [program, folder, String(kill), String(3 + ((kill * 17) % 61))], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const ended = once(child, 'exit')
    const lines = (await text(child.stdout)).split('\n').filter(Boolean)
    const [, signal] = await ended
    assert.equal(signal, 'SIGKILL', `life ${kill} ended by itself: ${lines.at(-1)}`)
    for (const line of lines) {
      const [what, id = '', version] = line.split(' ')
      if (what === 'finished') kept.set(id, Number(version))
      else kept.delete(id)
    }
    const survivor = await openedRepository(context, localBackend(folder), 'judge')
    assert.deepEqual(await severeFindings(survivor, harmless), [], `after kill ${kill}`)
    const present = new Set((await survivor.listSnapshots()).map(({ id }) => id))
    for (const id of kept.keys()) assert.ok(present.has(id), `after kill ${kill}: ${id}`)
    if (kill % 5 === 4) {
      for (const [id, version] of kept) await assertHolds(survivor, id, filesOf(version, 30_000))
      await restic('check', '--read-data', '--no-lock')
    }
  }
  const last = await openedRepository(context, localBackend(folder), 'dying-instance')
  await last.removeOwnStaleLocks()
  await prune(last, { maxUnusedPercent: 0 })
  for (const [id, version] of kept) await assertHolds(last, id, filesOf(version, 30_000))
  // Halves of files that were never given their name are all that stays.
  assert.deepEqual(await severeFindings(last, ['STO_FILE_FOREIGN']), [])
  assert.ok(kept.size > 5, `${kept.size} snapshots were finished`)
  assert.deepEqual(await Array.fromAsync(localBackend(folder).list('locks')), [])
  await restic('check', '--read-data')
})
