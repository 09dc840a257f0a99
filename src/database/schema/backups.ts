/**
 * Tables of backing up: vaults, repositories, resources (mailboxes), runs, and the catalog of what the restore points hold.
 *
 * Validity: rows with `valid_from` and `valid_to` are versions. A restore point `at` (a run's sequence number, at most the
 * repository's `head_sequence`) sees the rows with `valid_from <= at and (valid_to is null or valid_to > at)`. A run in
 * progress writes rows with its own sequence, which is above the head and thus invisible until it is published.
 */
import type { ColumnType, Generated, JSONColumnType } from 'kysely'

/** A `timestamptz`: read as Date, written as Date or RFC 3339 text. */
export type Timestamp = ColumnType<Date, Date | string, Date | string>
export type NullableTimestamp = ColumnType<
  Date | null,
  Date | string | null | undefined,
  Date | string | null
>
type CreatedAt = ColumnType<Date, Date | string | undefined, never>
/** A `bigint`; the driver may answer it as text, so read it with `Number()`. */
export type BigCount = ColumnType<string | number, number | undefined, number>
type NullableJson = ColumnType<unknown, string | null | undefined, string | null>

export interface VaultTable {
  id: Generated<string>
  /** Where it is, e.g. an absolute folder. */
  location: string
  /** Hex, shared by all repositories of the vault, so that equal content is cut equally in all of them. */
  chunker_polynomial: string
  created_at: CreatedAt
}

export interface RepositoryTable {
  id: Generated<string>
  organization_id: string
  vault_id: string
  /** Folder within the vault. */
  directory: string
  /** Sealed with context `repository:<id>`. */
  password_sealed: Buffer
  /** `creating` until the keys are in place. */
  state: ColumnType<'creating' | 'ready', 'creating' | 'ready' | undefined, 'creating' | 'ready'>
  /** Tree of the newest published snapshot. */
  head_root: string | null
  head_snapshot_id: string | null
  /** Sequence of the run that was published last; 0 before the first. */
  head_sequence: Generated<number>
  /** The newest restore point all of which the place keeps, as far as is known, and until when. */
  kept_snapshot_id: ColumnType<string | null, never, string>
  kept_until: ColumnType<Date | null, never, Date>
  /** Until then only the one that deletes from it writes to it. */
  maintenance_until: ColumnType<Date | null, never, Date | null>
  created_at: CreatedAt
}

/** Kinds of what is backed up as a whole. */
export type ResourceWorkload = 'mail' | 'drive' | 'calendar' | 'contacts' | 'todo'

/** Something that is backed up as a whole: a mailbox, a OneDrive, a document library, the calendars of a user, … */
export interface ResourceTable {
  id: Generated<string>
  organization_id: string
  workload: ResourceWorkload
  /** Microsoft's id of the user whose it is; of a document library that of its drive. */
  external_id: string
  /** Microsoft's id of the site of a document library; null for what belongs to a user. */
  site_external_id: string | null
  /** Address of the user; of a document library its address without the protocol. */
  user_principal_name: string
  display_name: string
  /** Path in the published tree, e.g. `mail/3f/anna@contoso.example~3fa09c11`; null before the first publication. */
  directory: string | null
  /** Items in the newest restore point. */
  items: Generated<number>
  last_success_at: NullableTimestamp
  last_success_sequence: number | null
  /** Why there is no newer state, as a Problem; null when the last run took it. */
  error: NullableJson
  /** Something the operator should know though nothing failed. */
  notice: string | null
  created_at: CreatedAt
}

export type RunStateColumn =
  | 'queued'
  | 'running'
  | 'publishing'
  | 'succeeded'
  | 'partial'
  | 'failed'
  | 'cancelled'

export interface RunTable {
  id: Generated<string>
  organization_id: string
  sequence: number
  state: RunStateColumn
  /** Rises with each owner; a transaction of an earlier owner is refused. */
  epoch: Generated<number>
  /** `<host>|<process id>|<nonce>`. */
  lease_owner: string | null
  lease_until: NullableTimestamp
  cancel_requested: Generated<boolean>
  requested_by: string | null
  created_at: CreatedAt
  started_at: NullableTimestamp
  finished_at: NullableTimestamp
  /** `RunCounts` of the contract. */
  counts: JSONColumnType<Record<string, number>, string | undefined, string>
  items_expected: number | null
  /** Set when publishing begins. */
  planned_root: string | null
  snapshot_id: string | null
  /** Since when its restore point is deleted, or being deleted. */
  forgotten_at: ColumnType<Date | null, never, Date | null>
  error: NullableJson
}

export interface RunResourceTable {
  run_id: string
  resource_id: string
  position: number
  state: 'waiting' | 'running' | 'succeeded' | 'failed' | 'skipped'
  items_total: Generated<number>
  items_expected: number | null
  items_stored: Generated<number>
  items_updated: Generated<number>
  items_removed: Generated<number>
  items_failed: Generated<number>
  items_skipped: Generated<number>
  bytes_read: BigCount
  /** Tree of the mailbox to publish; null when there is none. */
  tree: string | null
  /** Path in the tree to publish. */
  directory: string | null
  /** Something is not as it is in the mailbox (a removal held back): the run becomes partial. */
  incomplete: Generated<boolean>
  error: NullableJson
  notice: string | null
}

