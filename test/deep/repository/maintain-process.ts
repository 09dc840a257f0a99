/**
 * Backs up, forgets, prunes and repairs a repository in a folder until it kills itself (SIGKILL) in the middle of a write or removal:
 *
 *   node maintain-process.ts FOLDER SEED OPERATIONS
 *
 * One line of standard output for each snapshot that is finished (`finished ID VERSION`) and for each that is about to be removed.
 */
import { writeSync } from 'node:fs'
import { setImmediate as turn } from 'node:timers/promises'
import {
  type Backend,
  localBackend,
  openRepository,
  prune,
  repairIndex,
} from '../../../src/repository/index.ts'
import { backUp, filesOf } from '../../repository/material.ts'
import { password } from '../../repository/support.ts'

const [folder = '', seed = '0', operations = '0'] = process.argv.slice(2)
let left = Number(operations)
let state = Number(seed) + 1

/** Numbers from 0 up to `limit`, the same for the same seed. */
function random(limit: number): number {
  state = (state * 48_271) % 0x7fff_ffff
  return state % limit
}

const say = (line: string) => writeSync(1, `${line}\n`)

/** Dies some turns of the event loop after an operation began: before, while or after it reaches the disk. */
async function dyingSoon(): Promise<void> {
  for (let turns = random(12); turns > 0; turns--) await turn()
  process.kill(process.pid, 'SIGKILL')
}

const inner = localBackend(folder)
const dying: Backend = {
  ...inner,
  save(type, name, bytes, signal) {
    const saving = inner.save(type, name, bytes, signal)
    if (--left <= 0) void dyingSoon()
    return saving
  },
  remove(type, name, signal) {
    const removing = inner.remove(type, name, signal)
    if (--left <= 0) void dyingSoon()
    return removing
  },
}
const repository = await openRepository(dying, { password, host: 'dying-instance' })
await repository.removeOwnStaleLocks()
for (;;) {
  const choice = random(10)
  const snapshots = await repository.listSnapshots()
  if (choice < 5 || snapshots.length < 3) {
    const version = random(20)
    const id = await backUp(repository, filesOf(version, 30_000), { tags: [`version ${version}`] })
    say(`finished ${id} ${version}`)
  } else if (choice < 7) {
    const victim = snapshots[random(snapshots.length)]?.id ?? ''
    say(`removing ${victim} 0`)
    await repository.removeSnapshot(victim)
  } else if (choice < 9) await prune(repository, { maxUnusedPercent: random(2) * 20 })
  else await repairIndex(repository, { readAllPacks: random(2) === 0 })
}
