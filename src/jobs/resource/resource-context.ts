import type { RunGuard } from '../../catalog/index.ts'
import type { FileExtras, MailboxExtras } from '../../contract/index.ts'
import type { Database, ResourceWorkload } from '../../database/index.ts'
import type { GraphClient } from '../../microsoft/index.ts'
import type { Repository, RepositoryWriter } from '../../repository/index.ts'
import type { Clock, Logger } from '../../shared/index.ts'
import type { ItemExclusions } from '../protection/item-exclusions.ts'
import type { ResourceProgress } from './resource-progress.ts'

/** What is backed up as a whole, as the run knows it. */
export interface Resource {
  readonly resourceId: string
  readonly workload: ResourceWorkload
  /** Microsoft's id of the user; of a document library that of its drive. */
  readonly externalId: string
  /** Microsoft's id of the site of a document library; null for what belongs to a user. */
  readonly siteExternalId: string | null
  readonly userPrincipalName: string
  readonly displayName: string
  /** Where it is in the published tree; null when it is not. */
  readonly publishedDirectory: string | null
}

/** When what was stored is recorded: at the end of the page that reaches one of these. */
export interface CheckpointLimits {
  readonly milliseconds: number
  readonly rows: number
  readonly bytes: number
  /** Bytes of packs after which an index names them, in the midst of a large file, too: what no index names is stored again after a crash. */
  readonly packBytes: number
}

/** A crash costs at most a minute of work, and what several mailboxes hold at once stays small. */
export const defaultCheckpoints: CheckpointLimits = {
  milliseconds: 60_000,
  rows: 500,
  bytes: 64 * 1024 * 1024,
  packBytes: 1024 ** 3,
}

/** What the run has to publish of a resource. */
export interface ResourceResult {
  readonly tree: string
  /** Path from the repository's root. */
  readonly directory: string
}

/** What the backup of one resource works with. */
export interface ResourceContext {
  readonly db: Database
  readonly guard: RunGuard
  readonly graph: GraphClient
  readonly repository: Repository
  readonly writer: RepositoryWriter
  readonly clock: Clock
  readonly logger: Logger
  readonly signal: AbortSignal
  readonly resource: Resource
  readonly progress: ResourceProgress
  /** Tree and sequence of what is published now. */
  readonly headRoot: string | null
  readonly headSequence: number
  /** Time of the run, in milliseconds since the epoch: the same after a resumption. */
  readonly time: number
  readonly checkpoints: CheckpointLimits
  /** Application permissions that the token names. */
  readonly permissions: readonly string[]
  /** What of the folders and items is left out; null: nothing. */
  readonly exclusions: ItemExclusions | null
  /** What of mailboxes is taken beside the folders that people see. */
  readonly mailboxes: MailboxExtras
  /** What of drives is taken beside the files as they are. */
  readonly files: FileExtras
}
