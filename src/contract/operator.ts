/** Who works with the server, and what each may do. */
import Type, { type Static } from 'typebox'
import { Id, Nullable, PageQuery, Time } from './primitives.ts'

export const Role = Type.Union([
  Type.Literal('owner'),
  Type.Literal('administrator'),
  Type.Literal('backup-operator'),
  Type.Literal('restore-operator'),
  Type.Literal('auditor'),
])
export type Role = Static<typeof Role>

/** What a route asks for. Roles are sets of these (`src/security/roles.ts`). */
export const Right = Type.Union([
  Type.Literal('organizations.read'),
  Type.Literal('organizations.manage'),
  Type.Literal('runs.read'),
  Type.Literal('runs.manage'),
  Type.Literal('restores.read'),
  Type.Literal('content.read'),
  Type.Literal('content.restore'),
  Type.Literal('settings.read'),
  Type.Literal('settings.manage'),
  Type.Literal('vault.secrets'),
  Type.Literal('operators.read'),
  Type.Literal('operators.manage'),
  Type.Literal('audit.read'),
  Type.Literal('alerts.read'),
  Type.Literal('alerts.acknowledge'),
  Type.Literal('approvals.decide'),
])
export type Right = Static<typeof Right>

export const UserName = Type.String({ minLength: 3, maxLength: 120, pattern: '^[^\\s]+$' })
export const NewPassword = Type.String({ minLength: 12, maxLength: 256 })
const DisplayName = Type.String({ minLength: 1, maxLength: 120 })

export const OperatorView = Type.Object({
  id: Id,
  userName: Type.String(),
  displayName: Type.String(),
  role: Role,
})
export type OperatorView = Static<typeof OperatorView>

/** An organization that an operator reaches: the whole of it, or some of its mailboxes. */
export const ReachedOrganization = Type.Object({
  organizationId: Id,
  mailboxIds: Nullable(Type.Array(Id, { minItems: 1, maxItems: 1000 })),
})
export type ReachedOrganization = Static<typeof ReachedOrganization>

/** Null: everything, also what is added later. */
export const OperatorReach = Nullable(Type.Array(ReachedOrganization, { maxItems: 1000 }))
export type OperatorReach = Static<typeof OperatorReach>

export const OperatorState = Type.Union([
  Type.Literal('invited'),
  Type.Literal('active'),
  Type.Literal('disabled'),
])

/** `GET /operators`. */
export const OperatorDetail = Type.Object({
  id: Id,
  userName: Type.String(),
  displayName: Type.String(),
  role: Role,
  state: OperatorState,
  reach: OperatorReach,
  createdAt: Time,
  lastSignInAt: Nullable(Time),
  secondFactors: Type.Object({ authenticator: Type.Boolean(), passkeys: Type.Integer() }),
  /** End of the link by which the operator chooses a password; null where none is out. */
  linkExpiresAt: Nullable(Time),
})
export type OperatorDetail = Static<typeof OperatorDetail>

export const OperatorQuery = Type.Object({
  ...PageQuery.properties,
  search: Type.Optional(Type.String({ maxLength: 120 })),
})
export type OperatorQuery = Static<typeof OperatorQuery>

/** `POST /operators`. */
export const InviteOperator = Type.Object({
  userName: UserName,
  displayName: Type.Optional(DisplayName),
  role: Role,
  reach: Type.Optional(OperatorReach),
})
export type InviteOperator = Static<typeof InviteOperator>

/** A link by which an operator chooses a password; shown once, since only its hash is kept. */
export const OperatorLink = Type.Object({
  operator: OperatorDetail,
  token: Type.String(),
  /** Address of the page, with the token in its fragment, below the address that the request came by. */
  address: Type.String(),
  expiresAt: Time,
})
export type OperatorLink = Static<typeof OperatorLink>

/** `PATCH /operators/:id`. */
export const ChangeOperator = Type.Object({
  displayName: Type.Optional(DisplayName),
  role: Type.Optional(Role),
  reach: Type.Optional(OperatorReach),
  disabled: Type.Optional(Type.Boolean()),
})
export type ChangeOperator = Static<typeof ChangeOperator>

/** `POST /operator-links/accept`: works once, without a session. */
export const AcceptOperatorLink = Type.Object({
  token: Type.String({ minLength: 20, maxLength: 200 }),
  password: NewPassword,
})
export type AcceptOperatorLink = Static<typeof AcceptOperatorLink>

/** `PUT /session/password`: ends the operator's other sessions. */
export const ChangePassword = Type.Object({
  password: Type.String({ minLength: 1, maxLength: 256 }),
  newPassword: NewPassword,
})
export type ChangePassword = Static<typeof ChangePassword>

/** `GET /sessions`: the caller's own signed-in browsers and command lines. */
export const OwnSession = Type.Object({
  id: Id,
  kind: Type.Union([Type.Literal('cookie'), Type.Literal('bearer')]),
  current: Type.Boolean(),
  createdAt: Time,
  lastSeenAt: Time,
  expiresAt: Time,
})
export type OwnSession = Static<typeof OwnSession>
