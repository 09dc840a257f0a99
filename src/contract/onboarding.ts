import Type, { type Static } from 'typebox'
import { AddMethod, CredentialKind, PermissionView, Workload } from './cloud.ts'
import { NotAvailable } from './not-available.ts'
import { Id, Nullable, Problem, Time } from './primitives.ts'

export const OnboardingState = Type.Union([
  Type.Literal('started'),
  Type.Literal('signing-in'),
  Type.Literal('code-shown'),
  Type.Literal('need-admin-approval'),
  Type.Literal('awaiting-grant'),
  Type.Literal('creating'),
  Type.Literal('completing'),
  Type.Literal('verifying'),
  Type.Literal('saved'),
  Type.Literal('failed'),
  Type.Literal('cancelled'),
  Type.Literal('expired'),
])
export type OnboardingState = Static<typeof OnboardingState>

/** `POST /onboardings`. */
export const StartOnboarding = Type.Object({
  method: Type.Optional(
    Type.Union([...AddMethod.anyOf], {
      description: "Default: the cloud's `defaultMethod`, the Device Code Process wherever it exists",
    }),
  ),
  cloud: Type.String({ maxLength: 40 }),
  workloads: Type.Array(Workload, { minItems: 1, uniqueItems: true }),
  restoreRights: Type.Boolean(),
  credentialKind: CredentialKind,
})
export type StartOnboarding = Static<typeof StartOnboarding>

/** One live line of 'Application Creation is in Progress'. */
export const OnboardingStep = Type.Object({
  id: Type.String(),
  label: Type.String(),
  state: Type.Union([
    Type.Literal('waiting'),
    Type.Literal('running'),
    Type.Literal('done'),
    Type.Literal('failed'),
    Type.Literal('skipped'),
  ]),
  /** Reason for a wait or a failure, in words. */
  detail: Nullable(Type.String()),
  nextTryAt: Nullable(Time),
})
export type OnboardingStep = Static<typeof OnboardingStep>

/** The one-time code of the Device Code Process. */
export const DeviceCodeView = Type.Object({
  userCode: Type.String(),
  verificationAddress: Type.String({ description: 'Where to enter the code, as Microsoft returned it' }),
  message: Type.String({ description: "Microsoft's own sentence" }),
  expiresAt: Time,
  accepted: Type.Boolean({
    description: 'Somebody has signed in with it; the roles of the account are looked up',
  }),
  notice: Nullable(Type.String({ description: 'Why Microsoft cannot be asked at the moment' })),
})
export type DeviceCodeView = Static<typeof DeviceCodeView>

export const OnboardingView = Type.Object({
  id: Id,
  method: AddMethod,
  cloud: Type.String(),
  state: OnboardingState,
  workloads: Type.Array(Workload),
  restoreRights: Type.Boolean(),
  credentialKind: CredentialKind,
  createdAt: Time,
  updatedAt: Time,
  expiresAt: Time,
  permissions: Type.Array(PermissionView),
  /** Of what was chosen, what this organization does not offer. */
  notAvailable: Type.Array(NotAvailable),
  account: Nullable(Type.Object({ userPrincipalName: Type.String(), displayName: Type.String() })),
  tenant: Nullable(Type.Object({ id: Type.String(), name: Type.String(), defaultDomain: Type.String() })),
  /** Set in state `need-admin-approval`. */
  approval: Nullable(
    Type.Object({
      /** `role-missing`: signed in, but cannot grant. `access-denied`: Microsoft sent the browser back without a reason. */
      reason: Type.Union([Type.Literal('role-missing'), Type.Literal('access-denied')]),
      heldRoles: Type.Array(Type.String()),
      requiredRoles: Type.Array(Type.String()),
      explanation: Type.String(),
      /** Address to hand to an administrator; opens this onboarding on this console. */
      administratorLink: Nullable(Type.String()),
      /** Microsoft's own page on which an administrator lets the organization use the operator's sign-in application. */
      adminConsentLink: Type.Optional(Nullable(Type.String())),
    }),
  ),
  /** In state `code-shown`; null when a new code is to be asked for. */
  deviceCode: Nullable(DeviceCodeView),
  steps: Type.Array(OnboardingStep),
  /** A customer's administrator has signed in through a link: 'Grant Access' is theirs to choose. */
  customerSignedIn: Type.Boolean(),
  /** Why the state went back, e.g. "Sign in again to continue" after a restart. */
  notice: Nullable(Type.String()),
  completion: Nullable(
    Type.Object({
      organizationName: Type.String(),
      tenantId: Type.String(),
      applicationId: Type.String(),
      credentialKind: CredentialKind,
      credentialExpiresAt: Nullable(Time),
      certificateThumbprint: Nullable(Type.String()),
      /** Said when Microsoft's policy made the server choose otherwise than asked. */
      credentialNotice: Nullable(Type.String()),
      /** True while the password can still be shown (`POST /onboardings/:id/application-password`). */
      passwordAvailable: Type.Boolean(),
      /** Of the Manual Process: whether a password or certificate is kept, sealed, and where a certificate comes from. */
      credentialGiven: Type.Boolean(),
      certificateOrigin: Nullable(Type.Union([Type.Literal('made-here'), Type.Literal('given')])),
      certificateThumbprintSha1: Nullable(
        Type.String({ description: "As Microsoft's portal lists certificates" }),
      ),
    }),
  ),
  error: Nullable(Problem),
  /** What is left in the tenant after a cancel or failure, one sentence each. */
  leftovers: Type.Array(Type.String()),
  organizationId: Nullable(Id),
})
export type OnboardingView = Static<typeof OnboardingView>

