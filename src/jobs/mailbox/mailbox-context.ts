import type { RunGuard } from '../../catalog/index.ts'
import type { Database } from '../../database/index.ts'
import type { GraphClient } from '../../microsoft/index.ts'
import type { Repository, RepositoryWriter } from '../../repository/index.ts'
import type { Clock, Logger } from '../../shared/index.ts'
import type { MailboxProgress } from './mailbox-progress.ts'

/** A mailbox as the run knows it. */
export interface Mailbox {
  readonly resourceId: string
  /** Microsoft's id of the user. */
  readonly externalId: string
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
}

/** A crash costs at most a minute of work, and a transaction stays small. */
export const defaultCheckpoints: CheckpointLimits = {
  milliseconds: 60_000,
  rows: 2_000,
  bytes: 64 * 1024 * 1024,
}

/** What the backup of one mailbox works with. */
export interface MailboxContext {
  readonly db: Database
  readonly guard: RunGuard
  readonly graph: GraphClient
  readonly repository: Repository
  readonly writer: RepositoryWriter
  readonly clock: Clock
  readonly logger: Logger
  readonly signal: AbortSignal
  readonly mailbox: Mailbox
  readonly progress: MailboxProgress
  /** Tree and sequence of what is published now. */
  readonly headRoot: string | null
  readonly headSequence: number
  /** Time of the run, in milliseconds since the epoch: the same after a resumption. */
  readonly time: number
  readonly checkpoints: CheckpointLimits
}
