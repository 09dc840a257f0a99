import Type, { type Static } from 'typebox'
import { Id, Nullable, Problem, Time } from './primitives.ts'

export const RunState = Type.Union([
  Type.Literal('queued'),
  Type.Literal('running'),
  Type.Literal('publishing'),
  Type.Literal('succeeded'),
  /** A restore point in which some mailboxes kept their last good state or some items are missing. */
  Type.Literal('partial'),
  Type.Literal('failed'),
  Type.Literal('cancelled'),
])
export type RunState = Static<typeof RunState>

/** Kind of what is backed up as a whole. */
export const ResourceWorkload = Type.Union([
  Type.Literal('mail'),
  /** A OneDrive or a document library. */
  Type.Literal('drive'),
  Type.Literal('calendar'),
  Type.Literal('contacts'),
  Type.Literal('todo'),
])
export type ResourceWorkload = Static<typeof ResourceWorkload>

export const RunCounts = Type.Object({
  /** Mailboxes, drives and all else that is backed up as a whole. */
  resourcesTotal: Type.Integer(),
  resourcesDone: Type.Integer(),
  resourcesFailed: Type.Integer(),
  /** What is not there, closed, or outside the scope that the application was given. */
  resourcesSkipped: Type.Integer(),
  /** The mailboxes among them. */
  mailboxesTotal: Type.Integer(),
  mailboxesDone: Type.Integer(),
  mailboxesFailed: Type.Integer(),
  /** Users without a mailbox, or with one outside the scope that Exchange gave the application. */
  mailboxesSkipped: Type.Integer(),
  /** Items in the restore point of the mailboxes done. */
  itemsTotal: Type.Integer(),
  itemsStored: Type.Integer(),
  /** Metadata changed, content kept: no MIME was fetched. */
  itemsUpdated: Type.Integer(),
  itemsRemoved: Type.Integer(),
  itemsFailed: Type.Integer(),
  itemsSkipped: Type.Integer(),
  bytesRead: Type.Integer(),
  bytesStored: Type.Integer(),
  requests: Type.Integer(),
  throttled: Type.Integer(),
})
export type RunCounts = Static<typeof RunCounts>

export const RunView = Type.Object({
  id: Id,
  organizationId: Id,
  /** Counts up over all runs of the organization; names a restore point. */
  sequence: Type.Integer(),
  state: RunState,
  createdAt: Time,
  startedAt: Nullable(Time),
  finishedAt: Nullable(Time),
  counts: RunCounts,
  itemsPerSecond: Nullable(Type.Number()),
  /** Estimate from the folders' own item counts; null until known. */
  secondsLeft: Nullable(Type.Number()),
  itemsExpected: Nullable(Type.Integer()),
  /**
   * How much of the fullest of Microsoft's budgets the application has used, 0 to 1: requests of a mailbox in ten minutes, resource units of
   * the files in a minute. Null when the run is not under way.
   */
  budgetUsed: Nullable(Type.Number()),
  snapshotId: Nullable(Type.String()),
  error: Nullable(Problem),
})
export type RunView = Static<typeof RunView>

export const ResourceState = Type.Union([
  Type.Literal('waiting'),
  Type.Literal('running'),
  Type.Literal('succeeded'),
  Type.Literal('failed'),
  Type.Literal('skipped'),
])
export type ResourceState = Static<typeof ResourceState>

/** `GET /runs/:id/resources`: one mailbox, drive or other resource within a run. */
export const RunResourceView = Type.Object({
  /** Of the resource, whatever its workload. */
  mailboxId: Id,
  workload: ResourceWorkload,
  userPrincipalName: Type.String(),
  displayName: Type.String(),
  state: ResourceState,
  itemsStored: Type.Integer(),
  itemsFailed: Type.Integer(),
  itemsTotal: Type.Integer(),
  error: Nullable(Problem),
  notice: Nullable(Type.String()),
})
export type RunResourceView = Static<typeof RunResourceView>

/** `GET /runs/:id/failures`: one item not stored, with its reason. */
export const ItemFailureView = Type.Object({
  /** Of the resource, whatever its workload. */
  mailboxId: Id,
  workload: ResourceWorkload,
  userPrincipalName: Type.String(),
  itemId: Type.String(),
  folderPath: Type.String(),
  subject: Type.String(),
  outcome: Type.Union([Type.Literal('retry'), Type.Literal('permanent'), Type.Literal('skipped')]),
  reason: Type.String(),
  attempts: Type.Integer(),
})
export type ItemFailureView = Static<typeof ItemFailureView>
