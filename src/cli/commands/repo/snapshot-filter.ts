/** Which snapshots a command is about: by id, or by host, tags and paths as restic's flags choose them. */
import { resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { parseSnapshotPath, type Repository, type Snapshot } from '../../../repository/index.ts'
import { fail } from '../../errors.ts'

export interface SnapshotFilter {
  readonly host?: readonly string[]
  readonly tag?: readonly string[]
  readonly path?: readonly string[]
}

/** Adds a flag that may be given more than once, each time with one value. */
export function repeated(flags: string, description: string): Option {
  return new Option(flags, description).argParser((value: string, before: string[] | undefined) => [
    ...(before ?? []),
    value,
  ])
}

export function withSnapshotFilter(command: Command): Command {
  return command
    .addOption(repeated('-H, --host <name>', 'only snapshots of this host'))
    .addOption(repeated('--tag <tags>', 'only snapshots with all of these tags, separated by commas'))
    .addOption(repeated('--path <path>', 'only snapshots that hold this path'))
}

/** Several hosts or tag lists: any of them; several paths: all of them. */
export function matchesFilter(snapshot: Snapshot, { host, tag, path }: SnapshotFilter): boolean {
  if (host && !host.includes(snapshot.hostname)) return false
  if (tag && !tag.some((list) => hasTags(snapshot, list))) return false
  return !path || path.every((one) => snapshot.paths.includes(resolve(one)))
}

function hasTags({ tags }: Snapshot, list: string): boolean {
  // An empty tag stands for snapshots without any.
  return list.split(',').every((tag) => (tag === '' ? tags.length === 0 : tags.includes(tag)))
}

/** Oldest first. Ids choose exactly these; without any, the filter chooses. */
export async function chooseSnapshots(
  repository: Repository,
  ids: readonly string[],
  filter: SnapshotFilter,
  signal: AbortSignal,
): Promise<Snapshot[]> {
  if (ids.length > 0) return Promise.all(ids.map((id) => chooseSnapshot(repository, id, filter, signal)))
  return (await repository.listSnapshots(signal)).filter((one) => matchesFilter(one, filter))
}

/** One snapshot by id or prefix; `latest` is the newest that the filter lets pass. */
export async function chooseSnapshot(
  repository: Repository,
  id: string,
  filter: SnapshotFilter,
  signal: AbortSignal,
): Promise<Snapshot> {
  if (id !== 'latest') return repository.findSnapshot(id, signal)
  const all = await repository.listSnapshots(signal)
  const latest = all.findLast((one) => matchesFilter(one, filter))
  if (!latest)
    throw fail('CLI_BAD_INPUT', {
      what: 'No snapshot in the repository fits.',
      remedy: "See 'bdrcloud repo snapshots' for those that exist.",
    })
  return latest
}

/** The same with `:folder` behind it. */
export async function chooseFolder(
  repository: Repository,
  text: string,
  filter: SnapshotFilter,
  signal: AbortSignal,
): Promise<{ readonly snapshot: Snapshot; readonly folder: string }> {
  const { id, folder } = parseSnapshotPath(text)
  return { snapshot: await chooseSnapshot(repository, id, filter, signal), folder }
}
