/**
 * When in the night an organization is checked: at a moment of its own, so that the checks of many are spread, and Microsoft is
 * not asked by all servers of the world at midnight. The night is that of the server's own time zone.
 */
import { createHash } from 'node:crypto'

const startsAtMinute = 30
const lastsMinutes = 5 * 60

/** Minutes after midnight, the same every night. */
function minuteOf(organizationId: string): number {
  const share = createHash('sha256').update(organizationId).digest().readUInt32BE(0) / 0xffff_ffff
  return startsAtMinute + Math.floor(share * lastsMinutes)
}

/** The last moment at or before `now` (milliseconds since the epoch) at which the organization was to be checked. */
export function lastPlanned(organizationId: string, now: number): number {
  const today = planned(organizationId, new Date(now), 0)
  return today <= now ? today : planned(organizationId, new Date(now), -1)
}

function planned(organizationId: string, day: Date, daysLater: number): number {
  // Local time: on the two nights of the year when the clock is moved, the date arithmetic of the zone decides.
  return new Date(
    day.getFullYear(),
    day.getMonth(),
    day.getDate() + daysLater,
    0,
    minuteOf(organizationId),
  ).getTime()
}
