import Type, { type Static } from 'typebox'
import { Id, Nullable, Time } from './primitives.ts'
import { WorkloadHealth } from './workload-health.ts'

export const DriftKind = Type.Union([
  Type.Literal('permission-revoked'),
  Type.Literal('permission-added'),
  Type.Literal('permission-unneeded'),
  Type.Literal('application-disabled'),
  Type.Literal('application-missing'),
  Type.Literal('credential-expired'),
  Type.Literal('credential-expiring'),
  Type.Literal('credential-refused'),
  Type.Literal('sign-in-blocked'),
  Type.Literal('access-lost'),
  Type.Literal('foreign-credential'),
  Type.Literal('foreign-owner'),
  Type.Literal('renewal-failed'),
])
export type DriftKind = Static<typeof DriftKind>

/** Something of the organization's access that is not as it should be, or not as it was when all was well. */
export const DriftFinding = Type.Object({
  kind: DriftKind,
  severity: Type.Union([Type.Literal('information'), Type.Literal('warning'), Type.Literal('error')]),
  /** What it is about: a permission, the id of a credential or an owner; null for the access as a whole. */
  subject: Nullable(Type.String()),
  title: Type.String({ description: 'What was found, one sentence' }),
  detail: Type.String({ description: 'What to do' }),
  /** When a check first found it. */
  since: Time,
})
export type DriftFinding = Static<typeof DriftFinding>

export const CheckTrigger = Type.Union([
  Type.Literal('nightly'),
  Type.Literal('operator'),
  Type.Literal('credential'),
])
export type CheckTrigger = Static<typeof CheckTrigger>

/** `GET /organizations/:id/checks`, newest first. `unfinished`: Microsoft could not be asked, so nothing is known. */
export const OrganizationCheckView = Type.Object({
  id: Id,
  organizationId: Id,
  checkedAt: Time,
  trigger: CheckTrigger,
  outcome: Type.Union([Type.Literal('good'), Type.Literal('drift'), Type.Literal('unfinished')]),
  health: Type.Array(WorkloadHealth),
  findings: Type.Array(DriftFinding),
})
export type OrganizationCheckView = Static<typeof OrganizationCheckView>
