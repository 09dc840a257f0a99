/**
 * The application's password or certificate, made by an onboarding or by a task that replaces an earlier one. Order of writes: a private key is sealed and saved before its certificate goes
 * to Microsoft; a password is sealed and saved as soon as Microsoft's answer shows it, and one whose answer was lost is
 * removed before the next is made. So exactly one credential remains, and its secret is here.
 */
import { randomUUID } from 'node:crypto'
import type { CredentialKind } from '../contract/index.ts'
import {
  type ApplicationInfo,
  certificateIdentifier,
  isCredentialForbiddenByPolicy,
  isCredentialLifetimeRefused,
  makeCertificate,
  type Provisioning,
} from '../microsoft/index.ts'
import { credentialContext, type MicrosoftSide } from '../organizations/index.ts'
import type { SecretBox } from '../security/index.ts'
import { fail } from './errors.ts'

/** The columns in which a row keeps the credential that is being made. */
export interface CredentialRow {
  readonly requested_credential: CredentialKind
  readonly credential_kind: CredentialKind
  readonly credential_sealed: Buffer | null
  readonly credential_key_id: string | null
  readonly certificate_pem: string | null
  readonly credential_notice: string | null
}

export interface CredentialPatch {
  credential_id?: string | null
  credential_kind?: CredentialKind
  credential_sealed?: Buffer | null
  credential_key_id?: string | null
  credential_expires_at?: Date | null
  certificate_pem?: string | null
  certificate_thumbprint?: string | null
  credential_notice?: string | null
}

/** What making a credential needs. `row` always shows what is persisted. */
export interface CredentialContext {
  readonly row: CredentialRow
  readonly provisioning: Provisioning
  readonly microsoft: MicrosoftSide
  readonly secrets: SecretBox
  readonly signal: AbortSignal
  /** Name under which the password or certificate is listed in the tenant. */
  readonly credentialName: string
  /** Whether a credential of the other kind may be made where a policy forbids the one asked for. */
  readonly mayFallBack: boolean
  /** The application as it is now. @throws ONB_NOT_REPLICATED */
  application(): Promise<ApplicationInfo>
  /** Whether a password that is listed was made by an earlier try at this one. */
  isStray(password: { readonly displayName: string }): boolean
  /** Persists before going on. */
  save(patch: CredentialPatch): Promise<void>
}

/** Lifetimes asked for, in days, from the longest on, when a policy of the organization wants shorter ones. */
const lifetimesDays = [365, 180, 90, 30, 7]
const dayMs = 24 * 60 * 60 * 1000

const labels: Record<CredentialKind, string> = {
  password: 'Application Password',
  certificate: 'Application Certificate (SSL)',
}
const other: Record<CredentialKind, CredentialKind> = { password: 'certificate', certificate: 'password' }

/** No credential: what the row says of one is taken back. */
export const noCredential = {
  credential_id: null,
  credential_sealed: null,
  credential_key_id: null,
  credential_expires_at: null,
  certificate_pem: null,
  certificate_thumbprint: null,
} as const satisfies CredentialPatch

/** Makes the credential of the kind asked for, or of the other kind when a policy forbids the first. */
export async function ensureCredential(context: CredentialContext): Promise<string | null> {
  for (;;) {
    const kind = context.row.credential_kind
    try {
      if (kind === 'password') await ensurePassword(context)
      else await ensureCertificate(context)
      return context.row.credential_notice
    } catch (error) {
      if (!isCredentialForbiddenByPolicy(error)) throw error
      if (kind !== context.row.requested_credential || !context.mayFallBack)
        throw fail('ONB_CREDENTIAL_FORBIDDEN', {}, error)
      await context.save({
        ...noCredential,
        credential_kind: other[kind],
        credential_notice: `A policy of the organization forbids '${labels[kind]}' for applications, so '${labels[other[kind]]}' was used.`,
      })
    }
  }
}

async function ensurePassword(context: CredentialContext): Promise<void> {
  const { provisioning, signal, secrets } = context
  if (context.row.credential_sealed !== null && context.row.credential_key_id !== null) return
  const application = await context.application()
  for (const stray of application.passwords) {
    if (context.isStray(stray)) await provisioning.removePassword(application.id, stray.keyId, signal)
  }
  await withLifetime(context, async (days) => {
    const endDateTime = new Date(context.microsoft.clock.now() + days * dayMs)
    const displayName = context.credentialName
    const made = await provisioning.addPassword(application.id, { displayName, endDateTime }, signal)
    const credentialId = randomUUID()
    await context.save({
      credential_id: credentialId,
      credential_sealed: secrets.seal(made.secret, credentialContext(credentialId)),
      credential_key_id: made.keyId,
      credential_expires_at: new Date(made.endDateTime),
    })
  })
}

async function ensureCertificate(context: CredentialContext): Promise<void> {
  const { provisioning, signal, secrets } = context
  const application = await context.application()
  await withLifetime(context, async (days) => {
    const displayName = context.credentialName
    if (context.row.credential_sealed === null) {
      const { clock } = context.microsoft
      const made = await makeCertificate({ subject: displayName, days, clock })
      const credentialId = randomUUID()
      await context.save({
        credential_id: credentialId,
        credential_sealed: secrets.seal(made.privateKeyPem, credentialContext(credentialId)),
        // Chosen here: the application cannot look its own up later, and needs it to remove the certificate.
        credential_key_id: randomUUID(),
        credential_expires_at: made.notAfter,
        certificate_pem: made.certificatePem,
        certificate_thumbprint: made.thumbprintSha256,
      })
    }
    const { certificate_pem: certificatePem, credential_key_id: keyId } = context.row
    if (certificatePem === null || keyId === null) throw fail('ONB_UNEXPECTED')
    await provisioning.addCertificate(application.id, { certificatePem, displayName, keyId }, signal)
  })
}

/** Tries the lifetimes from the longest on; what a refused one left in the row is taken back. */
async function withLifetime(
  context: CredentialContext,
  make: (days: number) => Promise<void>,
): Promise<void> {
  for (const [index, days] of lifetimesDays.entries()) {
    try {
      await make(days)
    } catch (error) {
      if (!isCredentialLifetimeRefused(error) || index === lifetimesDays.length - 1) throw error
      await context.save(noCredential)
      continue
    }
    if (index > 0) {
      const limited = `A policy of the organization limits the credential's life: it ends after ${days} days and must be renewed before.`
      const before = context.row.credential_notice
      await context.save({ credential_notice: before ? `${before} ${limited}` : limited })
    }
    return
  }
}

/** Removes whatever credential of the application is not the one in use: an earlier try's answer may have been lost. */
export async function removeStrayCredentials(context: CredentialContext): Promise<void> {
  const { row, provisioning, signal } = context
  const application = await context.application()
  const ours = row.certificate_pem === null ? null : certificateIdentifier(row.certificate_pem)
  for (const { keyId } of application.passwords) {
    if (keyId !== row.credential_key_id) await provisioning.removePassword(application.id, keyId, signal)
  }
  for (const { customKeyIdentifier } of application.certificates) {
    if (customKeyIdentifier === null || customKeyIdentifier === ours) continue
    const sha1 = Buffer.from(customKeyIdentifier, 'base64').toString('hex')
    await provisioning.removeCertificate(application.id, sha1, signal)
  }
}
