import Type, { type Static } from 'typebox'
import { CredentialKind } from './cloud.ts'
import { Nullable, Problem, Time } from './primitives.ts'
import { proofFields } from './second-factor.ts'

/** A certificate made on this server whose private key stays here: the public part, to be uploaded to Microsoft. */
export const PendingCertificate = Type.Object({
  certificatePem: Type.String(),
  thumbprint: Type.String({ description: 'SHA-256, as the portal shows it' }),
  expiresAt: Time,
})
export type PendingCertificate = Static<typeof PendingCertificate>

/** The operator's own application through which administrators of a cloud sign in. */
export const SignInClientView = Type.Object({
  clientId: Type.String(),
  homeTenant: Type.String(),
  credential: Type.Object({
    kind: CredentialKind,
    expiresAt: Nullable(Time),
    daysLeft: Nullable(Type.Integer()),
    thumbprint: Nullable(Type.String()),
  }),
  /** How the last test of its credential went. */
  test: Nullable(Type.Object({ testedAt: Time, problem: Nullable(Problem) })),
  updatedAt: Time,
})
export type SignInClientView = Static<typeof SignInClientView>

export const SignInCloudView = Type.Object({
  cloud: Type.String(),
  name: Type.String(),
  /** Whether sign-in by a browser exists there at all, and why not. */
  available: Type.Boolean(),
  reason: Nullable(Type.String()),
  /** Entra admin center of the cloud. */
  entra: Type.String(),
  client: Nullable(SignInClientView),
  pendingCertificate: Nullable(PendingCertificate),
})
export type SignInCloudView = Static<typeof SignInCloudView>

/** `GET /settings/sign-in`. */
export const SignInSettings = Type.Object({
  /** Origin under which browsers elsewhere reach this server. */
  externalAddress: Nullable(Type.String()),
  /** What to register as redirect URI; null without an external address. */
  redirectUri: Nullable(Type.String()),
  /** Names that the server answers by, beside localhost. */
  allowedHosts: Type.Array(Type.String()),
  /** Delegated permissions of Microsoft Graph that the application needs, and no others. */
  permissions: Type.Array(Type.Object({ value: Type.String(), why: Type.String() })),
  clouds: Type.Array(SignInCloudView),
})
export type SignInSettings = Static<typeof SignInSettings>

/** `PUT /settings/sign-in/external-address`: needs proof that it is the operator. */
export const SetExternalAddress = Type.Object({
  externalAddress: Nullable(Type.String({ maxLength: 300 })),
  ...proofFields,
})
export type SetExternalAddress = Static<typeof SetExternalAddress>

/** `PUT /settings/sign-in/clouds/:cloud`: needs proof that it is the operator. */
export const SaveSignInClient = Type.Object({
  clientId: Type.String({ pattern: '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' }),
  homeTenant: Type.String({
    minLength: 1,
    maxLength: 255,
    pattern: '^[A-Za-z0-9.-]+$',
    description: 'Id or domain of the tenant that the application is registered in',
  }),
  credential: Type.Union([
    Type.Object({
      kind: Type.Literal('password'),
      secret: Type.String({ minLength: 1, maxLength: 500 }),
      /** As the portal shows it. */
      expiresAt: Type.Optional(Time),
    }),
    /** The one that was made here last. */
    Type.Object({ kind: Type.Literal('certificate') }),
    /** Another application id or tenant with the credential at hand. */
    Type.Object({ kind: Type.Literal('unchanged') }),
  ]),
  ...proofFields,
})
export type SaveSignInClient = Static<typeof SaveSignInClient>

/** `GET /clouds/:cloud/sign-in`: how an administrator can sign in from the console that asks. */
export const SignInWays = Type.Object({
  browser: Type.Object({
    available: Type.Boolean(),
    /** Whose client: Microsoft's own, or the operator's application. */
    client: Nullable(Type.Union([Type.Literal('built-in'), Type.Literal('own')])),
    /** Why not. */
    reason: Nullable(Type.String()),
  }),
  deviceCode: Type.Boolean(),
})
export type SignInWays = Static<typeof SignInWays>