/** `POST /onboardings/:id/sign-in`. */
export const StartSignIn = Type.Object({
  selectAccount: Type.Optional(Type.Boolean()),
  returnTo: Type.Optional(
    Type.String({
      pattern: '^http://localhost:[0-9]{1,5}/$',
      description:
        'Where a program of this session listens for the browser; it gives the return to POST /onboardings/:id/sign-in/return',
    }),
  ),
})
export type StartSignIn = Static<typeof StartSignIn>
/** `POST /onboardings/:id/sign-in/return`: what the browser brought to the program that listens. */
export const SignInAnswer = Type.Object({
  state: Type.String({ minLength: 1, maxLength: 200 }),
  code: Type.Optional(Type.String({ maxLength: 8192 })),
  error: Type.Optional(Type.String({ maxLength: 200 })),
  errorDescription: Type.Optional(Type.String({ maxLength: 4096 })),
})
export type SignInAnswer = Static<typeof SignInAnswer>
export const SignInAddress = Type.Object({ authorizationUrl: Type.String() })
export type SignInAddress = Static<typeof SignInAddress>

/** `POST /onboardings/:id/save`. */
export const SaveOnboarding = Type.Object({ organizationName: Type.String({ minLength: 1, maxLength: 120 }) })
export type SaveOnboarding = Static<typeof SaveOnboarding>

/** `POST /onboardings/:id/application-password`: answers once. */
export const ApplicationPassword = Type.Object({ applicationPassword: Type.String() })
export type ApplicationPassword = Static<typeof ApplicationPassword>

/** A password or certificate of an application that somebody registered. Sealed at once, and shown to nobody again. */
export const SuppliedCredential = Type.Union([
  Type.Object({
    kind: Type.Literal('password'),
    applicationPassword: Type.String({ minLength: 1, maxLength: 2048 }),
    expiresAt: Type.Optional(
      Nullable(
        Type.String({ format: 'date-time', description: 'As the portal shows it, to be reminded in time' }),
      ),
    ),
  }),
  Type.Object({
    kind: Type.Literal('pfx'),
    pfx: Type.String({ minLength: 1, maxLength: 200_000, contentEncoding: 'base64' }),
    passphrase: Type.String({ maxLength: 1024 }),
  }),
  Type.Object({
    kind: Type.Literal('pem'),
    certificate: Type.String({ minLength: 1, maxLength: 200_000 }),
    privateKey: Type.String({ minLength: 1, maxLength: 200_000 }),
    passphrase: Type.Optional(Type.String({ maxLength: 1024 })),
  }),
])
export type SuppliedCredential = Static<typeof SuppliedCredential>

/** `PUT /onboardings/:id/details`: what is given of the Manual Process's fields; the others stay as they are. */
export const OnboardingDetails = Type.Object({
  organizationName: Type.Optional(Type.String({ maxLength: 120 })),
  tenant: Type.Optional(
    Type.String({ minLength: 1, maxLength: 320, description: 'Tenant id, or a domain of the organization' }),
  ),
  applicationId: Type.Optional(
    Type.String({ pattern: '^\\s*[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\\s*$' }),
  ),
  credential: Type.Optional(SuppliedCredential),
})
export type OnboardingDetails = Static<typeof OnboardingDetails>

/** `POST /onboardings/:id/certificate`: a key pair made on this server. */
export const MakeCertificate = Type.Object({
  days: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 730, description: 'Life of the certificate; default 365' }),
  ),
  replace: Type.Optional(
    Type.Boolean({ description: 'Make another one in place of the certificate that is there' }),
  ),
})
export type MakeCertificate = Static<typeof MakeCertificate>

/** `GET /onboardings/:id/registration-guide`: how to register the application, by hand or by a script. */
export const RegistrationGuide = Type.Object({
  steps: Type.Array(
    Type.Object({
      title: Type.String(),
      text: Type.String(),
      address: Nullable(Type.String({ description: 'Where in the portal of the cloud' })),
      items: Type.Array(Type.String({ description: 'To be chosen or copied there, letter for letter' })),
    }),
  ),
  scripts: Type.Array(
    Type.Object({
      id: Type.Union([Type.Literal('powershell'), Type.Literal('azure-cli')]),
      title: Type.String(),
      fileName: Type.String(),
      text: Type.String(),
    }),
  ),
})
export type RegistrationGuide = Static<typeof RegistrationGuide>