/** A folder's identity: `id` is the product's own and stays for good. */
export interface FolderTable {
  id: Generated<string>
  resource_id: string
  /** Microsoft's id. */
  external_id: string
}

export interface FolderVersionTable {
  folder_id: string
  resource_id: string
  valid_from: number
  valid_to: number | null
  /** null: directly below the mailbox. */
  parent_id: string | null
  name: string
  /** Names from the top, joined by ` / `. */
  path: string
  /** Directory path below the mailbox's own, e.g. `Inbox~1a2b3c4d/Projects~5e6f7a8b`. */
  directory: string
  /** Microsoft's item count when last seen. */
  expected_items: number | null
  is_hidden: Generated<boolean>
  /** What the workload keeps of the folder beside its name: `{}` for mail. */
  metadata: JSONColumnType<Record<string, unknown>, string | undefined, string>
}

/** Folders of which a delta round under way said that they are gone; applied when it ends, since what was in them may turn up elsewhere. */
export interface GoneFolderTable {
  resource_id: string
  external_id: string
}

/** Columns that only mails use hold what `stage-checkpoint.ts` has for others. */
export interface ItemTable {
  /** Names one version of one item. */
  id: Generated<string>
  resource_id: string
  folder_id: string
  /** Microsoft's immutable id. */
  external_id: string
  valid_from: number
  valid_to: number | null
  /** Mail: directory below the folder's (`2025-03`, `2025-03-2`, `undated`). Others: `_00` to `_ff`, the directory once the folder is large. */
  bucket: string
  file_name: string
  /** Bytes of the content. */
  size: BigCount
  /** Lowercase hex of the content. */
  sha256: string
  /** Data blobs of the content, in order. */
  content: string[]
  change_key: string
  /** Hash of the fields that only a change of the content changes. */
  fingerprint: string
  /** What people know it by: the subject of a mail, the name of a file. */
  subject: string
  from_name: string
  from_address: string
  /** When a mail came, when a file was changed. */
  received_at: NullableTimestamp
  sent_at: NullableTimestamp
  is_read: boolean
  is_draft: boolean
  flag: 'notFlagged' | 'flagged' | 'complete'
  importance: string
  has_attachments: boolean
  categories: string[]
  internet_message_id: string | null
  /** `{ to, cc, bcc, replyTo }`, each a list of `{ name, address }`. */
  people: JSONColumnType<ItemPeople, string, string>
  /** Everything else of `_items.jsonl`, as it was read from Graph. */
  metadata: JSONColumnType<Record<string, unknown>, string, string>
  /** What full-text search looks at; `search` is derived from it by the database (configuration `simple`). */
  search_text: string
  search: ColumnType<string, never, never>
  /** Older versions of a file that lie beside it: Microsoft's ids, newest first. */
  versions: Generated<string[]>
  /** The directory that holds them; null for none. */
  versions_tree: string | null
}

/** An older version of a file, as it was fetched. */
export interface FileVersionTable {
  resource_id: string
  /** Microsoft's id of the file. */
  external_id: string
  /** Microsoft's, such as `3.0`. */
  version_id: string
  size: BigCount
  sha256: string
  content: string[]
  modified_at: NullableTimestamp
  modified_by: string | null
}

export interface ItemPerson {
  name: string
  address: string
}
export interface ItemPeople {
  to: ItemPerson[]
  cc: ItemPerson[]
  bcc: ItemPerson[]
  replyTo: ItemPerson[]
}

/** Where a container's delta round goes on. `container` is `folders` or a folder's external id. */
export interface DeltaPositionTable {
  resource_id: string
  container: string
  /** Link that belongs to the published state. */
  live_link: string | null
  /** Link that belongs to the staged rows; null with `staged` false. */
  staged_link: string | null
  staged: Generated<boolean>
  /** `staged_link` ends a round (delta link), as opposed to being in the middle of one. */
  round_done: Generated<boolean>
  /** A full enumeration after a lost position is under way: `enumerated_items` holds what it has met. */
  resync: Generated<boolean>
  /** Sequence of the run in which removals of a resync were held back. */
  held_sequence: number | null
}

export interface EnumeratedItemTable {
  resource_id: string
  folder_id: string
  external_id: string
}

/** Items that a delta position has passed without storing them. */
export interface RetryTable {
  resource_id: string
  external_id: string
  folder_id: string | null
  subject: string
  outcome: 'retry' | 'permanent' | 'skipped'
  attempts: number
  code: string
  reason: string
  change_key: string
  last_sequence: number
}

/** The same, as one run saw it. */
export interface RunFailureTable {
  run_id: string
  resource_id: string
  external_id: string
  folder_path: string
  subject: string
  outcome: 'retry' | 'permanent' | 'skipped'
  reason: string
  attempts: number
}

export interface BackupTables {
  vaults: VaultTable
  repositories: RepositoryTable
  resources: ResourceTable
  runs: RunTable
  run_resources: RunResourceTable
  folders: FolderTable
  folder_versions: FolderVersionTable
  items: ItemTable
  file_versions: FileVersionTable
  delta_positions: DeltaPositionTable
  enumerated_items: EnumeratedItemTable
  gone_folders: GoneFolderTable
  retries: RetryTable
  run_failures: RunFailureTable
}
