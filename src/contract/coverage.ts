/** What of a tenant is not protected and why, and how the protection of an organization stands. */
import Type, { type Static } from 'typebox'
import { Nullable, PageQuery, Time } from './primitives.ts'
import { ResourceWorkload, RunState } from './run.ts'

export const CoverageReason = Type.Union([
  Type.Literal('not-selected'),
  Type.Literal('excluded'),
  /** First seen after the choice, which does not include new ones. */
  Type.Literal('new'),
  Type.Literal('no-license'),
  Type.Literal('no-rights'),
  /** Microsoft offers no way to read or restore it that this server uses. */
  Type.Literal('no-api'),
  Type.Literal('failing'),
  /** Chosen, but no run has taken it yet. */
  Type.Literal('pending'),
])
export type CoverageReason = Static<typeof CoverageReason>

export const CoverageKind = Type.Union([
  Type.Literal('user'),
  Type.Literal('site'),
  Type.Literal('group'),
  Type.Literal('team'),
  /** Something of the tenant as a whole. */
  Type.Literal('service'),
  /** Single items of something that is protected. */
  Type.Literal('items'),
])
export type CoverageKind = Static<typeof CoverageKind>

const filter = {
  reason: Type.Optional(CoverageReason),
  kind: Type.Optional(CoverageKind),
  search: Type.Optional(Type.String({ maxLength: 200 })),
}
/** `GET /organizations/:id/coverage`. */
export const CoverageQuery = Type.Object({ ...PageQuery.properties, ...filter })
export type CoverageQuery = Static<typeof CoverageQuery>
/** `GET /organizations/:id/coverage/export`. */
export const CoverageExport = Type.Object({
  ...filter,
  format: Type.Union([Type.Literal('csv'), Type.Literal('json')]),
})
export type CoverageExport = Static<typeof CoverageExport>

export const CoverageEntry = Type.Object({
  kind: CoverageKind,
  /** Microsoft's id, or a name of our own for what has none. */
  id: Type.String(),
  name: Type.String(),
  /** Address of a user, of a site, of a group; empty for what has none. */
  address: Type.String(),
  /** Which of its data: a workload, or what no workload covers. */
  workload: Type.String(),
  reason: CoverageReason,
  detail: Type.String(),
})
export type CoverageEntry = Static<typeof CoverageEntry>

/** `GET /organizations/:id/dashboard`. */
export const DashboardView = Type.Object({
  users: Type.Object({ protected: Type.Integer(), unprotected: Type.Integer() }),
  /** Entries of the ledger. */
  unprotected: Type.Array(Type.Object({ reason: CoverageReason, count: Type.Integer() })),
  workloads: Type.Array(
    Type.Object({
      workload: ResourceWorkload,
      /** Mailboxes, drives, … with a backup. */
      resources: Type.Integer(),
      items: Type.Integer(),
      failing: Type.Integer(),
      lastSuccessAt: Nullable(Time),
    }),
  ),
  /** The newest runs, oldest first, at most thirty. */
  runs: Type.Array(
    Type.Object({
      id: Type.String({ format: 'uuid' }),
      sequence: Type.Integer(),
      state: RunState,
      finishedAt: Nullable(Time),
      seconds: Nullable(Type.Integer()),
      bytesRead: Type.Integer(),
      bytesStored: Type.Integer(),
      itemsFailed: Type.Integer(),
    }),
  ),
  /** Of the last thirty days with runs, oldest first: what came in, what was written, and all that was written until then. */
  days: Type.Array(
    Type.Object({
      day: Type.String({ description: 'YYYY-MM-DD, UTC' }),
      bytesRead: Type.Integer(),
      bytesStored: Type.Integer(),
      bytesStoredInAll: Type.Integer(),
    }),
  ),
  restorePoints: Type.Integer(),
  nextRunAt: Nullable(Time),
  laterRunsAt: Type.Array(Time),
})
export type DashboardView = Static<typeof DashboardView>
