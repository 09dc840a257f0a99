/**
 * Whether what changed in an organization is what ransomware, a stolen account or a grave mistake looks like. `docs/ransomware-alarm.md` says in
 * words what is looked at, and what it cannot see. Pure: days in, findings out.
 *
 * Looked at are items that were deleted for good and items whose content became another one, each on its own, in three ways: one mailbox (or
 * drive, calendars, …) on one day (rate), many on one day (spread), many over a week (slow burn).
 */
import type { ResourceWorkload } from '../../contract/index.ts'
import { quantile, robustScore } from './statistics.ts'

export interface ChangeDay {
  /** Days since 1970-01-01. */
  readonly day: number
  readonly itemsBefore: number
  readonly changed: number
  readonly removed: number
  /** Days that the count covers: more than one when no run came on the days before. */
  readonly days: number
}

/** Of a mailbox, or of anything else that is backed up as a whole. */
export interface MailboxHistory {
  readonly id: string
  readonly name: string
  readonly workload: ResourceWorkload
  /** Oldest first; the last is the day to judge, when its `day` is that day. */
  readonly days: readonly ChangeDay[]
}

export type Measure = 'removed' | 'changed'

export interface MailboxFinding {
  readonly mailboxId: string
  readonly name: string
  readonly workload: ResourceWorkload
  readonly measure: Measure
  readonly count: number
  readonly itemsBefore: number
  /** On all but one of twenty days it is at most so many a day. */
  readonly usualMost: number
  readonly knownDays: number
}

export interface SpreadFinding {
  readonly measure: Measure
  readonly kind: 'day' | 'week'
  /** Of those that are affected, each once. */
  readonly workloads: readonly ResourceWorkload[]
  readonly mailboxes: number
  readonly ofMailboxes: number
  readonly count: number
  readonly itemsBefore: number
  readonly usualMost: number
}

export interface Judgement {
  readonly mailboxes: readonly MailboxFinding[]
  readonly spread: readonly SpreadFinding[]
}

/** Days that are compared with. */
export const lookBackDays = 35
const weekDays = 7

/** One mailbox on one day. */
const single = { least: 300, share: 0.5, timesUsual: 3, score: 8, knownDays: 14 }
/** While too little is known of a mailbox. */
const unknown = { least: 500, share: 0.6 }
interface PartRule {
  readonly least: number
  readonly share: number
  readonly timesUsual: number
  readonly score: number
  /** Without the largest day: somebody who tidies up on one day is not a slow burn. */
  readonly steady: boolean
  /** Share of the mailboxes that have to be affected. */
  readonly ofMailboxes: number
}

/** A mailbox that counts towards a spread. */
const parts: Readonly<Record<'day' | 'week', readonly PartRule[]>> = {
  day: [{ least: 20, share: 0.05, timesUsual: 3, score: 5, steady: false, ofMailboxes: 0.2 }],
  week: [
    { least: 30, share: 0.12, timesUsual: 3, score: 0, steady: true, ofMailboxes: 0.2 },
    // One mailbox after the other.
    { least: 30, share: 0.15, timesUsual: 3, score: 0, steady: false, ofMailboxes: 0.5 },
  ],
}
/** Days, or weeks, that have to be known of a mailbox before it counts towards one. */
const leastKnown = { day: 7, week: 1 }
/** So many mailboxes at once, and so many mails of them together. */
const spread = { least: 4, items: 300 }

/** @param today days since 1970-01-01 */
export function judge(mailboxes: readonly MailboxHistory[], today: number): Judgement {
  const measures: readonly Measure[] = ['removed', 'changed']
  return {
    mailboxes: measures.flatMap((measure) =>
      mailboxes.flatMap((mailbox) => judgeMailbox(mailbox, measure, today) ?? []),
    ),
    spread: measures.flatMap((measure) =>
      (['day', 'week'] as const).flatMap((kind) => judgeSpread(mailboxes, measure, kind, today) ?? []),
    ),
  }
}

function judgeMailbox(mailbox: MailboxHistory, measure: Measure, today: number): MailboxFinding | undefined {
  const now = mailbox.days.find(({ day }) => day === today)
  if (!now) return undefined
  const count = now[measure]
  const usual = dailyValues(mailbox, measure, today)
  const usualMost = Math.round(quantile(usual, 0.95))
  const rate = perDay(now, measure)
  const known = usual.length >= single.knownDays
  const unusual = known
    ? count >= single.least &&
      count >= single.share * now.itemsBefore &&
      rate > single.timesUsual * usualMost &&
      // Mondays are compared with Mondays as well: what comes every week is usual.
      rate > single.timesUsual * sameWeekday(mailbox, measure, today) &&
      robustScore(rate, usual) > single.score
    : count >= unknown.least && count >= unknown.share * now.itemsBefore
  if (!unusual) return undefined
  const { id, name, workload } = mailbox
  return {
    mailboxId: id,
    name,
    workload,
    measure,
    count,
    itemsBefore: now.itemsBefore,
    usualMost,
    knownDays: usual.length,
  }
}

