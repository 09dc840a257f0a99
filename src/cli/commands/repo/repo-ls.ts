import type { Command } from 'commander'
import { folderTree, walkTree } from '../../../repository/index.ts'
import { nodeJson, nodeLine } from './node-view.ts'
import { type RepositoryOptions, withRepositoryOptions } from './repository-options.ts'
import { printed, printLine, runOnRepository, say } from './run-command.ts'
import { chooseFolder, type SnapshotFilter, withSnapshotFilter } from './snapshot-filter.ts'
import { localTime, shortId, snapshotJson } from './snapshot-view.ts'

interface LsOptions extends RepositoryOptions, SnapshotFilter {
  readonly long?: boolean
  readonly recursive?: boolean
}

export function registerRepoLs(repo: Command): void {
  withSnapshotFilter(withRepositoryOptions(repo.command('ls')))
    .description('list the files of a snapshot')
    .argument('<snapshot>', "id, 'latest', or either with ':/folder' behind it")
    .argument('[folders...]', 'only what is in these folders (default: everything)')
    .option('-l, --long', 'with modes, owners, sizes and times')
    .option('--recursive', 'with folders: also what is in the folders below them')
    .action((text: string, folders: string[], options: LsOptions) =>
      runOnRepository(options, async (repository, signal) => {
        const { snapshot, folder } = await chooseFolder(repository, text, options, signal)
        const root = await folderTree(repository, snapshot.tree, folder)
        if (options.json) printLine({ ...snapshotJson(snapshot), struct_type: 'snapshot' })
        else
          say(
            `snapshot ${shortId(snapshot.id)} of ${snapshot.paths.join(', ')} on ${snapshot.hostname} at ${localTime(snapshot.time)}:`,
          )
        const wanted = folders.map(
          (one) =>
            `/${one
              .split('/')
              .filter((name) => name !== '')
              .join('/')}`,
        )
        const isWithin = (path: string) =>
          wanted.length === 0 ||
          wanted.some(
            (one) =>
              path === one ||
              (options.recursive || one === '/'
                ? path.startsWith(one === '/' ? '/' : `${one}/`)
                : path.slice(0, path.lastIndexOf('/')) === one),
          )
        const leadsTo = (path: string) =>
          wanted.length === 0 ||
          wanted.some(
            (one) => path === one || one.startsWith(`${path}/`) || (options.recursive && isWithin(path)),
          )
        for await (const { path, node } of walkTree(repository, root, { enter: leadsTo, signal })) {
          if (!isWithin(path)) continue
          if (options.json) printLine(nodeJson(path, node))
          else say(nodeLine(path, node, options.long ?? false))
          await printed()
        }
      }),
    )
}
