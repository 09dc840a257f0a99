import Type, { type Static } from 'typebox'
import { Id, Nullable, PageQuery, Problem, Time } from './primitives.ts'
import { ResourceWorkload } from './run.ts'

export const Person = Type.Object({ name: Type.String(), address: Type.String() })
export type Person = Static<typeof Person>

/** `GET /organizations/:id/mailboxes`. */
export const MailboxView = Type.Object({
  id: Id,
  userPrincipalName: Type.String(),
  displayName: Type.String(),
  items: Type.Integer(),
  lastBackupAt: Nullable(Time),
  /** Why the mailbox has no newer state, if so. */
  error: Nullable(Problem),
})
export type MailboxView = Static<typeof MailboxView>
export const MailboxQuery = Type.Object({
  ...PageQuery.properties,
  search: Type.Optional(Type.String({ maxLength: 200 })),
  /** What is listed instead of mailboxes: each user's calendars, contacts or tasks. Their folders and items are read as those of a mailbox are. */
  workload: Type.Optional(ResourceWorkload),
})
export type MailboxQuery = Static<typeof MailboxQuery>

/** `GET /mailboxes/:id/folders`: flat, parents before children. `id` is the product's own. */
export const FolderView = Type.Object({
  id: Id,
  parentId: Nullable(Id),
  name: Type.String(),
  path: Type.String(),
  items: Type.Integer(),
})
export type FolderView = Static<typeof FolderView>

/** Restore point: a run's sequence number; left out = the newest. */
const RestorePoint = Type.Integer({ minimum: 1, maximum: 2_147_483_647 })
export const AtQuery = Type.Object({ at: Type.Optional(RestorePoint) })
export type AtQuery = Static<typeof AtQuery>

/** `GET /mailboxes/:id/settings`: what belongs to the mailbox beside its mails, as Microsoft Graph had it; nothing before it was read. */
export const MailboxSettingsView = Type.Object({
  userPrincipalName: Type.String(),
  /** Automatic replies, working hours, time zone, language; null where none are stored. */
  settings: Nullable(Type.Record(Type.String(), Type.Unknown())),
  rules: Type.Array(Type.Record(Type.String(), Type.Unknown())),
  categories: Type.Array(Type.Record(Type.String(), Type.Unknown())),
})
export type MailboxSettingsView = Static<typeof MailboxSettingsView>

export const MailboxSettingsPart = Type.Union([
  Type.Literal('rules'),
  Type.Literal('categories'),
  Type.Literal('automaticReplies'),
  /** With the time zone. */
  Type.Literal('workingHours'),
])
export type MailboxSettingsPart = Static<typeof MailboxSettingsPart>

/** `POST /mailboxes/:id/settings/restore`. What is there already is not made twice; automatic replies come back only where they are chosen. */
export const RestoreMailboxSettings = Type.Object({
  parts: Type.Array(MailboxSettingsPart, { minItems: 1, uniqueItems: true }),
  /** Restore point; default: the newest. */
  at: Type.Optional(Type.Integer({ minimum: 1 })),
  /** Another user of the organization, by object id or user principal name; left out: whose it was. */
  target: Type.Optional(Type.Object({ user: Type.String({ minLength: 1, maxLength: 320 }) })),
})
export type RestoreMailboxSettings = Static<typeof RestoreMailboxSettings>

export const RestoredSettingsView = Type.Object({
  /** Into whose mailbox. */
  userPrincipalName: Type.String(),
  entries: Type.Array(
    Type.Object({
      part: MailboxSettingsPart,
      /** Of the rule or category; empty for what there is one of. */
      name: Type.String(),
      outcome: Type.Union([
        Type.Literal('restored'),
        Type.Literal('already-there'),
        Type.Literal('not-stored'),
        Type.Literal('failed'),
      ]),
      /** Why it failed; empty otherwise. */
      reason: Type.String(),
    }),
  ),
})
export type RestoredSettingsView = Static<typeof RestoredSettingsView>

