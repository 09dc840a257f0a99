import type { AddMethod, OnboardingState } from '../contract/index.ts'

/** Open states in which nothing is decided at this moment. */
const beforeVerifying = [
  'started',
  'signing-in',
  'code-shown',
  'need-admin-approval',
  'awaiting-grant',
  'creating',
  'completing',
] as const satisfies readonly OnboardingState[]

/**
 * The states of an onboarding and the ways between them, as data. The database is asked to change a row only while it is
 * in one of the `from` states, so two requests (or a request and the creation under way) cannot both move it.
 *
 * Credential:  started → signing-in → (need-admin-approval → signing-in) → awaiting-grant → creating → completing → verifying → saved
 * Device code: started → code-shown → (need-admin-approval → code-shown) → awaiting-grant → creating → completing → verifying → saved
 * Manual:      started → completing → verifying → saved
 *
 * From every open state also cancelled, failed and expired. `awaiting-grant` and `creating` live on a token that is kept in
 * memory only: without it they go back to `signing-in` or `code-shown`.
 */
export const transitions = {
  'sign-in-started': {
    from: ['started', 'signing-in', 'need-admin-approval', 'awaiting-grant'],
    to: 'signing-in',
  },
  'sign-in-failed': { from: ['signing-in'], to: 'signing-in' },
  'code-asked-for': {
    from: ['started', 'code-shown', 'need-admin-approval', 'awaiting-grant'],
    to: 'code-shown',
  },
  'code-ended': { from: ['code-shown'], to: 'code-shown' },
  'approval-needed': { from: ['signing-in', 'code-shown'], to: 'need-admin-approval' },
  'administrator-signed-in': { from: ['signing-in', 'code-shown'], to: 'awaiting-grant' },
  granted: { from: ['awaiting-grant'], to: 'creating' },
  created: { from: ['creating'], to: 'completing' },
  'details-given': { from: ['started', 'completing'], to: 'completing' },
  'save-requested': { from: ['completing'], to: 'verifying' },
  'verification-failed': { from: ['verifying'], to: 'completing' },
  verified: { from: ['verifying'], to: 'saved' },
  'token-lost': { from: ['awaiting-grant', 'creating'], to: 'signing-in' },
  'device-token-lost': { from: ['awaiting-grant', 'creating'], to: 'code-shown' },
  'verification-interrupted': { from: ['verifying'], to: 'completing' },
  cancelled: {
    from: beforeVerifying,
    to: 'cancelled',
  },
  failed: {
    from: ['signing-in', 'code-shown', 'awaiting-grant', 'creating', 'completing', 'verifying'],
    to: 'failed',
  },
  expired: {
    from: beforeVerifying,
    to: 'expired',
  },
} as const satisfies Record<string, { from: readonly OnboardingState[]; to: OnboardingState }>

export type OnboardingEvent = keyof typeof transitions

/** States in which somebody can still act; the others are final. */
export const openStates = [...beforeVerifying, 'verifying'] as const satisfies readonly OnboardingState[]

export function isOpen(state: OnboardingState): boolean {
  return (openStates as readonly OnboardingState[]).includes(state)
}

/** The state an event leads to, or undefined when it cannot happen in `state`. */
export function next(state: OnboardingState, event: OnboardingEvent): OnboardingState | undefined {
  const transition = transitions[event]
  return (transition.from as readonly OnboardingState[]).includes(state) ? transition.to : undefined
}

/** Where an onboarding goes whose administrator's token is gone: back to the sign-in of its method. */
export function tokenLost(method: AddMethod): 'token-lost' | 'device-token-lost' {
  return method === 'device-code' ? 'device-token-lost' : 'token-lost'
}

/** What a server that starts must do with an onboarding it finds in `state`, since neither token nor code survived. */
export function eventAtStart(state: OnboardingState, method: AddMethod): OnboardingEvent | undefined {
  if (state === 'awaiting-grant' || state === 'creating') return tokenLost(method)
  if (state === 'code-shown') return 'code-ended'
  if (state === 'verifying') return 'verification-interrupted'
  return undefined
}
