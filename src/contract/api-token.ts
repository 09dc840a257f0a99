/** Tokens that operators make for programs. */
import Type, { type Static } from 'typebox'
import { Role } from './operator.ts'
import { Id, Nullable, Time } from './primitives.ts'
import { proofFields } from './second-factor.ts'

/** `GET /account/api-tokens`, `GET /api-tokens`. Expired ones are listed for 30 days more. */
export const ApiTokenView = Type.Object({
  id: Id,
  name: Type.String(),
  operator: Type.Object({ id: Id, userName: Type.String(), displayName: Type.String() }),
  role: Role,
  /** Null: whatever the operator reaches. */
  organizationIds: Nullable(Type.Array(Id)),
  createdAt: Time,
  expiresAt: Time,
  expired: Type.Boolean(),
  /** To the minute. */
  lastUsedAt: Nullable(Time),
})
export type ApiTokenView = Static<typeof ApiTokenView>

/** `POST /account/api-tokens`: needs proof that it is the operator. */
export const CreateApiToken = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 120, pattern: '\\S', description: 'What it is for' }),
  role: Role,
  organizationIds: Type.Optional(Nullable(Type.Array(Id, { minItems: 1, maxItems: 1000 }))),
  days: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 365, description: 'How long it works; 90 if not given' }),
  ),
  ...proofFields,
})
export type CreateApiToken = Static<typeof CreateApiToken>

/** The token itself is in this answer only: the server keeps its hash. */
export const NewApiToken = Type.Object({
  token: Type.String({ description: 'Send it as Authorization: Bearer' }),
  view: ApiTokenView,
})
export type NewApiToken = Static<typeof NewApiToken>
