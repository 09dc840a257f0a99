/** `bdrcloud repo …`: restic repositories by hand. These commands work on the storage place itself and need no server. */
import type { Command } from 'commander'
import { registerRepoBackup } from './repo-backup.ts'
import { registerRepoInit } from './repo-init.ts'
import { registerRepoRestore } from './repo-restore.ts'
import { registerRepoServe } from './repo-serve.ts'

export function registerRepo(program: Command): void {
  const repo = program
    .command('repo')
    .description('restic repositories, without a server: any place, any maker')
  registerRepoInit(repo)
  registerRepoBackup(repo)
  registerRepoRestore(repo)
  registerRepoServe(repo)
}