function judgeSpread(
  mailboxes: readonly MailboxHistory[],
  measure: Measure,
  kind: 'day' | 'week',
  today: number,
): SpreadFinding | undefined {
  const current = mailboxes.flatMap((mailbox) => {
    const window = windowEnding(mailbox, measure, today, kind === 'day' ? 1 : weekDays)
    // Who is not backed up any more on that day is not part of what happens on it.
    return window && mailbox.days.some(({ day }) => day === today) ? [{ mailbox, window }] : []
  })
  const usualOf = (mailbox: MailboxHistory) =>
    kind === 'day' ? dailyValues(mailbox, measure, today) : weeklyValues(mailbox, measure, today)
  const affected = (rule: PartRule) =>
    current.filter(({ mailbox, window }) => {
      const usual = usualOf(mailbox)
      const count = rule.steady ? window.count - window.largestDay : window.count
      return (
        usual.length >= leastKnown[kind] &&
        count >= rule.least &&
        count >= rule.share * window.itemsBefore &&
        window.rate > rule.timesUsual * quantile(usual, 0.95) &&
        (rule.score === 0 || robustScore(window.rate, usual) > rule.score)
      )
    })
  for (const rule of parts[kind]) {
    const found = affected(rule)
    const count = found.reduce((sum, { window }) => sum + window.count, 0)
    if (found.length < Math.max(spread.least, rule.ofMailboxes * current.length) || count < spread.items)
      continue
    return {
      measure,
      kind,
      workloads: [...new Set(found.map(({ mailbox }) => mailbox.workload))].sort(),
      mailboxes: found.length,
      ofMailboxes: current.length,
      count,
      itemsBefore: found.reduce((sum, { window }) => sum + window.itemsBefore, 0),
      usualMost: Math.round(found.reduce((sum, { mailbox }) => sum + quantile(usualOf(mailbox), 0.95), 0)),
    }
  }
  return undefined
}

const perDay = (day: ChangeDay, measure: Measure) => day[measure] / Math.max(1, day.days)

/** Of the days before `today`. The first day of a mailbox only says what was there. */
function dailyValues({ days }: MailboxHistory, measure: Measure, today: number): number[] {
  return days.flatMap((one) =>
    one.day < today && one.day >= today - lookBackDays && one.itemsBefore > 0 ? [perDay(one, measure)] : [],
  )
}

/** The middle one of the same weekday in the weeks before. */
function sameWeekday({ days }: MailboxHistory, measure: Measure, today: number): number {
  const same = days.filter(
    ({ day }) => day < today && day >= today - lookBackDays && (today - day) % weekDays === 0,
  )
  return quantile(
    same.map((one) => perDay(one, measure)),
    0.5,
  )
}

/** Sums of each whole week before the week that ends today. */
function weeklyValues(mailbox: MailboxHistory, measure: Measure, today: number): number[] {
  const first = mailbox.days[0]?.day ?? today
  const sums: number[] = []
  for (
    let end = today - weekDays;
    end - weekDays >= Math.max(first, today - lookBackDays) - 1;
    end -= weekDays
  )
    sums.push(sumOf(mailbox, measure, end, weekDays))
  return sums
}

function sumOf({ days }: MailboxHistory, measure: Measure, end: number, length: number): number {
  return days
    .filter(({ day }) => day <= end && day > end - length)
    .reduce((sum, one) => sum + one[measure], 0)
}

function windowEnding(
  mailbox: MailboxHistory,
  measure: Measure,
  today: number,
  length: number,
): { count: number; rate: number; largestDay: number; itemsBefore: number } | undefined {
  const within = mailbox.days.filter(({ day }) => day <= today && day > today - length)
  const [first] = within
  if (!first) return undefined
  const count = within.reduce((sum, one) => sum + one[measure], 0)
  const rate = length === 1 ? perDay(first, measure) : count
  const largestDay = Math.max(...within.map((one) => one[measure]))
  return { count, rate, largestDay, itemsBefore: first.itemsBefore }
}
