import Type, { type Static } from 'typebox'
import { Id, Nullable, Problem, Time } from './primitives.ts'

export const RotationState = Type.Union([
  /** The new certificate is made and sealed; Microsoft is asked to add it. */
  Type.Literal('adding'),
  /** Signing in with the new one, until it works again and again. */
  Type.Literal('proving'),
  /** In use; the old one stays a little, in case a part of Microsoft has not heard of the new one. */
  Type.Literal('settling'),
  /** The old one is being removed; tried again every night until that succeeds. */
  Type.Literal('removing'),
  Type.Literal('finished'),
  /** The old certificate is still in use. */
  Type.Literal('failed'),
  Type.Literal('cancelled'),
])
export type RotationState = Static<typeof RotationState>

/** `GET /organizations/:id/rotations` (newest first). */
export const CredentialRotationView = Type.Object({
  id: Id,
  organizationId: Id,
  state: RotationState,
  trigger: Type.Union([Type.Literal('operator'), Type.Literal('automatic')]),
  createdAt: Time,
  finishedAt: Nullable(Time),
  /** SHA-256, as Microsoft's portal shows it. */
  newThumbprint: Nullable(Type.String()),
  newExpiresAt: Nullable(Time),
  oldThumbprint: Type.String(),
  /** Why it waits, in words, and when it goes on. */
  detail: Nullable(Type.String()),
  nextTryAt: Nullable(Time),
  /** Said when a policy made the server choose a shorter life, or the like. */
  notice: Nullable(Type.String()),
  error: Nullable(Problem),
  /** What is left in the tenant, one sentence each. */
  leftovers: Type.Array(Type.String()),
})
export type CredentialRotationView = Static<typeof CredentialRotationView>

/** `POST /organizations/:id/rotations`. */
export const StartRotation = Type.Object({
  /** 'Object ID' of the application's registration; needed once where the server does not know it. */
  applicationObjectId: Type.Optional(Type.String({ format: 'uuid' })),
})
export type StartRotation = Static<typeof StartRotation>
