import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Command } from 'commander'
import { lookup } from '../../../repository/index.ts'
import { fail } from '../../errors.ts'
import { type RepositoryOptions, withRepositoryOptions } from './repository-options.ts'
import { formatBytes, printLine, runOnRepository, say } from './run-command.ts'
import { chooseFolder, type SnapshotFilter, withSnapshotFilter } from './snapshot-filter.ts'

interface DumpOptions extends RepositoryOptions, SnapshotFilter {
  readonly target?: string
}

export function registerRepoDump(repo: Command): void {
  withSnapshotFilter(withRepositoryOptions(repo.command('dump')))
    .description('write one file of a snapshot to standard output, or to a file')
    .argument('<snapshot>', "id, 'latest', or either with ':/folder' behind it")
    .argument('<file>', 'its path in the snapshot')
    .option('-t, --target <file>', 'write to this new file instead')
    .action((text: string, path: string, options: DumpOptions) =>
      runOnRepository(options, async (repository, signal) => {
        if (options.json && options.target === undefined)
          throw fail('CLI_BAD_INPUT', {
            what: 'Standard output cannot carry both the file and JSON.',
            remedy: 'Give --target, or leave --json out.',
          })
        const { snapshot, folder } = await chooseFolder(repository, text, options, signal)
        const names = `${folder}/${path}`.split('/').filter((name) => name !== '' && name !== '.')
        const node = await lookup(repository, snapshot.tree, names)
        if (node?.type !== 'file')
          throw fail('CLI_BAD_INPUT', {
            what: `There is no file “${path}” in the snapshot.`,
            remedy:
              "See 'bdrcloud repo ls' for the files it has; folders are restored with 'bdrcloud repo restore'.",
          })
        const content = Readable.from(repository.readFile(node, signal), { objectMode: false })
        if (options.target === undefined) return pipeline(content, process.stdout, { end: false, signal })
        await pipeline(content, createWriteStream(options.target, { flags: 'wx', mode: 0o600 }), { signal })
        const size = node.size ?? 0
        if (options.json) printLine({ message_type: 'summary', target: options.target, total_size: size })
        else say(`${formatBytes(size)} written to ${options.target}`)
      }),
    )
}
