/** Second factors of operators: authenticator app and recovery codes; proving again who one is. */
import Type, { type Static } from 'typebox'
import { Nullable, Time } from './primitives.ts'

/** Six digits of the authenticator app, or a recovery code. */
export const FactorCode = Type.String({ minLength: 6, maxLength: 40 })

export const SecondStepMethod = Type.Union([Type.Literal('code'), Type.Literal('recovery-code')])
export type SecondStepMethod = Static<typeof SecondStepMethod>

/** Answer (202) of a sign-in whose password was right: what has to follow. A browser also gets a cookie for this one step. */
export const SecondStepNeeded = Type.Object({
  secondStep: Type.Object({
    methods: Type.Array(SecondStepMethod),
    expiresAt: Time,
  }),
  /** Only for programs, which send it with the code; null for browsers. */
  token: Nullable(Type.String()),
})
export type SecondStepNeeded = Static<typeof SecondStepNeeded>

/** `POST /session/second-step`. */
export const SecondStep = Type.Object({ code: FactorCode })
export type SecondStep = Static<typeof SecondStep>

/** `POST /session/token/second-step`. */
export const TokenSecondStep = Type.Object({
  token: Type.String({ minLength: 20, maxLength: 200 }),
  code: FactorCode,
})
export type TokenSecondStep = Static<typeof TokenSecondStep>

/**
 * Proof that the one who asks is still the operator, for dangerous actions: the password, a code, or both. Which are taken is in
 * `GET /session`. Empty where a sign-in a few minutes ago is enough.
 */
export const OperatorProof = Type.Object({
  password: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
  code: Type.Optional(FactorCode),
})
export type OperatorProof = Static<typeof OperatorProof>

/** What an operator can prove themselves with. */
export const ProofWays = Type.Object({
  password: Type.Boolean(),
  code: Type.Boolean(),
  /** The password alone is not enough: a code belongs to it. */
  both: Type.Boolean(),
  /** Neither is at hand: a sign-in within the last minutes counts. */
  freshSignIn: Type.Boolean(),
})
export type ProofWays = Static<typeof ProofWays>

/** `GET /account/security`. */
export const AccountSecurity = Type.Object({
  authenticator: Nullable(Type.Object({ enrolledAt: Time })),
  recoveryCodesLeft: Type.Integer(),
})
export type AccountSecurity = Static<typeof AccountSecurity>

export const WithProof = Type.Object({ proof: OperatorProof })
export type WithProof = Static<typeof WithProof>

/** `POST /account/authenticator`: shown once, and only in use when a code has confirmed it. */
export const NewAuthenticator = Type.Object({
  key: Type.String({ description: 'base32' }),
  address: Type.String({ description: 'otpauth: address, for a QR code' }),
  expiresAt: Time,
})
export type NewAuthenticator = Static<typeof NewAuthenticator>

/** `PUT /account/authenticator`. */
export const ConfirmAuthenticator = Type.Object({
  code: Type.String({ pattern: '^\\s*\\d{3}\\s?\\d{3}\\s*$' }),
})
export type ConfirmAuthenticator = Static<typeof ConfirmAuthenticator>

/** Shown once; null where earlier ones are still valid. */
export const NewRecoveryCodes = Type.Object({ recoveryCodes: Nullable(Type.Array(Type.String())) })
export type NewRecoveryCodes = Static<typeof NewRecoveryCodes>