export const MailItemView = Type.Object({
  id: Id,
  mailboxId: Id,
  userPrincipalName: Type.String(),
  folderId: Id,
  folderPath: Type.String(),
  subject: Type.String(),
  from: Nullable(Person),
  to: Type.Array(Person),
  receivedAt: Nullable(Time),
  sentAt: Nullable(Time),
  size: Type.Integer(),
  isRead: Type.Boolean(),
  isDraft: Type.Boolean(),
  flag: Type.Union([Type.Literal('notFlagged'), Type.Literal('flagged'), Type.Literal('complete')]),
  importance: Type.String(),
  categories: Type.Array(Type.String()),
  hasAttachments: Type.Boolean(),
})
export type MailItemView = Static<typeof MailItemView>

/** `GET /mailboxes/:id/items` (newest first). */
export const MailItemQuery = Type.Object({
  ...PageQuery.properties,
  ...AtQuery.properties,
  folder: Type.Optional(Id),
  search: Type.Optional(Type.String({ maxLength: 200 })),
})
export type MailItemQuery = Static<typeof MailItemQuery>

/** `GET /organizations/:id/search`: words over subject, people and folder. */
export const MailSearchQuery = Type.Object({
  ...PageQuery.properties,
  ...AtQuery.properties,
  query: Type.String({ minLength: 1, maxLength: 200 }),
  mailbox: Type.Optional(Id),
  receivedAfter: Type.Optional(Time),
  receivedBefore: Type.Optional(Time),
})
export type MailSearchQuery = Static<typeof MailSearchQuery>

/** `GET /items/:id`. The body itself is at `/items/:id/preview`, for a sandboxed frame. */
export const MailDetailView = Type.Object({
  item: MailItemView,
  cc: Type.Array(Person),
  bcc: Type.Array(Person),
  replyTo: Type.Array(Person),
  internetMessageId: Nullable(Type.String()),
  attachments: Type.Array(
    Type.Object({
      index: Type.Integer(),
      name: Type.String(),
      contentType: Type.String(),
      size: Type.Integer(),
      inline: Type.Boolean(),
    }),
  ),
  /** What the sanitized preview left out, e.g. "3 remote images". */
  removed: Type.Array(Type.String()),
})
export type MailDetailView = Static<typeof MailDetailView>

/**
 * Which items: by id; everything of a mailbox, folder (with its subfolders) or search; of a drive some files and folders (with all that is
 * in them), or everything.
 */
export const Selection = Type.Union([
  Type.Object({ items: Type.Array(Id, { minItems: 1, maxItems: 10_000 }) }),
  Type.Object({
    mailbox: Id,
    folder: Type.Optional(Id),
    search: Type.Optional(Type.String({ maxLength: 200 })),
    at: Type.Optional(RestorePoint),
  }),
  Type.Object({
    drive: Id,
    folders: Type.Optional(Type.Array(Id, { maxItems: 1_000 })),
    files: Type.Optional(Type.Array(Id, { maxItems: 10_000 })),
    at: Type.Optional(RestorePoint),
  }),
])
export type Selection = Static<typeof Selection>

/** `POST /organizations/:id/exports`, then `GET /exports/:id` streams the ZIP once. */
export const CreateExport = Type.Object({ selection: Selection })
export type CreateExport = Static<typeof CreateExport>
/** `GET /exports/:id`. `file`: events and tasks as one calendar file, contacts as one file of cards. */
export const ExportQuery = Type.Object({
  as: Type.Optional(Type.Union([Type.Literal('zip'), Type.Literal('file')])),
})
export const ExportView = Type.Object({
  id: Id,
  items: Type.Integer(),
  address: Type.String(),
  expiresAt: Time,
})
export type ExportView = Static<typeof ExportView>

