/** What a check found, in words: each finding says what it is and what to do about it. */
import type { DriftFinding, DriftKind } from '../../contract/index.ts'
import type { Refusal } from '../../microsoft/index.ts'

/** A finding before it is known since when. */
export type Found = Omit<DriftFinding, 'since'>

/** Where in the tenant to look; addresses of the organization's own cloud. */
export interface Places {
  readonly entra: string
  readonly applicationId: string
}

type Words = readonly [severity: Found['severity'], title: string, detail: string]

function found(kind: DriftKind, subject: string | null, [severity, title, detail]: Words): Found {
  return { kind, severity, subject, title, detail }
}

const inEntra = ({ entra, applicationId }: Places) =>
  `In the Microsoft Entra admin center (${entra}), look at the application ${applicationId} under App registrations`

export function permissionRevoked(permission: string, places: Places): Found {
  return found('permission-revoked', permission, [
    'error',
    `The permission ${permission} was taken away from the application.`,
    `${inEntra(places)}, API permissions, and grant it again if it was not taken away on purpose.`,
  ])
}

export function permissionAdded(permission: string, places: Places): Found {
  return found('permission-added', permission, [
    'warning',
    `The application was given the permission ${permission}, which this server has not asked for.`,
    `${inEntra(places)}, API permissions, and take it away; or accept it here if it is meant to be.`,
  ])
}

export function permissionUnneeded(permission: string): Found {
  return found('permission-unneeded', permission, [
    'information',
    `The application holds the permission ${permission}, which no protected workload needs.`,
    'Take it away in Microsoft Entra unless something else uses this application.',
  ])
}

export function foreignCredential(
  credential: { id: string; name: string; kind: 'password' | 'certificate'; endsAt: string },
  places: Places,
): Found {
  const name = credential.name === '' ? 'without a name' : `"${credential.name}"`
  const end = credential.endsAt === '' ? '' : `, valid until ${credential.endsAt.slice(0, 10)}`
  return found('foreign-credential', credential.id, [
    'warning',
    `The application has a ${credential.kind} ${name} that is not this server's${end}.`,
    `Whoever holds it can read what this server reads. ${inEntra(places)}, Certificates & secrets, and remove it; or accept it here if it is meant to be.`,
  ])
}

export function foreignOwner(owner: { id: string; name: string }, places: Places): Found {
  return found('foreign-owner', owner.id, [
    'warning',
    `${owner.name || owner.id} has become an owner of the application.`,
    `Owners can add credentials to it. ${inEntra(places)}, Owners, and remove it; or accept it here if it is meant to be.`,
  ])
}

export function credentialExpiring(days: number, urgent: boolean): Found {
  return found('credential-expiring', null, [
    urgent ? 'error' : 'warning',
    `The credential of the application ends in ${days === 1 ? 'one day' : `${days} days`}.`,
    "Use 'Rotate credential' before it ends; afterwards backups stop.",
  ])
}

export function credentialExpired(endedAt: Date | null): Found {
  const when = endedAt ? ` on ${endedAt.toISOString().slice(0, 10)}` : ''
  return found('credential-expired', null, [
    'error',
    `The credential of the application ended${when}, so Microsoft gives this server no access any more.`,
    "Nothing is lost: give the application a new credential, by one sign-in of an administrator or by 'Replace credential', and backups go on where they stopped.",
  ])
}

export function renewalFailed(reason: string): Found {
  return found('renewal-failed', null, [
    'warning',
    `The certificate is due for renewal, and that did not succeed: ${reason}`,
    "It is tried again every night. 'Rotate credential' tries at once.",
  ])
}

export function accessLost(message: string | null): Found {
  return found('access-lost', null, [
    'error',
    'The application signs in, but cannot read what is to be backed up.',
    message ?? 'Verify again; if it stays so, look at the permissions of the application in Microsoft Entra.',
  ])
}

const refusals: Readonly<Record<Exclude<Refusal, 'credential-expired'>, readonly [DriftKind, string]>> = {
  'application-missing': ['application-missing', 'The application is no longer in the organization.'],
  'application-disabled': ['application-disabled', 'The application is switched off in the organization.'],
  'credential-refused': [
    'credential-refused',
    'Microsoft does not accept the credential of the application.',
  ],
  blocked: ['sign-in-blocked', 'A policy of the organization blocks the sign-in of the application.'],
}

/** @param remedy what the explanation of Microsoft's answer says to do */
export function refused(refusal: Exclude<Refusal, 'credential-expired'>, remedy: string): Found {
  const [kind, title] = refusals[refusal]
  return found(kind, null, ['error', title, remedy])
}
