/** `bdrcloud repo …`: restic repositories by hand. These commands work on the storage place itself and need no server. */
import { setFlagsFromString } from 'node:v8'
import type { Command } from 'commander'
import { registerRepoBackup } from './repo-backup.ts'
import { registerRepoCheck, registerRepoValidate } from './repo-check.ts'
import { registerRepoCopy } from './repo-copy.ts'
import { registerRepoDump } from './repo-dump.ts'
import { registerRepoForget } from './repo-forget.ts'
import { registerRepoInit } from './repo-init.ts'
import { registerRepoKey } from './repo-key.ts'
import { registerRepoLs } from './repo-ls.ts'
import { registerRepoPrune } from './repo-prune.ts'
import { registerRepoRepairIndex } from './repo-repair-index.ts'
import { registerRepoRestore } from './repo-restore.ts'
import { registerRepoServe } from './repo-serve.ts'
import { registerRepoSnapshots } from './repo-snapshots.ts'
import { registerRepoStats } from './repo-stats.ts'
import { registerRepoUnlock } from './repo-unlock.ts'

export function registerRepo(program: Command): void {
  // Nearly all that these commands allocate is gone at once. V8 would let the space for it grow up to 128 MiB.
  setFlagsFromString('--semi-space-growth-factor=1')
  const repo = program
    .command('repo')
    .description('restic repositories, without a server: any place, any maker')
  for (const register of [
    registerRepoInit,
    registerRepoBackup,
    registerRepoSnapshots,
    registerRepoLs,
    registerRepoRestore,
    registerRepoDump,
    registerRepoForget,
    registerRepoPrune,
    registerRepoCheck,
    registerRepoValidate,
    registerRepoRepairIndex,
    registerRepoCopy,
    registerRepoKey,
    registerRepoStats,
    registerRepoUnlock,
    registerRepoServe,
  ])
    register(repo)
}
