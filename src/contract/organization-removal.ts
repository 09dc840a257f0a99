import Type, { type Static } from 'typebox'
import { AddMethod } from './cloud.ts'
import { Id, Nullable, Problem, Time } from './primitives.ts'

/** `POST /organizations/:id/removal`. */
export const RemoveOrganization = Type.Object({
  /** The application in the tenant goes too: an administrator signs in for it, and the removal waits for that. */
  deleteApplication: Type.Boolean(),
  /** The organization's name, letter for letter: its backups are deleted 7 days later. Left out: they are kept. */
  deleteBackupsOf: Type.Optional(Type.String({ maxLength: 120 })),
})
export type RemoveOrganization = Static<typeof RemoveOrganization>

/** `POST /organizations/:id/backups-deletion`, of an organization that is removed. */
export const DeleteBackups = Type.Object({
  name: Type.String({ maxLength: 120, description: "The organization's name, letter for letter" }),
})
export type DeleteBackups = Static<typeof DeleteBackups>

/** What was removed, kept for good. Sentences are complete and name the places in the portal of the organization's cloud. */
export const RemovalStatement = Type.Object({
  organization: Type.Object({
    name: Type.String(),
    tenantId: Type.String(),
    defaultDomain: Type.String(),
    cloud: Type.String(),
    method: AddMethod,
    addedAt: Time,
  }),
  operator: Type.String(),
  requestedAt: Time,
  removedAt: Time,
  applicationId: Type.String(),
  stopped: Type.Object({ runs: Type.Integer(), restores: Type.Integer() }),
  removedHere: Type.Array(Type.String()),
  removedInTenant: Type.Array(Type.String()),
  leftInTenant: Type.Array(Type.String()),
  backups: Type.Object({
    location: Nullable(Type.String()),
    restorePoints: Type.Integer(),
    mailboxes: Type.Integer(),
    items: Type.Integer(),
  }),
})
export type RemovalStatement = Static<typeof RemovalStatement>

export const RemovalState = Type.Union([
  Type.Literal('stopping'),
  Type.Literal('awaiting-administrator'),
  Type.Literal('finishing'),
  Type.Literal('removed'),
  Type.Literal('abandoned'),
])
export type RemovalState = Static<typeof RemovalState>

/** `GET /removals` (newest first), `GET /removals/:id`, `GET /organizations/:id/removal`. */
export const RemovalView = Type.Object({
  id: Id,
  organizationId: Id,
  organizationName: Type.String(),
  state: RemovalState,
  requestedAt: Time,
  removedAt: Nullable(Time),
  /** The task in which an administrator removes the application. */
  taskId: Nullable(Id),
  backups: Type.Object({
    state: Type.Union([
      Type.Literal('kept'),
      /** Will be deleted at `deleteAt`; can be undone until then. */
      Type.Literal('pending-deletion'),
      Type.Literal('being-deleted'),
      Type.Literal('deleted'),
    ]),
    deleteAt: Nullable(Time),
    deletedAt: Nullable(Time),
    /** Why they could not be deleted yet. */
    error: Nullable(Problem),
  }),
  addedAgainAt: Nullable(Time),
  statement: Nullable(RemovalStatement),
})
export type RemovalView = Static<typeof RemovalView>
