import type { TaskState } from '../../contract/index.ts'

/**
 * The states of an administrator's task and the ways between them, as data; a row is changed only while it is in one of the `from`
 * states.
 *
 * started → signing-in or code-shown → (need-admin-approval → one of these) → awaiting-grant → running → done;
 * from every open state also cancelled and expired, from `running` failed. `awaiting-grant` and `running` live on a token that is
 * kept in memory only: without it they go back to `signing-in`.
 */
const beforeGrant = [
  'started',
  'signing-in',
  'code-shown',
  'need-admin-approval',
  'awaiting-grant',
] as const satisfies readonly TaskState[]

/** States in which somebody can still act; the others are final. */
export const openStates = [...beforeGrant, 'running'] as const satisfies readonly TaskState[]

export const transitions = {
  'sign-in-started': { from: beforeGrant, to: 'signing-in' },
  'sign-in-failed': { from: ['signing-in'], to: 'signing-in' },
  'code-asked-for': { from: beforeGrant, to: 'code-shown' },
  'code-ended': { from: ['code-shown'], to: 'code-shown' },
  'approval-needed': { from: ['signing-in', 'code-shown'], to: 'need-admin-approval' },
  'administrator-signed-in': { from: ['signing-in', 'code-shown'], to: 'awaiting-grant' },
  granted: { from: ['awaiting-grant'], to: 'running' },
  done: { from: ['running'], to: 'done' },
  'token-lost': { from: ['awaiting-grant', 'running'], to: 'signing-in' },
  cancelled: { from: openStates, to: 'cancelled' },
  failed: { from: ['running'], to: 'failed' },
  expired: { from: openStates, to: 'expired' },
} as const satisfies Record<string, { from: readonly TaskState[]; to: TaskState }>

export type TaskEvent = keyof typeof transitions

export function isOpen(state: TaskState): boolean {
  return (openStates as readonly TaskState[]).includes(state)
}
