/**
 * The new certificate gets into the tenant. Order: its key is sealed and saved, then that it was asked for, then the request;
 * whoever finds it asked for, without an answer, signs in with it: that tells whether Microsoft has it.
 */
import { randomUUID } from 'node:crypto'
import { isAppError } from '../../errors/index.ts'
import {
  createKeyRolling,
  isCredentialLifetimeRefused,
  isMicrosoftError,
  isNotFound,
  isReplicationDelay,
  isTransient,
  makeCertificate,
  type SigningCertificate,
} from '../../microsoft/index.ts'
import { credentialContext, openCredential } from '../credential.ts'
import { fail } from '../errors.ts'
import { accessBy, type RotationContext, signsIn, waitForMicrosoft } from './rotation-context.ts'
import { firstLifetime, lifetimesDays } from './rotation-rules.ts'

/** An answer that was lost: so long, in all, is looked whether the certificate is there, before it is added again. */
const looksMs = [0, 5_000, 10_000, 20_000, 30_000]
/** A part of Microsoft that has not heard of the application or its certificate answers like this a few times. */
const refusalsBorne = 5

export async function addKey(context: RotationContext): Promise<void> {
  let lifetime = firstLifetime(context.row.old_certificate_pem)
  for (;;) {
    if (context.row.credential_sealed === null) await makeKey(context, lifetimesDays[lifetime] ?? 7)
    if (context.row.add_requested && (await isThere(context))) return proved(context, null)
    try {
      const keyId = await ask(context)
      return await proved(context, keyId)
    } catch (error) {
      context.signal.throwIfAborted()
      if (isCredentialLifetimeRefused(error) && lifetime < lifetimesDays.length - 1) {
        lifetime += 1
        const notice = `A policy of the organization limits the life of certificates, so the new one ends after ${lifetimesDays[lifetime]} days and is renewed earlier.`
        await context.save({ credential_sealed: null, add_requested: false, notice })
        continue
      }
      const detail = notYet(context, error)
      if (detail === undefined) throw error
      // A refusal says that nothing was added; a lost answer says nothing.
      await waitForMicrosoft(context, detail, error, isLost(error) ? {} : { add_requested: false })
    }
  }
}

async function makeKey(context: RotationContext, days: number): Promise<void> {
  const { parts, row } = context
  const { secrets, microsoft } = parts
  const subject = `BDRCloud ${row.organization_id.slice(0, 8)}`
  const made = await makeCertificate({ subject, days, clock: microsoft.clock })
  const credentialId = randomUUID()
  await context.save({
    credential_id: credentialId,
    credential_sealed: secrets.seal(made.privateKeyPem, credentialContext(credentialId)),
    credential_key_id: null,
    credential_expires_at: made.notAfter,
    certificate_pem: made.certificatePem,
    certificate_thumbprint: made.thumbprintSha256,
  })
}

/** The new certificate with its key. */
export function newCertificate({ row, parts }: RotationContext): SigningCertificate {
  const credential = openCredential(parts.secrets, { ...row, credential_kind: 'certificate' })
  if (credential?.kind !== 'certificate') throw fail('ORG_UNEXPECTED')
  return credential
}

/** The certificate in use, with its key. */
export function currentCertificate({ organization, parts }: RotationContext): SigningCertificate {
  const credential = openCredential(parts.secrets, organization)
  if (credential?.kind !== 'certificate') throw fail('ORG_ROTATION_PASSWORD', { name: organization.name })
  return credential
}

async function ask(context: RotationContext): Promise<string | null> {
  const { row, parts, signal } = context
  const provenBy = currentCertificate(context)
  const rolling = createKeyRolling({
    graph: accessBy(context, provenBy).graph,
    objectId: row.application_object_id,
    provenBy,
    clock: parts.microsoft.clock,
  })
  await context.save({ add_requested: true })
  return rolling.addKey(newCertificate(context).certificatePem, signal)
}

async function isThere(context: RotationContext): Promise<boolean> {
  for (const wait of looksMs) {
    if (wait > 0) await context.parts.microsoft.clock.sleep(wait, context.signal)
    if (await signsIn(context, newCertificate(context))) return true
  }
  return false
}

async function proved(context: RotationContext, keyId: string | null): Promise<void> {
  await context.save({
    state: 'proving',
    ...(keyId !== null && { credential_key_id: keyId }),
    proofs: 0,
    tries: 0,
    since: new Date(context.parts.microsoft.clock.now()),
    next_try_at: null,
    detail: null,
  })
}

function isLost(error: unknown): boolean {
  return isMicrosoftError(error) && (isTransient(error) || error.code === 'MSG_UNEXPECTED_ANSWER')
}

/** The reason for a wait, or undefined when the error means what it says. */
function notYet({ row }: RotationContext, error: unknown): string | undefined {
  if (isTransient(error)) return 'Microsoft is busy or cannot be reached'
  const unknownHere = isNotFound(error) || isReplicationDelay(error) || isAppError(error, 'MSG_TOKEN_REFUSED')
  if (unknownHere && row.tries < refusalsBorne)
    return 'A part of Microsoft does not know the application or its certificate'
  return undefined
}
