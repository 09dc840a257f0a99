import Type, { type Static } from 'typebox'
import { AddMethod, CredentialKind, Workload } from './cloud.ts'
import { Id, Nullable, Time } from './primitives.ts'
import { RunView } from './run.ts'

export const HealthState = Type.Union([
  Type.Literal('ok'),
  Type.Literal('missing-permission'),
  Type.Literal('failed'),
  Type.Literal('not-granted'),
  Type.Literal('unknown'),
])
export type HealthState = Static<typeof HealthState>

export const WorkloadHealth = Type.Object({
  workload: Workload,
  read: HealthState,
  write: HealthState,
  missingPermissions: Type.Array(Type.String()),
  message: Nullable(Type.String()),
  checkedAt: Nullable(Time),
})
export type WorkloadHealth = Static<typeof WorkloadHealth>

export const OrganizationView = Type.Object({
  id: Id,
  name: Type.String(),
  tenantId: Type.String(),
  defaultDomain: Type.String(),
  cloud: Type.String(),
  cloudName: Type.String(),
  method: AddMethod,
  applicationId: Type.String(),
  credential: Type.Object({
    kind: CredentialKind,
    expiresAt: Nullable(Time),
    daysLeft: Nullable(Type.Integer()),
    thumbprint: Nullable(Type.String()),
  }),
  workloads: Type.Array(Workload),
  restoreRights: Type.Boolean(),
  health: Type.Array(WorkloadHealth),
  createdAt: Time,
  mailboxes: Type.Integer(),
  items: Type.Integer(),
  lastRun: Nullable(RunView),
})
export type OrganizationView = Static<typeof OrganizationView>

/** `PATCH /organizations/:id`. */
export const EditOrganization = Type.Object({ name: Type.String({ minLength: 1, maxLength: 120 }) })
export type EditOrganization = Static<typeof EditOrganization>

/** `GET /organizations/:id/repository`: where the backups are. */
export const RepositoryView = Type.Object({
  location: Type.String(),
  snapshots: Type.Integer(),
  headSnapshotId: Nullable(Type.String()),
})
export type RepositoryView = Static<typeof RepositoryView>

/** `POST /organizations/:id/repository/password`: needs the operator's own password again. */
export const RevealRepositoryPassword = Type.Object({
  operatorPassword: Type.String({ minLength: 1, maxLength: 256 }),
})
export type RevealRepositoryPassword = Static<typeof RevealRepositoryPassword>
export const RepositoryPassword = Type.Object({ location: Type.String(), password: Type.String() })
export type RepositoryPassword = Static<typeof RepositoryPassword>
