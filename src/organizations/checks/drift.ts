/** Compares what a check saw with what counts as normal: a function of its arguments, nothing else. */
import type { CredentialStanding, DriftFinding } from '../../contract/index.ts'
import { isAppError } from '../../errors/index.ts'
import { refusalOf } from '../../microsoft/index.ts'
import type { Verification } from '../verification.ts'
import { has } from './accepted.ts'
import * as findings from './findings.ts'
import type { Inspection } from './inspect.ts'

export interface DriftInput {
  /** Milliseconds since the epoch. */
  readonly now: number
  readonly places: findings.Places
  /** Permissions that the organization's workloads need. */
  readonly wanted: readonly string[]
  readonly credential: {
    readonly expiresAt: Date | null
    readonly daysLeft: number | null
    readonly standing: CredentialStanding
    /** It will be renewed before its end without anybody doing anything. */
    readonly renewsItself: boolean
  }
  /** Why the last renewal that was due did not succeed. */
  readonly renewalFailure: string | null
  readonly accepted: Inspection | null
  /** Null when there was no token. */
  readonly seen: Inspection | null
  readonly verification: Verification
  /** What the check before found: it gives the dates. */
  readonly before: readonly DriftFinding[]
}

export function driftOf(input: DriftInput): DriftFinding[] {
  const found = [
    ...ofCredential(input),
    ...ofAccess(input),
    ...(input.seen === null ? [] : ofPermissions(input, input.seen)),
    ...ofApplication(input),
  ]
  return dated(found, input)
}

/** Findings that hold whether Microsoft can be asked or not; the others stay as they were. */
export function driftUnasked(input: Omit<DriftInput, 'seen' | 'verification'>): DriftFinding[] {
  const kept = input.before.filter(
    ({ kind }) => !['credential-expired', 'credential-expiring', 'renewal-failed'].includes(kind),
  )
  return [...dated(ofCredential(input), input), ...kept]
}

function dated(found: readonly findings.Found[], { before, now }: Pick<DriftInput, 'before' | 'now'>) {
  return found.map((one) => {
    const known = before.find(({ kind, subject }) => kind === one.kind && subject === one.subject)
    return { ...one, since: known?.since ?? new Date(now).toISOString() }
  })
}

function ofCredential({ credential, renewalFailure }: Pick<DriftInput, 'credential' | 'renewalFailure'>) {
  const { standing, expiresAt, daysLeft, renewsItself } = credential
  const failed = renewalFailure === null ? [] : [findings.renewalFailed(renewalFailure)]
  switch (standing) {
    case 'expired':
      return [findings.credentialExpired(expiresAt)]
    case 'urgent':
      return [findings.credentialExpiring(daysLeft ?? 0, true), ...failed]
    case 'expiring':
      return renewsItself ? failed : [findings.credentialExpiring(daysLeft ?? 0, false), ...failed]
    default:
      return failed
  }
}

function ofAccess({ verification, credential }: DriftInput): findings.Found[] {
  const { failure, health, roles } = verification
  const refusal = roles === null ? refusalOf(failure) : undefined
  if (refusal === 'credential-expired' || (refusal !== undefined && credential.standing === 'expired')) {
    return credential.standing === 'expired' ? [] : [findings.credentialExpired(null)]
  }
  if (refusal !== undefined) return [findings.refused(refusal, isAppError(failure) ? failure.remedy : '')]
  const lost = health.find(
    ({ read, missingPermissions }) => read !== 'ok' && read !== 'unknown' && missingPermissions.length === 0,
  )
  return lost && roles !== null ? [findings.accessLost(lost.message)] : []
}

function ofPermissions(
  { accepted, wanted, places, verification }: DriftInput,
  { roles }: Inspection,
): findings.Found[] {
  // A permission that the token lacks may be granted by Exchange itself: the probe knows.
  const missing = new Set(verification.health.flatMap(({ missingPermissions }) => missingPermissions))
  const revoked = (accepted?.roles ?? []).filter((role) => missing.has(role))
  const surplus = roles.filter((role) => !wanted.includes(role))
  return [
    ...revoked.map((role) => findings.permissionRevoked(role, places)),
    ...surplus.map((role) =>
      accepted === null || accepted.roles.includes(role)
        ? findings.permissionUnneeded(role)
        : findings.permissionAdded(role, places),
    ),
  ]
}

function ofApplication({ accepted, seen, places }: DriftInput): findings.Found[] {
  if (!seen?.application) return []
  const { credentials, owners } = seen.application
  const known = accepted?.application
  return [
    ...credentials
      .filter(({ id }) => !has(known?.credentials, id))
      .map((one) => findings.foreignCredential(one, places)),
    ...(known ? owners : [])
      .filter(({ id }) => !has(known?.owners, id))
      .map((one) => findings.foreignOwner(one, places)),
  ]
}
