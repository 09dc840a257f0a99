import type { OnboardingState } from '../contract/index.ts'

/**
 * The states of an onboarding and the ways between them, as data. The database is asked to change a row only while it is
 * in one of the `from` states, so two requests (or a request and the creation under way) cannot both move it.
 *
 * started → signing-in → (need-admin-approval → signing-in) → awaiting-grant → creating → completing → verifying → saved;
 * from every open state also cancelled, failed and expired. `awaiting-grant` and `creating` live on a token that is kept in
 * memory only: without it they go back to `signing-in`.
 */
export const transitions = {
  'sign-in-started': {
    from: ['started', 'signing-in', 'need-admin-approval', 'awaiting-grant'],
    to: 'signing-in',
  },
  'sign-in-failed': { from: ['signing-in'], to: 'signing-in' },
  'approval-needed': { from: ['signing-in'], to: 'need-admin-approval' },
  'administrator-signed-in': { from: ['signing-in'], to: 'awaiting-grant' },
  granted: { from: ['awaiting-grant'], to: 'creating' },
  created: { from: ['creating'], to: 'completing' },
  'save-requested': { from: ['completing'], to: 'verifying' },
  'verification-failed': { from: ['verifying'], to: 'completing' },
  verified: { from: ['verifying'], to: 'saved' },
  'token-lost': { from: ['awaiting-grant', 'creating'], to: 'signing-in' },
  'verification-interrupted': { from: ['verifying'], to: 'completing' },
  cancelled: {
    from: ['started', 'signing-in', 'need-admin-approval', 'awaiting-grant', 'creating', 'completing'],
    to: 'cancelled',
  },
  failed: {
    from: ['signing-in', 'awaiting-grant', 'creating', 'completing', 'verifying'],
    to: 'failed',
  },
  expired: {
    from: ['started', 'signing-in', 'need-admin-approval', 'awaiting-grant', 'creating', 'completing'],
    to: 'expired',
  },
} as const satisfies Record<string, { from: readonly OnboardingState[]; to: OnboardingState }>

export type OnboardingEvent = keyof typeof transitions

/** States in which somebody can still act; the others are final. */
export const openStates = [
  'started',
  'signing-in',
  'need-admin-approval',
  'awaiting-grant',
  'creating',
  'completing',
  'verifying',
] as const satisfies readonly OnboardingState[]

export function isOpen(state: OnboardingState): boolean {
  return (openStates as readonly OnboardingState[]).includes(state)
}

/** The state an event leads to, or undefined when it cannot happen in `state`. */
export function next(state: OnboardingState, event: OnboardingEvent): OnboardingState | undefined {
  const transition = transitions[event]
  return (transition.from as readonly OnboardingState[]).includes(state) ? transition.to : undefined
}

/** What a server that starts must do with an onboarding it finds in `state`, since no token survived. */
export function eventAtStart(state: OnboardingState): OnboardingEvent | undefined {
  if (state === 'awaiting-grant' || state === 'creating') return 'token-lost'
  if (state === 'verifying') return 'verification-interrupted'
  return undefined
}
