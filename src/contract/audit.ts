/** The audit trail: who did what, when, from where. */
import Type, { type Static } from 'typebox'
import { Id, Nullable, PageQuery, Time } from './primitives.ts'

export const AuditOutcome = Type.Union([
  Type.Literal('done'),
  Type.Literal('refused'),
  Type.Literal('failed'),
])
export type AuditOutcome = Static<typeof AuditOutcome>

export const AuditEntryView = Type.Object({
  sequence: Type.Integer(),
  at: Time,
  actor: Type.Object({
    kind: Type.Union([Type.Literal('operator'), Type.Literal('customer'), Type.Literal('nobody')]),
    operatorId: Nullable(Id),
    /** As it was called then. */
    name: Type.String(),
    role: Nullable(Type.String()),
  }),
  address: Type.String({ description: 'Network address that the request came from' }),
  action: Type.String({ description: 'Operation id of the route' }),
  organizationId: Nullable(Id),
  outcome: AuditOutcome,
  status: Type.Integer({ description: 'HTTP status of the answer' }),
  details: Type.Unknown({ description: 'What it was done with: ids, words looked for, before and after' }),
})
export type AuditEntryView = Static<typeof AuditEntryView>

const filters = {
  from: Type.Optional(Time),
  to: Type.Optional(Time),
  operator: Type.Optional(Id),
  organization: Type.Optional(Id),
  action: Type.Optional(Type.String({ maxLength: 100 })),
  outcome: Type.Optional(AuditOutcome),
}
export const AuditFilter = Type.Object(filters)
export type AuditFilter = Static<typeof AuditFilter>

/** `GET /audit-entries`: newest first. */
export const AuditQuery = Type.Object({ ...PageQuery.properties, ...filters })
export type AuditQuery = Static<typeof AuditQuery>

/** `POST /audit-entries/verify`. */
export const AuditVerification = Type.Object({
  entries: Type.Integer(),
  problem: Nullable(
    Type.Object({
      sequence: Type.Integer(),
      kind: Type.Union([
        Type.Literal('changed', { description: 'The entry is not as it was written, or not where it was' }),
        Type.Literal('missing', { description: 'An entry is gone, or one was put in between' }),
        Type.Literal('end', { description: 'Entries are missing at the end' }),
      ]),
    }),
  ),
})
export type AuditVerification = Static<typeof AuditVerification>
