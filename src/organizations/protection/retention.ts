/** Which of two retention rules keeps more, and how long the longest may be. */
import type { Retention, RetentionRule } from '../../contract/index.ts'
import { fail } from '../errors.ts'

const daysOf = { days: 1, weeks: 7, months: 30, years: 365 } as const
/** Ten years. */
const mostOf = { days: 3650, weeks: 520, months: 120, years: 10 } as const

/** @throws ORG_PROTECTION_INVALID */
export function checkRetention({ rule }: Retention): void {
  if (rule.kind === 'time' && rule.amount > mostOf[rule.unit])
    throw fail('ORG_PROTECTION_INVALID', {
      reason: `Time-Based retention is at most ten years, which is ${mostOf[rule.unit]} ${rule.unit}`,
    })
}

/** Whether a change may delete something that would have stayed. Rules of different kinds cannot be compared, so a change of kind does. */
export function shortens(before: Retention, after: Retention): boolean {
  if (ruleShortens(before.rule, after.rule)) return true
  if (after.deletedUsersDays === null) return false
  return before.deletedUsersDays === null || after.deletedUsersDays < before.deletedUsersDays
}

function ruleShortens(before: RetentionRule, after: RetentionRule): boolean {
  if (after.kind === 'everything') return false
  if (before.kind === 'everything') return true
  if (before.kind === 'versions' && after.kind === 'versions') return after.versions < before.versions
  if (before.kind === 'time' && after.kind === 'time') return lengthOf(after) < lengthOf(before)
  return true
}

const lengthOf = ({ amount, unit }: Extract<RetentionRule, { kind: 'time' }>) => amount * daysOf[unit]
