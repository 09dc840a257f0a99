/**
 * Which snapshots a policy keeps, counted exactly as restic counts: newest first; each rule keeps the newest snapshot of each
 * hour, day, ISO week, month or year until its count is used up; the oldest snapshot is kept while a count is left, so that the
 * history reaches back as far as it can. Hours and days are those of the zone a snapshot was made in. "Within" is measured from the
 * newest snapshot that is not in the future. Source: restic internal/data/snapshot_policy.go, restic 0.14 to 0.19.
 */
import { fail } from '../errors.ts'
import type { Snapshot } from '../repository.ts'
import { nanoseconds, type ZonedTime, zonedTime } from './zoned-time.ts'

/** How many snapshots a rule keeps. */
export type KeepCount = number | 'unlimited'

/** Durations are texts like `2y5m7d3h`. What is left out keeps nothing. */
export interface KeepPolicy {
  readonly last?: KeepCount
  readonly hourly?: KeepCount
  readonly daily?: KeepCount
  readonly weekly?: KeepCount
  readonly monthly?: KeepCount
  readonly yearly?: KeepCount
  readonly within?: string
  readonly withinHourly?: string
  readonly withinDaily?: string
  readonly withinWeekly?: string
  readonly withinMonthly?: string
  readonly withinYearly?: string
  /** Snapshots that have all tags of one of these lists are kept; the tag `''` stands for "has no tags". */
  readonly tags?: readonly (readonly string[])[]
}

interface Duration {
  readonly years: number
  readonly months: number
  readonly days: number
  readonly hours: number
}

export interface PolicyResult {
  /** Newest first, both. */
  readonly keep: readonly { readonly snapshot: Snapshot; readonly reasons: readonly string[] }[]
  readonly remove: readonly Snapshot[]
}

type Bucket = (time: ZonedTime, position: number) => number

const buckets = {
  last: (_, position) => position,
  hourly: ({ year, month, day, hour }) => year * 1_000_000 + month * 10_000 + day * 100 + hour,
  daily: ({ year, month, day }) => year * 10_000 + month * 100 + day,
  weekly: ({ isoYear, isoWeek }) => isoYear * 100 + isoWeek,
  monthly: ({ year, month }) => year * 100 + month,
  yearly: ({ year }) => year,
} satisfies Record<string, Bucket>

/** Applies a policy to one group of snapshots. An empty policy keeps all. `now` in milliseconds. Errors: `STO_POLICY_INVALID`. */
export function applyPolicy(snapshots: readonly Snapshot[], policy: KeepPolicy, now: number): PolicyResult {
  const rules = countedRules(policy)
  const windows = timedRules(policy)
  const tagLists = policy.tags ?? []
  const entries = snapshots
    .map((snapshot) => ({ snapshot, time: zonedTime(snapshot.time) }))
    .sort(
      (a, b) => compare(nanoseconds(b.time), nanoseconds(a.time)) || (a.snapshot.id < b.snapshot.id ? -1 : 1),
    )
  if (rules.length === 0 && windows.length === 0 && tagLists.length === 0) {
    return { keep: entries.map(({ snapshot }) => ({ snapshot, reasons: ['policy is empty'] })), remove: [] }
  }
  const latest = entries.find(({ time }) => nanoseconds(time) < BigInt(now) * 1_000_000n)?.time
  const keep: { snapshot: Snapshot; reasons: string[] }[] = []
  const remove: Snapshot[] = []
  for (const [position, { snapshot, time }] of entries.entries()) {
    const reasons = tagLists
      .filter((tags) => hasTags(snapshot, tags))
      .map((tags) => `has tags ${tags.join(',')}`)
    const isOldest = position === entries.length - 1
    for (const rule of rules) {
      if (rule.left === 0) continue
      const value = rule.bucket(time, position)
      if (value === rule.value && !isOldest) continue
      rule.value = value
      rule.left--
      reasons.push(rule.name === 'last' ? 'last snapshot' : `${rule.name} snapshot`)
    }
    for (const rule of windows) {
      if (latest && nanoseconds(time) <= before(latest, rule.duration)) continue
      if (!rule.bucket) {
        reasons.push(`within ${rule.text}`)
        continue
      }
      const value = rule.bucket(time, position)
      if (value === rule.value) continue
      rule.value = value
      reasons.push(`${rule.name} within ${rule.text}`)
    }
    if (reasons.length > 0) keep.push({ snapshot, reasons })
    else remove.push(snapshot)
  }
  return { keep, remove }
}

