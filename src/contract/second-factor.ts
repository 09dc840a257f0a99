/** Second factors of operators: authenticator app and recovery codes; proving again who one is. */
import Type, { type Static } from 'typebox'
import { Role } from './operator.ts'
import { Id, Nullable, Time } from './primitives.ts'

/** Six digits of the authenticator app, or a recovery code. */
export const FactorCode = Type.String({ minLength: 6, maxLength: 40 })

export const SecondStepMethod = Type.Union([
  Type.Literal('code'),
  Type.Literal('recovery-code'),
  Type.Literal('passkey'),
])
export type SecondStepMethod = Static<typeof SecondStepMethod>

const Base64Url = Type.String({ minLength: 1, maxLength: 20_000, pattern: '^[\\w-]+$' })
const credential = {
  id: Base64Url,
  rawId: Base64Url,
  type: Type.Literal('public-key'),
  clientExtensionResults: Type.Object({}),
}

/** What a browser answers to a challenge with a passkey: `AuthenticationResponseJSON` of the Web Authentication standard. */
export const PasskeyAssertion = Type.Object({
  ...credential,
  response: Type.Object({
    clientDataJSON: Base64Url,
    authenticatorData: Base64Url,
    signature: Base64Url,
    userHandle: Type.Optional(Base64Url),
  }),
})
export type PasskeyAssertion = Static<typeof PasskeyAssertion>

/** `POST /account/passkeys`: a new passkey, `RegistrationResponseJSON` of the standard, and how its owner calls it. */
export const PasskeyName = Type.String({ minLength: 1, maxLength: 80 })
export const PasskeyRegistration = Type.Object({
  name: PasskeyName,
  response: Type.Object({
    ...credential,
    response: Type.Object({
      clientDataJSON: Base64Url,
      attestationObject: Base64Url,
    }),
  }),
})
export type PasskeyRegistration = Static<typeof PasskeyRegistration>

/** What the browser is to be asked with: `PublicKeyCredentialCreationOptionsJSON` or `…RequestOptionsJSON` of the standard. */
export const PasskeyOptions = Type.Object({ challenge: Type.String() }, { additionalProperties: true })
export type PasskeyOptions = Static<typeof PasskeyOptions>

export const PasskeyView = Type.Object({
  id: Id,
  name: Type.String(),
  host: Type.String({ description: 'Name of the host that it works at' }),
  synced: Type.Boolean({ description: 'Kept in an account beside the device' }),
  createdAt: Time,
  lastUsedAt: Nullable(Time),
})
export type PasskeyView = Static<typeof PasskeyView>

export const RenamePasskey = Type.Object({ name: PasskeyName })

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
export const SecondStep = Type.Union([
  Type.Object({ code: FactorCode }),
  Type.Object({ passkey: PasskeyAssertion }),
])
export type SecondStep = Static<typeof SecondStep>

/** `POST /session/token/second-step`. */
export const TokenSecondStep = Type.Object({
  token: Type.String({ minLength: 20, maxLength: 200 }),
  code: FactorCode,
})
export type TokenSecondStep = Static<typeof TokenSecondStep>

/**
 * Proof that the one who asks is still the operator, for dangerous actions: a passkey, the password, a code, or the last two. Which are taken is in
 * `GET /session`. Empty where a sign-in a few minutes ago is enough.
 */
export const OperatorProof = Type.Object({
  password: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
  code: Type.Optional(FactorCode),
  passkey: Type.Optional(PasskeyAssertion),
})
export type OperatorProof = Static<typeof OperatorProof>

/** In the body of whatever is dangerous. `operatorPassword` is short for a proof by the password alone. */
export const proofFields = {
  proof: Type.Optional(OperatorProof),
  operatorPassword: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
}
export interface GivenProof {
  readonly proof?: OperatorProof | undefined
  readonly operatorPassword?: string | undefined
}

/** What an operator can prove themselves with. */
export const ProofWays = Type.Object({
  password: Type.Boolean(),
  code: Type.Boolean(),
  /** One that works at this address. */
  passkey: Type.Boolean(),
  /** The password alone is not enough: a code belongs to it. */
  both: Type.Boolean(),
  /** Nothing of it is at hand: a sign-in within the last minutes counts. */
  freshSignIn: Type.Boolean(),
  /** There is such a sign-in. */
  fresh: Type.Boolean(),
  /** Name of the provider of single sign-on where it is to be, by `POST /account/proof/single-sign-on`; null where signing in here is meant. */
  provider: Nullable(Type.String()),
})
export type ProofWays = Static<typeof ProofWays>

/** `GET /account/security`. */
export const AccountSecurity = Type.Object({
  authenticator: Nullable(Type.Object({ enrolledAt: Time })),
  recoveryCodesLeft: Type.Integer(),
  passkeys: Type.Array(PasskeyView),
  /** Why none can be added or used at the address that the console is open at; null where they can. */
  noPasskeysHere: Nullable(Type.String()),
})
export type AccountSecurity = Static<typeof AccountSecurity>

export const WithProof = Type.Object(proofFields)
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

export const AddedPasskey = Type.Object({
  passkey: PasskeyView,
  recoveryCodes: Nullable(Type.Array(Type.String())),
})
export type AddedPasskey = Static<typeof AddedPasskey>

/** `GET` and `PUT /settings/second-factor`: the roles that have to have one. */
export const SecondFactorSettings = Type.Object({ requiredFor: Type.Array(Role, { maxItems: 10 }) })
export type SecondFactorSettings = Static<typeof SecondFactorSettings>
export const SetSecondFactor = Type.Object({ ...SecondFactorSettings.properties, ...proofFields })
export type SetSecondFactor = Static<typeof SetSecondFactor>
