import Type, { type Static } from 'typebox'
import { Workload } from './cloud.ts'
import { Nullable, Time } from './primitives.ts'

export const HealthState = Type.Union([
  Type.Literal('ok'),
  Type.Literal('missing-permission'),
  Type.Literal('failed'),
  Type.Literal('not-granted'),
  /** Microsoft Graph of the organization does not offer what it takes. */
  Type.Literal('not-available'),
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
