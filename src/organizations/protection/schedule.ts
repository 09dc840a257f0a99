/**
 * When runs start: pure arithmetic over a schedule and moments in milliseconds since the epoch. Expressions are read on the clock of the
 * wall, which knows no zone, and its times are then found in the zone: one that is skipped when the clock is moved comes as long after midnight
 * as ever, one that comes twice the first time. (A parser that walks through the zone itself gives up where clocks move by half an
 * hour, as on Lord Howe Island. Checked over simulated years by test/organizations/schedule.test.ts.)
 */
import { CronExpressionParser } from 'cron-parser'
import type { Blackout, Schedule } from '../../contract/index.ts'
import { fail } from '../errors.ts'

const minuteMs = 60_000
/** Blackouts may join up; after so many in a row there is no time left that is free. */
const blackoutsInARow = 40

/** Refuses what no run could be planned with. @throws ORG_PROTECTION_INVALID */
export function checkSchedule(schedule: Schedule, now: number): void {
  const refuse = (reason: string) => fail('ORG_PROTECTION_INVALID', { reason })
  try {
    new Intl.DateTimeFormat('en-GB', { timeZone: schedule.timeZone })
  } catch {
    throw refuse(`There is no time zone "${schedule.timeZone}"`)
  }
  if (schedule.blackouts.some(({ from, to }) => from === to))
    throw refuse('A blackout ends at the time at which it begins')
  const { rule } = schedule
  if (rule.kind === 'cron' && !/^\s*(\S+\s+){4}\S+\s*$/.test(rule.expression))
    throw refuse('A cron expression has five fields: minute, hour, day of month, month, day of week')
  let next: number | null
  try {
    next = nextStart(schedule, now)
  } catch {
    throw refuse('The cron expression cannot be read')
  }
  if (rule.kind !== 'none' && next === null) throw refuse('The blackout hours leave no time for a run')
}

/** The first start after a moment that no blackout forbids; null when none is planned. */
export function nextStart(schedule: Schedule, after: number): number | null {
  const slot = nextSlot(schedule, after)
  return slot === null ? null : outOfBlackout(schedule, slot)
}

/**
 * A planned start that should have been served by now: the start, and from when on it is late. Blackout hours do not count; who comes out of one
 * has the tolerance once more.
 *
 * @param servedUntil until when the schedule was served, in milliseconds since the epoch
 * @returns null where nothing is planned or nothing is late
 */
export function lateStart(
  schedule: Schedule,
  servedUntil: number,
  now: number,
  toleranceMs: number,
): { readonly start: number; readonly lateFrom: number } | null {
  const start = nextStart(schedule, servedUntil)
  if (start === null) return null
  const over = start + toleranceMs
  const free = outOfBlackout(schedule, over) ?? over
  const lateFrom = free === over ? over : free + toleranceMs
  return now >= lateFrom ? { start, lateFrom } : null
}

/** Whether runs may not start at this moment. */
export function isBlackedOut({ blackouts, timeZone }: Schedule, at: number): boolean {
  return blackouts.some((blackout) => covers(blackout, timeOfDay(timeZone, at)))
}

/**
 * The starts to come, at most `count`. What was to start after `servedUntil` and has not is due now, or when a blackout that is
 * on now ends.
 */
export function upcomingStarts(
  schedule: Schedule,
  servedUntil: number,
  now: number,
  count: number,
): number[] {
  const starts: number[] = []
  let after = servedUntil
  while (starts.length < count) {
    const next = nextStart(schedule, after)
    if (next === null) break
    const start = next > now ? next : outOfBlackout(schedule, now)
    if (start === null) break
    starts.push(start)
    after = Math.max(start, now)
  }
  return starts
}

function nextSlot({ rule, timeZone }: Schedule, after: number): number | null {
  switch (rule.kind) {
    case 'none':
      return null
    case 'times':
      return Math.min(...rule.times.map((time) => nextTimeOfDay(time, timeZone, after)))
    case 'interval':
      return nextOfInterval(rule.minutes, timeZone, after)
    case 'cron':
      return nextOfCron(rule.expression, timeZone, after)
  }
}

/** What divides a day begins at midnight of the zone; other intervals are counted through. */
function nextOfInterval(minutes: number, timeZone: string, after: number): number {
  if (minutes < 60 && 60 % minutes === 0) return nextOfCron(`*/${minutes} * * * *`, timeZone, after)
  if (minutes % 60 === 0 && 24 % (minutes / 60) === 0)
    return nextOfCron(`0 */${minutes / 60} * * *`, timeZone, after)
  const length = minutes * minuteMs
  return (Math.floor(after / length) + 1) * length
}

function nextTimeOfDay(time: string, timeZone: string, after: number): number {
  const [hour, minute] = time.split(':').map(Number)
  return nextOfCron(`${minute} ${hour} * * *`, timeZone, after)
}

function nextOfCron(expression: string, timeZone: string, after: number): number {
  const parsed = CronExpressionParser.parse(expression, {
    currentDate: new Date(wallOf(timeZone, after)),
    tz: 'UTC',
  })
  for (;;) {
    const at = momentOf(timeZone, parsed.next().getTime())
    if (at > after) return at
  }
}

/** The moment itself, or the end of the blackouts that it is in; null when they never end. */
function outOfBlackout({ blackouts, timeZone }: Schedule, at: number): number | null {
  let moment = at
  for (let tries = 0; tries < blackoutsInARow; tries++) {
    const time = timeOfDay(timeZone, moment)
    const blackout = blackouts.find((one) => covers(one, time))
    if (!blackout) return moment
    moment = nextTimeOfDay(blackout.to, timeZone, moment)
  }
  return null
}

const covers = ({ from, to }: Blackout, time: string) =>
  from < to ? time >= from && time < to : time >= from || time < to

/** `HH:MM` in a zone. */
function timeOfDay(timeZone: string, at: number): string {
  return new Date(wallOf(timeZone, at)).toISOString().slice(11, 16)
}

const dayMs = 86_400_000

/** What the clock on the wall shows, as if it were UTC. */
function wallOf(timeZone: string, at: number): number {
  const parts = Object.fromEntries(
    formatOf(timeZone)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  )
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
  return Date.UTC(year, month - 1, day, hour, minute, second)
}

/** The moment at which the clock on the wall shows this; of two the first, and where it shows it never, by the clock of before. */
function momentOf(timeZone: string, wall: number): number {
  const candidates = [wall - dayMs, wall + dayMs].map((near) => wall - (wallOf(timeZone, near) - near))
  const [first = wall] = candidates
  return candidates.find((at) => wallOf(timeZone, at) === wall) ?? first
}

const formats = new Map<string, Intl.DateTimeFormat>()
function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone)
  if (!format) {
    const numeric = 'numeric'
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: numeric,
      month: numeric,
      day: numeric,
      hour: numeric,
      minute: numeric,
      second: numeric,
    })
    formats.set(timeZone, format)
  }
  return format
}
