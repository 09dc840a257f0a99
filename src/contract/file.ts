import Type, { type Static } from 'typebox'
import { AtQuery, MailboxView } from './mail.ts'
import { Id, Nullable, PageOf, PageQuery, Time } from './primitives.ts'

/** `GET /organizations/:id/drives`: the OneDrives of users, and the document libraries of sites. */
export const DriveView = Type.Object({
  ...MailboxView.properties,
  kind: Type.Union([Type.Literal('oneDrive'), Type.Literal('library')]),
})
export type DriveView = Static<typeof DriveView>
export const DriveQuery = Type.Object({
  ...PageQuery.properties,
  search: Type.Optional(Type.String({ maxLength: 200 })),
})
export type DriveQuery = Static<typeof DriveQuery>

/** A file, or a folder (a OneNote notebook is one, too), as it was at a restore point. */
export const FileView = Type.Object({
  /** Of a file: this version of it. */
  id: Id,
  kind: Type.Union([Type.Literal('file'), Type.Literal('folder'), Type.Literal('notebook')]),
  driveId: Id,
  /** What the drive belongs to: a user's address, or that of a library. */
  driveAddress: Type.String(),
  /** Of the folder it lies in; null for what lies nowhere. */
  folderId: Nullable(Id),
  /** Names from the drive down to the folder it lies in, joined by ` / `. */
  folderPath: Type.String(),
  name: Type.String(),
  /** Bytes; null for folders. */
  size: Nullable(Type.Integer()),
  createdAt: Nullable(Time),
  modifiedAt: Nullable(Time),
  modifiedBy: Nullable(Type.String()),
  /** It has permissions or links of its own. */
  shared: Type.Boolean(),
})
export type FileView = Static<typeof FileView>

export const FolderStep = Type.Object({ id: Id, name: Type.String() })
export type FolderStep = Static<typeof FolderStep>

/** `GET /drives/:id/files`: what lies in one folder; folders first, each by name. `folder` left out: the top of the drive. */
export const FileQuery = Type.Object({
  ...PageQuery.properties,
  ...AtQuery.properties,
  folder: Type.Optional(Id),
})
export type FileQuery = Static<typeof FileQuery>
export const FolderContentView = Type.Object({
  ...PageOf(FileView).properties,
  /** From the top of the drive to the folder itself. */
  path: Type.Array(FolderStep),
})
export type FolderContentView = Static<typeof FolderContentView>

/** `GET /organizations/:id/file-search`: words over names, who changed a file, and folders. */
export const FileSearchQuery = Type.Object({
  ...PageQuery.properties,
  ...AtQuery.properties,
  query: Type.String({ minLength: 1, maxLength: 200 }),
  drive: Type.Optional(Id),
})
export type FileSearchQuery = Static<typeof FileSearchQuery>

/** A state of a file that the backups hold. */
export const FileVersionView = Type.Object({
  id: Id,
  name: Type.String(),
  folderPath: Type.String(),
  size: Type.Integer(),
  modifiedAt: Nullable(Time),
  modifiedBy: Nullable(Type.String()),
  /** The restore points that hold it: from this run on, and until before that one; null: until today. */
  fromRun: Type.Integer(),
  untilRun: Nullable(Type.Integer()),
})
export type FileVersionView = Static<typeof FileVersionView>

/** `GET /files/:id/versions`: an older version of a file that Microsoft kept, and the backup took with it. */
export const OlderVersionView = Type.Object({
  /** Microsoft's id of it, such as `3.0`; one of the file's own. */
  version: Type.String(),
  size: Type.Integer(),
  modifiedAt: Nullable(Time),
  modifiedBy: Nullable(Type.String()),
})
export type OlderVersionView = Static<typeof OlderVersionView>

/** `GET /files/:id`. */
export const FileDetailView = Type.Object({
  file: FileView,
  path: Type.Array(FolderStep),
  createdBy: Nullable(Type.String()),
  mimeType: Nullable(Type.String()),
  sha256: Type.String(),
  /** As Microsoft said it; null where it said none. */
  quickXorHash: Nullable(Type.String()),
  /** Whether the stored bytes are what Microsoft's hash says. `differs`: they are what Microsoft gave, twice the same. */
  hashCheck: Type.Union([Type.Literal('verified'), Type.Literal('absent'), Type.Literal('differs')]),
  /** Permissions and links of its own. */
  sharedWith: Type.Integer(),
  /** What `GET /files/:id/preview` shows; null: it can only be downloaded. */
  preview: Nullable(Type.Union([Type.Literal('image'), Type.Literal('text')])),
  /** How many older versions, as Microsoft kept them, lie beside it: `GET /files/:id/versions`. */
  olderVersions: Type.Integer(),
  /** Newest first; at most 100. */
  versions: Type.Array(FileVersionView),
})
export type FileDetailView = Static<typeof FileDetailView>
