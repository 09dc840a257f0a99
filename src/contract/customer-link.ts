import Type, { type Static } from 'typebox'
import { PermissionView, Workload } from './cloud.ts'
import { NotAvailable } from './not-available.ts'
import { OnboardingState, OnboardingStep, OnboardingView } from './onboarding.ts'
import { Id, Nullable, Problem, Time } from './primitives.ts'

/** `POST /onboardings/:id/customer-links`. */
export const CreateCustomerLink = Type.Object({
  providerName: Type.String({
    minLength: 1,
    maxLength: 120,
    description: 'Who asks, as the customer reads it',
  }),
  /** How long it can be opened. */
  hours: Type.Optional(Type.Integer({ minimum: 1, maximum: 168, default: 72 })),
})
export type CreateCustomerLink = Static<typeof CreateCustomerLink>

export const CustomerLinkState = Type.Union([
  Type.Literal('waiting'),
  Type.Literal('opened'),
  Type.Literal('expired'),
  Type.Literal('revoked'),
])
export type CustomerLinkState = Static<typeof CustomerLinkState>

/** `GET /customer-links`: the address itself is not kept. */
export const CustomerLinkView = Type.Object({
  id: Id,
  onboardingId: Id,
  providerName: Type.String(),
  state: CustomerLinkState,
  createdAt: Time,
  expiresAt: Time,
  openedAt: Nullable(Time),
  /** What has become of it. */
  onboardingState: OnboardingState,
  tenantName: Nullable(Type.String()),
})
export type CustomerLinkView = Static<typeof CustomerLinkView>

/** The answer to making one: the only time that the address is shown. */
export const NewCustomerLink = Type.Object({ address: Type.String(), link: CustomerLinkView })
export type NewCustomerLink = Static<typeof NewCustomerLink>

/** `POST /customer/open`: the token of the address's fragment, once. */
export const OpenCustomerLink = Type.Object({ token: Type.String({ minLength: 20, maxLength: 200 }) })
export type OpenCustomerLink = Static<typeof OpenCustomerLink>

/** What the customer's administrator sees: this one onboarding, and nothing of the console. */
export const CustomerView = Type.Object({
  providerName: Type.String(),
  cloudName: Type.String(),
  workloads: Type.Array(Workload),
  restoreRights: Type.Boolean(),
  permissions: Type.Array(PermissionView),
  notAvailable: Type.Array(NotAvailable),
  state: OnboardingState,
  account: OnboardingView.properties.account,
  tenant: OnboardingView.properties.tenant,
  approval: OnboardingView.properties.approval,
  steps: Type.Array(OnboardingStep),
  notice: Nullable(Type.String()),
  error: Nullable(Problem),
  leftovers: Type.Array(Type.String()),
  /** The page works until then. */
  sessionExpiresAt: Time,
  /** Goes into header `x-csrf-token` of every write. */
  csrfToken: Type.String(),
})
export type CustomerView = Static<typeof CustomerView>
