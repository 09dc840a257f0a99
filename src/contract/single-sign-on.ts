/** Signing in through a provider of OpenID Connect. */
import Type, { type Static } from 'typebox'
import { Role } from './operator.ts'
import { Id, Nullable, Problem, Time } from './primitives.ts'
import { OperatorProof } from './second-factor.ts'

const Issuer = Type.String({ minLength: 1, maxLength: 300, description: 'As the provider writes it' })
const Name = Type.String({ minLength: 1, maxLength: 60, pattern: '\\S' })

/** Whoever has this value in the claim gets this role. The first mapping that fits counts. */
export const RoleMapping = Type.Object({
  value: Type.String({ minLength: 1, maxLength: 200 }),
  role: Role,
  /** Null: everything. */
  organizationIds: Nullable(Type.Array(Id, { maxItems: 1000 })),
})
export type RoleMapping = Static<typeof RoleMapping>

const provider = {
  enabled: Type.Boolean(),
  name: Name,
  issuer: Issuer,
  clientId: Type.String({ minLength: 1, maxLength: 200 }),
  scopes: Type.String({
    minLength: 6,
    maxLength: 300,
    pattern: '^openid( [\\x21\\x23-\\x5b\\x5d-\\x7e]+)*$',
  }),
  roleClaim: Type.String({ minLength: 1, maxLength: 100 }),
  mappings: Type.Array(RoleMapping, { maxItems: 100 }),
  /** Whether somebody whom no operator is linked to is let in where a mapping fits. */
  unknownOperators: Type.Union([Type.Literal('refuse'), Type.Literal('by-mapping')]),
  passwordsForOwnersOnly: Type.Boolean(),
  /** Longest age of a session that began there. */
  sessionHours: Type.Integer({ minimum: 1, maximum: 168 }),
}

/** `GET /settings/single-sign-on`. The client secret is never in it. */
export const SingleSignOnSettings = Type.Object({
  /** What to register at the provider. */
  redirectUri: Type.String(),
  provider: Nullable(Type.Object({ ...provider, hasSecret: Type.Boolean(), updatedAt: Time })),
})
export type SingleSignOnSettings = Static<typeof SingleSignOnSettings>

/** `PUT /settings/single-sign-on`: needs the operator's proof. */
export const SaveSingleSignOn = Type.Object({
  ...provider,
  /** Left out: as it is. Null: none, for a public client. */
  clientSecret: Type.Optional(Nullable(Type.String({ minLength: 1, maxLength: 500 }))),
  proof: OperatorProof,
})
export type SaveSingleSignOn = Static<typeof SaveSingleSignOn>

/** `POST /settings/single-sign-on/test`: what discovery found. */
export const SingleSignOnTest = Type.Object({
  problem: Nullable(Problem),
  found: Nullable(
    Type.Object({
      issuer: Type.String(),
      authorizationEndpoint: Type.String(),
      tokenEndpoint: Type.String(),
      signingKeys: Type.Integer(),
      algorithms: Type.Array(Type.String()),
    }),
  ),
})
export type SingleSignOnTest = Static<typeof SingleSignOnTest>

/** `GET /session/options`, for the sign-in page: name of the provider where one can sign in with it. */
export const SignInOptions = Type.Object({ singleSignOn: Nullable(Type.String()) })
export type SignInOptions = Static<typeof SignInOptions>

/** `POST /session/single-sign-on`: leads the browser to the provider. `returnTo` is a path of the console. */
export const BeginSingleSignOn = Type.Object({
  returnTo: Type.Optional(Type.String({ maxLength: 1000 })),
  /** Of an invitation: the operator signs in there from now on, without a password here. */
  invitation: Type.Optional(Type.String({ minLength: 20, maxLength: 200 })),
})
export type BeginSingleSignOn = Static<typeof BeginSingleSignOn>

export const SingleSignOnAddress = Type.Object({ address: Type.String() })
export type SingleSignOnAddress = Static<typeof SingleSignOnAddress>

/** `GET /account/identity`: as whom the operator is known at the provider. */
export const OwnIdentity = Type.Object({
  /** Null where nobody can be linked: single sign-on is off. */
  provider: Nullable(Type.String()),
  identity: Nullable(
    Type.Object({ issuer: Type.String(), label: Type.String(), linkedAt: Time, lastUsedAt: Nullable(Time) }),
  ),
})
export type OwnIdentity = Static<typeof OwnIdentity>