/**
 * Where items go instead of back to whom they came from: another user of the organization, by Entra object id or user principal name, or,
 * for files alone, another drive, by its id in the list of drives or by that which Microsoft has for it.
 */
export const RestoreTarget = Type.Union([
  Type.Object({ user: Type.String({ minLength: 1, maxLength: 320 }) }, { additionalProperties: false }),
  Type.Object({ drive: Type.String({ minLength: 1, maxLength: 400 }) }, { additionalProperties: false }),
])
export type RestoreTarget = Static<typeof RestoreTarget>

/** What happens where a file of the same name is there: it is left, the other one is put beside it, or it is replaced. */
export const FileConflict = Type.Union([
  Type.Literal('skip'),
  Type.Literal('keepBoth'),
  Type.Literal('replace'),
  Type.Literal('replaceIfNewer'),
])
export type FileConflict = Static<typeof FileConflict>

/** Microsoft's id of an older version of a file, such as `3.0`. */
export const OlderVersion = Type.String({ minLength: 1, maxLength: 100 })

/** `POST /organizations/:id/restores`. The folder defaults to a dated one: 'Restored 2026-11-22'. */
export const CreateRestore = Type.Object({
  selection: Selection,
  /**
   * Of the one file that the selection names by its id, these older versions instead. Each is put beside the file under its name and the
   * version's date; with the conflict `replace` it takes the file's own name, and so becomes its newest version.
   */
  versions: Type.Optional(Type.Array(OlderVersion, { minItems: 1, maxItems: 500 })),
  folder: Type.Optional(
    Type.Union([
      Type.Object({ kind: Type.Literal('dated') }),
      Type.Object({ kind: Type.Literal('original') }),
      Type.Object({ kind: Type.Literal('named'), name: Type.String({ minLength: 1, maxLength: 120 }) }),
    ]),
  ),
  target: Type.Optional(RestoreTarget),
  /** Of files; default `keepBoth`. The same content in the same place is always left as it is. */
  conflict: Type.Optional(FileConflict),
  /** 'Restore sharing' of files and folders: who had access has it again, without a mail, and links are made anew. Default: not. */
  sharing: Type.Optional(Type.Boolean()),
})
export type CreateRestore = Static<typeof CreateRestore>

export const RestoreState = Type.Union([
  Type.Literal('queued'),
  Type.Literal('running'),
  Type.Literal('succeeded'),
  Type.Literal('partial'),
  Type.Literal('failed'),
  Type.Literal('cancelled'),
])
export type RestoreState = Static<typeof RestoreState>

export const RestoreView = Type.Object({
  id: Id,
  organizationId: Id,
  state: RestoreState,
  folderName: Type.String(),
  /** Another user whom the items go to; null: each goes back to whose it was. */
  targetUser: Nullable(Type.Object({ id: Type.String(), userPrincipalName: Type.String() })),
  /** Another drive that files go to. */
  targetDrive: Nullable(Type.Object({ id: Type.String(), name: Type.String() })),
  createdAt: Time,
  finishedAt: Nullable(Time),
  counts: Type.Object({
    total: Type.Integer(),
    restored: Type.Integer(),
    /** The very same mail is in the target folder already. */
    alreadyThere: Type.Integer(),
    failed: Type.Integer(),
  }),
  error: Nullable(Problem),
})
export type RestoreView = Static<typeof RestoreView>

/** `GET /restores/:id/items`. */
export const RestoreItemView = Type.Object({
  itemId: Id,
  subject: Type.String(),
  state: Type.Union([
    Type.Literal('waiting'),
    Type.Literal('creating'),
    Type.Literal('restored'),
    Type.Literal('already-there'),
    Type.Literal('failed'),
  ]),
  /** Id of the message in the mailbox, once it is there. */
  messageId: Nullable(Type.String()),
  reason: Nullable(Type.String()),
})
export type RestoreItemView = Static<typeof RestoreItemView>
