/** Until when a place is told to keep a file as it is. Whole days, so that all runs of a day ask for the same end. */

const day = 86_400_000

/** The first midnight (UTC) that is at least `days` days after `now`; both in milliseconds since the epoch. */
export function retentionUntil(days: number, now: number): number {
  return Math.ceil((now + days * day) / day) * day
}
