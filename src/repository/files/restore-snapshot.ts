/**
 * Restores a snapshot, or a folder in it, to a folder of a disk. Nothing is ever written outside of that folder: names are looked at,
 * directories are real ones and not links, and files are made new and take their names when they are whole. A cancelled restore leaves
 * whole files only. Times are set to less than a microsecond (Node takes them as floating-point numbers); extended attributes are not
 * restored, since Node cannot set them.
 */
import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { internalsOf } from '../create-repository.ts'
import { fail } from '../errors.ts'
import { withLock } from '../maintain/with-lock.ts'
import { lookup } from '../read/lookup.ts'
import type { Repository } from '../repository.ts'
import { fileWorkers } from './file-workers.ts'
import type { OverwritePolicy } from './restore-plan.ts'
import { createRestorer, type RestoreResult } from './restorer.ts'

/** How far a restore has come. */
export interface RestoreProgress {
  readonly filesDone: number
  readonly bytesDone: number
  readonly errors: number
}

/** What of a snapshot is restored, and what happens to files that are there. */
export interface RestoreOptions {
  /** Default: `always`. */
  readonly overwrite?: OverwritePolicy
  /**
   * Which items are restored, and whether anything below a directory may be. `path` is the one inside of the snapshot (of the folder
   * restored). Default: all.
   */
  readonly select?: (
    path: string,
    isDirectory: boolean,
  ) => { readonly selected: boolean; readonly below: boolean }
  /** Read what was written and compare it. */
  readonly verify?: boolean
  /** Only say what would be restored. */
  readonly dryRun?: boolean
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: RestoreProgress) => void
  /** Told of everything that could not be restored as it should. */
  readonly onError?: (path: string, reason: string) => void
}

/**
 * `snapshot` is an id, a prefix or `latest`, perhaps with `:folder` behind it; `target` is made when it is missing.
 * Errors: `STO_SNAPSHOT_UNKNOWN`, `STO_FOLDER_UNKNOWN`, `STO_TARGET_UNUSABLE`, `STO_LOCKED`, those of the backend. Damaged content is told to
 * `onError`, and everything else is restored.
 */
export async function restoreSnapshot(
  repository: Repository,
  snapshot: string,
  target: string,
  options: RestoreOptions = {},
): Promise<RestoreResult> {
  const workers = fileWorkers(internalsOf(repository).threads)
  return await withLock(repository, 'shared', options.signal, async (signal) => {
    const { id, folder } = parseSnapshotPath(snapshot)
    const { tree } = await repository.findSnapshot(id, signal)
    await repository.refreshIndex(signal)
    const root = await folderTree(repository, tree, folder)
    const path = resolve(target)
    if (!options.dryRun) {
      try {
        await mkdir(path, { recursive: true, mode: 0o700 })
      } catch (cause) {
        const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown'
        throw fail('STO_TARGET_UNUSABLE', { path, reason }, cause)
      }
    }
    const restorer = createRestorer({
      repository,
      internals: internalsOf(repository),
      workers,
      options,
      signal,
      mark: `.restore-${randomBytes(8).toString('hex')}`,
    })
    return restorer.restore(root, path)
  })
}

/** `latest:/home/user` is the folder of a snapshot. */
export function parseSnapshotPath(text: string): { readonly id: string; readonly folder: string } {
  const colon = text.indexOf(':')
  return colon === -1 ? { id: text, folder: '' } : { id: text.slice(0, colon), folder: text.slice(colon + 1) }
}

/** The tree of a folder inside of a snapshot. Errors: `STO_FOLDER_UNKNOWN`. */
export async function folderTree(repository: Repository, root: string, folder: string): Promise<string> {
  const names = folder.split('/').filter((name) => name !== '' && name !== '.')
  if (names.length === 0) return root
  const node = await lookup(repository, root, names)
  if (node?.type !== 'dir' || node.subtree === undefined) throw fail('STO_FOLDER_UNKNOWN', { folder })
  return node.subtree
}
