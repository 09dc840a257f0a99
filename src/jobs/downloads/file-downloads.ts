/** Files out of the backups into a person's hands: facts, preview, the bytes or a part of them. Reads only. */
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { describeFile, findFile, findFileVersion, type StoredItem } from '../../catalog/index.ts'
import type { FileDetailView } from '../../contract/index.ts'
import type { Database } from '../../database/index.ts'
import { type Repository, readRange, sanitizeName } from '../../repository/index.ts'
import { versionName } from '../../workloads/index.ts'
import { fail } from '../restores/errors.ts'
import type { RestoreRepositories } from '../restores/ports.ts'
import { pictureType, plainTextOf, previewKind, shownText } from './file-preview.ts'

export interface FileDownloads {
  /** Errors of all: `CAT_FILE_UNKNOWN`, and those of reading the repository. */
  detail(fileId: string): Promise<FileDetailView>
  /** Pixels or plain text. Errors: `JOB_PREVIEW_IMPOSSIBLE`. */
  preview(fileId: string): Promise<{ readonly contentType: string; readonly bytes: Buffer }>
  /**
   * Its name is safe on any disk; `tag` names these very bytes.
   * @param version an older version of it, by Microsoft's id. Errors: `CAT_FILE_VERSION_UNKNOWN`.
   */
  open(
    fileId: string,
    version?: string,
  ): Promise<{
    readonly name: string
    readonly size: number
    readonly tag: string
    /** `length` bytes from `offset` on. */
    read(offset: number, length: number): Readable
  }>
}

export function createFileDownloads(options: {
  readonly db: Database
  readonly repositories: RestoreRepositories
}): FileDownloads {
  const { db, repositories } = options
  return {
    async detail(fileId) {
      const { stored, view, path, olderVersions, sharedWith, versions } = await describeFile(db, fileId)
      const { metadata, sha256 } = stored
      const text = (name: string) => (typeof metadata[name] === 'string' ? metadata[name] : null)
      const hashCheck = text('hashCheck')
      return {
        file: view,
        path,
        createdBy: text('createdBy'),
        mimeType: text('mimeType'),
        sha256,
        quickXorHash: text('quickXorHash'),
        hashCheck: hashCheck === 'verified' || hashCheck === 'differs' ? hashCheck : 'absent',
        sharedWith,
        preview: previewKind(view.name, view.size ?? 0),
        olderVersions,
        versions,
      }
    },
    async preview(fileId) {
      const file = await findFile(db, fileId)
      const { subject: name, size } = file.view
      const kind = previewKind(name, size)
      if (kind === null) throw fail('JOB_PREVIEW_IMPOSSIBLE', { name })
      const repository = await repositories.open(file.organizationId)
      const shown = kind === 'text' ? Math.min(size, shownText) : size
      const bytes = await buffer(rangeOf(repository, file, 0, shown))
      if (kind === 'text')
        return { contentType: 'text/plain; charset=utf-8', bytes: Buffer.from(plainTextOf(bytes)) }
      const contentType = pictureType(bytes)
      if (contentType === null) throw fail('JOB_PREVIEW_IMPOSSIBLE', { name })
      return { contentType, bytes }
    },
    async open(fileId, version) {
      const file =
        version === undefined ? await findFile(db, fileId) : await findFileVersion(db, fileId, version)
      const { receivedAt, size, subject } = file.view
      const repository = await repositories.open(file.organizationId)
      return {
        name: sanitizeName(version === undefined ? subject : versionName(subject, receivedAt)),
        size,
        tag: file.sha256,
        read: (offset, length) => rangeOf(repository, file, offset, length),
      }
    },
  }
}

/** Only the blobs that hold the range are read. */
function rangeOf(repository: Repository, file: StoredItem, offset: number, length: number): Readable {
  const node = {
    name: file.fileName,
    type: 'file',
    mode: 0o600,
    mtime: '',
    atime: '',
    ctime: '',
    uid: 0,
    gid: 0,
    size: file.view.size,
    content: file.content,
  } as const
  return Readable.from(readRange(repository, node, offset, length))
}
