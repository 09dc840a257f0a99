/** How near the end of a credential is, and when it is to be renewed: rules on dates, nothing else. */
import type { CredentialStanding } from '../contract/index.ts'

export const dayMs = 24 * 60 * 60 * 1000
const expiringDays = 30
const urgentDays = 7

/** Whole days until the end, negative after it; null when the end is not known. */
export function daysLeft(expiresAt: Date | null, now: number): number | null {
  return expiresAt === null ? null : Math.floor((expiresAt.getTime() - now) / dayMs)
}

/**
 * @param lifetimeMs how long the credential lives in all, where that is known: a policy may allow 30 days or less, and such a
 *   credential is not in trouble on its first day
 */
export function standingOf(expiresAt: Date | null, now: number, lifetimeMs?: number): CredentialStanding {
  if (expiresAt === null) return 'unknown'
  const left = expiresAt.getTime() - now
  const within = (days: number, share: number) =>
    left <= Math.min(days * dayMs, lifetimeMs === undefined ? Infinity : lifetimeMs * share)
  if (left <= 0) return 'expired'
  if (within(urgentDays, 1 / 10)) return 'urgent'
  return within(expiringDays, 1 / 3) ? 'expiring' : 'good'
}
