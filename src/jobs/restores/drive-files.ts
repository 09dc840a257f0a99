/** Restoring files: which drive and folder each goes to, and putting it there. One per restore; it remembers what it has looked up. */
import type { StoredItem } from '../../catalog/index.ts'
import type { FileConflict } from '../../contract/index.ts'
import type { GraphClient } from '../../microsoft/index.ts'
import { type Repository, readRange } from '../../repository/index.ts'
import {
  folderByNames,
  type RestoredFile,
  restoreFile,
  sameFolder,
  userDrive,
} from '../../workloads/index.ts'
import type { Turns } from './turns.ts'

export interface DriveFilesOptions {
  readonly graph: GraphClient
  readonly repository: Repository
  readonly conflict: FileConflict
  readonly folderKind: 'dated' | 'original' | 'named'
  readonly folderName: string
  /** RFC 3339: when the restore was asked for, so that a repeated try names a second file the same. */
  readonly askedAt: Date
  readonly inTurn: Turns
  readonly signal: AbortSignal
}

export interface DriveFiles {
  /** @throws MicrosoftError, WRK_RESTORE_ errors, those of reading the repository */
  restore(item: StoredItem, resumed: boolean): Promise<RestoredFile>
}

export function createDriveFiles(options: DriveFilesOptions): DriveFiles {
  const { graph, repository, folderKind, folderName, inTurn, signal } = options
  const found = new Map<string, Promise<string>>()

  /** One look-up for all files of it; a failed one is tried again by the next file. */
  function remembered(key: string, find: () => Promise<string>): Promise<string> {
    const known = found.get(key)
    if (known) return known
    const made = find()
    found.set(key, made)
    made.catch(() => found.delete(key))
    return made
  }

  /** A OneDrive is found by its user, a library is known by its drive. */
  const driveOf = ({ userId, siteId }: StoredItem): Promise<string> =>
    siteId !== null
      ? Promise.resolve(userId)
      : remembered(`drive\n${userId}`, async () => (await userDrive(graph, userId, signal)).driveId)

  function folderOf(driveId: string, item: StoredItem): Promise<string> {
    // The first name is that of the drive.
    const names = item.view.folderPath.split(' / ').slice(1)
    const path = folderKind === 'original' ? names : [folderName, ...names]
    const originalId = folderKind === 'original' ? item.folderExternalId : ''
    return remembered(`folder\n${driveId}\n${originalId}\n${path.join('/')}`, () =>
      // Folders are made one after the other: two files would each see that theirs is missing.
      inTurn(`folders\n${driveId}`, async () => {
        const there = originalId && (await sameFolder(graph, driveId, originalId, signal))
        return there || folderByNames(graph, driveId, path, signal)
      }),
    )
  }

  return {
    async restore(item, resumed) {
      const driveId = await driveOf(item)
      const folderId = await folderOf(driveId, item)
      const { metadata, view, content } = item
      const text = (name: string) => (typeof metadata[name] === 'string' ? metadata[name] : null)
      const { subject: name, size } = view
      const node = {
        name,
        type: 'file',
        mode: 0o600,
        mtime: '',
        atime: '',
        ctime: '',
        uid: 0,
        gid: 0,
        size,
        content,
      } as const
      const file = {
        driveId,
        folderId,
        name,
        size,
        createdAt: text('createdAt'),
        modifiedAt: text('modifiedAt'),
        quickXorHash: text('hashCheck') === 'verified' ? text('quickXorHash') : null,
        conflict: options.conflict,
        mark: `restored ${options.askedAt.toISOString().slice(0, 10)}`,
        resumed,
        read: (offset: number, length: number) => readRange(repository, node, offset, length, signal),
      }
      return inTurn(`${folderId}\n${name.toLowerCase()}`, () => restoreFile(graph, file, signal))
    },
  }
}
