/** Random histories of backups, forgetting and pruning: kept snapshots stay whole, and stock restic agrees at the end of each. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { localBackend, prune, repairIndex } from '../../../src/repository/index.ts'
import { assertHolds, backUp, type Files, filesOf } from '../../repository/material.ts'
import { findings, localRepository, openedRepository } from '../../repository/support.ts'

const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('back up' as const),
      version: fc.nat(15),
      size: fc.constantFrom(500, 20_000, 700_000),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('forget' as const), which: fc.nat(100) }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('prune' as const), percent: fc.constantFrom(0, 5, 50, 100) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('repair' as const), all: fc.boolean() }) },
)
const histories = fc.sample(fc.array(step, { minLength: 8, maxLength: 16 }), { seed: 3, numRuns: 12 })

for (const [number, history] of histories.entries()) {
  test(`history ${number} of backups, forgetting, pruning and repairs loses nothing`, async (context) => {
    const { folder, repository, restic } = await localRepository(context)
    const kept = new Map<string, Files>()
    for (const [position, action] of history.entries()) {
      if (action.kind === 'back up') {
        const files = filesOf(action.version, action.size)
        kept.set(await backUp(repository, files, { time: position * 1000 }), files)
      } else if (action.kind === 'forget') {
        const id = [...kept.keys()][action.which % Math.max(1, kept.size)]
        if (id === undefined) continue
        await repository.removeSnapshot(id)
        kept.delete(id)
      } else if (action.kind === 'prune') await prune(repository, { maxUnusedPercent: action.percent })
      else await repairIndex(repository, { readAllPacks: action.all })
    }
    await prune(repository, { maxUnusedPercent: 0 })
    const again = await openedRepository(context, localBackend(folder))
    for (const [id, files] of kept) await assertHolds(again, id, files)
    assert.deepEqual(await findings(again), [])
    await restic('check', '--read-data')
    assert.match(await restic('prune', '--dry-run', '--max-unused', '0'), /total prune:\s+0 blobs/)
  })
}
