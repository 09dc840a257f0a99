/** When a certificate is renewed, and for how long: rules on dates, nothing else. */
import { X509Certificate } from 'node:crypto'
import type { OrganizationView } from '../../contract/index.ts'
import { dayMs } from '../expiry.ts'
import type { OrganizationRow } from '../view.ts'

/** Lifetimes asked for, in days, from the longest on, when a policy of the organization wants shorter ones. */
export const lifetimesDays = [365, 180, 90, 30, 7] as const

/** Index of the lifetime to begin with: one step longer than the last, in case a policy has become milder. */
export function firstLifetime(oldCertificatePem: string): number {
  const days = lifetimeDays(oldCertificatePem)
  const last = lifetimesDays.findIndex((one) => one <= days)
  return Math.max(0, (last === -1 ? lifetimesDays.length : last) - 1)
}

function lifetimeDays(certificatePem: string): number {
  const { validFromDate, validToDate } = new X509Certificate(certificatePem)
  return (validToDate.getTime() - validFromDate.getTime()) / dayMs
}

const latestMs = 30 * dayMs
const share = 1 / 3

/**
 * A certificate is renewed when a third of its life is left, and at most 30 days: long enough for many tries, and in proportion
 * where a policy allows short lives only.
 */
export function renewalDueAt(certificatePem: string): Date {
  const { validToDate } = new X509Certificate(certificatePem)
  const life = lifetimeDays(certificatePem) * dayMs
  return new Date(validToDate.getTime() - Math.min(latestMs, life * share))
}

type Credential = Pick<
  OrganizationRow,
  | 'credential_kind'
  | 'certificate_pem'
  | 'credential_sealed'
  | 'credential_expires_at'
  | 'application_object_id'
>

/** @param now milliseconds since the epoch */
export function renewalOf(row: Credential, now: number): OrganizationView['credential']['renewal'] {
  const ended = row.credential_expires_at !== null && row.credential_expires_at.getTime() <= now
  const objectIdMissing = row.credential_kind === 'certificate' && row.application_object_id === null
  if (ended || row.credential_sealed === null) return { way: 'administrator', dueAt: null, objectIdMissing }
  if (row.certificate_pem === null || objectIdMissing) return { way: 'by-hand', dueAt: null, objectIdMissing }
  return {
    way: 'automatic',
    dueAt: renewalDueAt(row.certificate_pem).toISOString(),
    objectIdMissing,
  }
}

/** Whether the server should renew the certificate now. */
export function isRenewalDue(row: Credential, now: number): boolean {
  const { dueAt } = renewalOf(row, now)
  return dueAt !== null && Date.parse(dueAt) <= now
}