/** Whether a policy names no rule at all. Errors: `STO_POLICY_INVALID`. */
export function isEmptyPolicy(policy: KeepPolicy): boolean {
  return (
    countedRules(policy).length === 0 && timedRules(policy).length === 0 && (policy.tags ?? []).length === 0
  )
}

function countedRules(policy: KeepPolicy) {
  return (['last', 'hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const).flatMap((name) => {
    const count = policy[name] ?? 0
    if (count !== 'unlimited' && !(Number.isSafeInteger(count) && count >= 0)) {
      throw fail('STO_POLICY_INVALID', { rule: name, reason: `${count} is no count` })
    }
    if (count === 0) return []
    const bucket: Bucket = buckets[name]
    return [{ name, bucket, left: count === 'unlimited' ? Number.POSITIVE_INFINITY : count, value: -1 }]
  })
}

function timedRules(policy: KeepPolicy) {
  const rules = [
    ['within', policy.within, undefined],
    ['hourly', policy.withinHourly, buckets.hourly],
    ['daily', policy.withinDaily, buckets.daily],
    ['weekly', policy.withinWeekly, buckets.weekly],
    ['monthly', policy.withinMonthly, buckets.monthly],
    ['yearly', policy.withinYearly, buckets.yearly],
  ] as const
  return rules.flatMap(([name, text, given]) => {
    const duration = text === undefined ? undefined : parseDuration(text, name)
    if (!text || !duration) return []
    const bucket: Bucket | undefined = given
    return [{ name, text, duration, bucket, value: -1 }]
  })
}

/** Reads `2y5m7d3h`; a duration of nothing at all is no rule. */
function parseDuration(text: string, rule: string): Duration | undefined {
  if (!/^(\d{1,6}[ymdh])*$/.test(text)) {
    throw fail('STO_POLICY_INVALID', { rule, reason: `“${text}” is no duration` })
  }
  const total = { y: 0, m: 0, d: 0, h: 0 }
  for (const [, digits, unit] of text.matchAll(/(\d+)([ymdh])/g)) {
    if (unit === 'y' || unit === 'm' || unit === 'd' || unit === 'h') total[unit] = Number(digits)
  }
  if (total.y === 0 && total.m === 0 && total.d === 0 && total.h === 0) return undefined
  return { years: total.y, months: total.m, days: total.d, hours: total.h }
}

/** ECMAScript's earliest date, in milliseconds. */
const earliestMoment = -8.64e15

/** The moment a duration before `time`, in nanoseconds; days of the calendar are counted in the zone of `time`, as Go does. */
function before(time: ZonedTime, { years, months, days, hours }: Duration): bigint {
  const local = new Date(0)
  local.setUTCFullYear(time.year - years, time.month - 1 - months, time.day - days)
  local.setUTCHours(time.hour - hours, time.minute, time.second, 0)
  // Before all that a date can be: everything is within it.
  const moment = Number.isNaN(local.getTime()) ? earliestMoment : local.getTime()
  return (BigInt(moment) - BigInt(time.offset) * 60_000n) * 1_000_000n + BigInt(time.fraction)
}

function hasTags({ tags }: Snapshot, wanted: readonly string[]): boolean {
  for (const tag of wanted) {
    if (tag === '' && tags.length === 0) return true
    if (!tags.includes(tag)) return false
  }
  return true
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0
}
