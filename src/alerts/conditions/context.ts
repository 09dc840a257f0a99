import type { AlertThresholds } from '../../contract/index.ts'
import type { Database } from '../../database/index.ts'
import type { AuditTrail } from '../../security/index.ts'
import type { Condition } from '../alert-book.ts'

/** What looking for conditions needs. */
export interface ConditionContext {
  readonly db: Database
  /** Milliseconds since the epoch. */
  readonly now: number
  readonly thresholds: AlertThresholds
  readonly audit: Pick<AuditTrail, 'verify'>
  readonly vault: VaultProbe
  readonly lateStart: LateStart
  /** Of the server's own https; null without. */
  readonly certificate: CertificateProbe | null
  readonly signal: AbortSignal
}

/**
 * The planned start of an organization's runs that is over by more than the tolerance (milliseconds) and was not served; in milliseconds since the
 * epoch. Null where none is, and where nothing is planned.
 */
export type LateStart = (
  organizationId: string,
  now: number,
  toleranceMs: number,
) => Promise<{ readonly start: number; readonly lateFrom: number } | null>

export interface VaultProbe {
  readonly location: string
  /** Asks the place for something. Rejects when it does not answer. */
  reach(signal: AbortSignal): Promise<void>
  /** Bytes; null where the place does not say. */
  freeBytes(): Promise<number | null>
}

/** `endsAt` in milliseconds since the epoch; `problem`: why what lies in the files is not shown. */
export type CertificateProbe = () => { readonly endsAt: number; readonly problem: string | null }

/** Looks for what holds now, of some kinds. */
export type Look = (context: ConditionContext) => Promise<readonly Condition[]>

/** 4,812 */
export const numberText = (value: number) => value.toLocaleString('en-US')

/** 2026-11-30 07:30 UTC */
export const timeText = (time: Date) => `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`

export function durationText(milliseconds: number): string {
  const minutes = Math.max(1, Math.round(milliseconds / 60_000))
  if (minutes < 120) return `${minutes} minute${minutes === 1 ? '' : 's'}`
  const hours = Math.round(minutes / 60)
  return hours < 48 ? `${hours} hours` : `${Math.round(hours / 24)} days`
}
