import Type, { type Static } from 'typebox'
import { NewPassword, OperatorView, Right, Role, UserName } from './operator.ts'
import { Nullable, Time } from './primitives.ts'
import { ProofWays } from './second-factor.ts'

/** `GET /setup`: whether the first operator is still to be created. */
export const SetupStatus = Type.Object({ needed: Type.Boolean() })
export type SetupStatus = Static<typeof SetupStatus>

/** `POST /setup/operator`: the token comes from the setup link's fragment. Works from loopback only. */
export const CreateFirstOperator = Type.Object({
  token: Type.String({ minLength: 20, maxLength: 200 }),
  userName: UserName,
  displayName: Type.Optional(Type.String({ maxLength: 120 })),
  password: NewPassword,
})
export type CreateFirstOperator = Static<typeof CreateFirstOperator>

/** `POST /session`. */
export const SignIn = Type.Object({
  userName: Type.String({ minLength: 1, maxLength: 120 }),
  password: Type.String({ minLength: 1, maxLength: 256 }),
})
export type SignIn = Static<typeof SignIn>

/** `GET /session`, and the answer of sign-in and setup. `csrfToken` goes into header `x-csrf-token` of every write. */
export const SessionView = Type.Object({
  operator: OperatorView,
  /** What the operator's role allows, so that a client offers nothing that would be refused. */
  rights: Type.Array(Right),
  /** Roles that an API token of the operator may have: those that allow no more than the operator's own. */
  tokenRoles: Type.Array(Role),
  csrfToken: Type.String(),
  expiresAt: Time,
  recoveryKitConfirmed: Type.Boolean(),
  /** The role asks for a second factor and there is none: nothing but setting one up answers. */
  secondFactorMissing: Type.Boolean(),
  /** With what dangerous actions are confirmed. */
  proof: ProofWays,
})
export type SessionView = Static<typeof SessionView>

/** `POST /session/token`: a bearer token for the command line, shown once. */
export const AccessToken = Type.Object({ token: Type.String(), expiresAt: Time, operator: OperatorView })
export type AccessToken = Static<typeof AccessToken>

/** `GET /status`: what the console's frame and `bdrcloud status` show. */
export const StatusView = Type.Object({
  version: Type.String(),
  startedAt: Time,
  instanceName: Type.String(),
  vault: Type.Object({ location: Type.String(), freeBytes: Nullable(Type.Integer()) }),
  recoveryKitConfirmed: Type.Boolean(),
  organizations: Type.Integer(),
  activeRuns: Type.Integer(),
  /** Address of the console on localhost, where the built-in sign-in client can return to. */
  localConsoleUrl: Type.String(),
})
export type StatusView = Static<typeof StatusView>

/** `GET /recovery-kit`: what opens the backups without this server. */
export const RecoveryKit = Type.Object({
  createdAt: Time,
  instanceName: Type.String(),
  vaultLocation: Type.String(),
  vaultPassword: Type.String(),
  commands: Type.Array(Type.String()),
  text: Type.String({ description: 'The same, for printing' }),
})
export type RecoveryKit = Static<typeof RecoveryKit>
