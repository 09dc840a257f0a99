import Type, { type Static } from 'typebox'
import { AddMethod, CredentialKind, PermissionView, Workload } from './cloud.ts'
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
  method: AddMethod,
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
    }),
  ),
  /** In state `code-shown`; null when a new code is to be asked for. */
  deviceCode: Nullable(DeviceCodeView),
  steps: Type.Array(OnboardingStep),
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
    }),
  ),
  error: Nullable(Problem),
  /** What is left in the tenant after a cancel or failure, one sentence each. */
  leftovers: Type.Array(Type.String()),
  organizationId: Nullable(Id),
})
export type OnboardingView = Static<typeof OnboardingView>

/** `POST /onboardings/:id/sign-in`. */
export const StartSignIn = Type.Object({ selectAccount: Type.Optional(Type.Boolean()) })
export type StartSignIn = Static<typeof StartSignIn>
export const SignInAddress = Type.Object({ authorizationUrl: Type.String() })
export type SignInAddress = Static<typeof SignInAddress>

/** `POST /onboardings/:id/save`. */
export const SaveOnboarding = Type.Object({ organizationName: Type.String({ minLength: 1, maxLength: 120 }) })
export type SaveOnboarding = Static<typeof SaveOnboarding>

/** `POST /onboardings/:id/application-password`: answers once. */
export const ApplicationPassword = Type.Object({ applicationPassword: Type.String() })
export type ApplicationPassword = Static<typeof ApplicationPassword>
