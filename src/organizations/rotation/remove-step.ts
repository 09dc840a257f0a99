/**
 * The old certificate leaves the tenant. By then the new one is in use, so nothing here can do harm: what does not succeed is
 * listed and tried again, every night in the end, until the old certificate has ended by itself.
 */
import { isAppError } from '../../errors/index.ts'
import {
  certificateIdentifier,
  certificateThumbprint,
  createKeyRolling,
  type GraphClient,
  isTransient,
  readOwnApplication,
} from '../../microsoft/index.ts'
import { openCredential } from '../credential.ts'
import { currentCertificate } from './add-step.ts'
import { accessBy, type RotationContext, waitMs } from './rotation-context.ts'

const triesAtOnce = 4
const hourMs = 60 * 60_000
const longestMs = 24 * hourMs

export async function removeOld(context: RotationContext): Promise<void> {
  const { row, parts, signal } = context
  const { clock } = parts.microsoft
  for (;;) {
    const end = row.old_credential_expires_at
    if (end !== null && end.getTime() <= clock.now()) return finish(context, [])
    try {
      if (await remove(context)) return await finish(context, [])
      // Nobody but an administrator can tell its id; that does not change with time.
      return await finish(context, [leftover(context)])
    } catch (error) {
      signal.throwIfAborted()
      const tries = context.row.tries + 1
      const reason = isAppError(error) ? error.message : 'an unexpected failure'
      const atOnce = tries < triesAtOnce && isTransient(error)
      const wait = atOnce ? waitMs(tries, error) : Math.min(hourMs * 2 ** (tries - 1), longestMs)
      parts.microsoft.logger.warn(
        { rotation: row.id, tries, wait, reason },
        'an old certificate is still there',
      )
      await context.save({
        tries,
        detail: reason,
        next_try_at: new Date(clock.now() + wait),
        leftovers: JSON.stringify([leftover(context)]),
      })
      if (!atOnce) return
      await clock.sleep(wait, signal)
    }
  }
}

/** False when its id is not known and cannot be found out. */
async function remove(context: RotationContext): Promise<boolean> {
  const { row, organization, parts, signal } = context
  const provenBy = openCredential(parts.secrets, await parts.read(organization.id))
  // With a password in use by now there is no proof to give.
  if (provenBy?.kind !== 'certificate') return false
  const { graph } = accessBy(context, provenBy)
  const keyId = row.old_credential_key_id ?? (await lookUpKey(context, graph, row.old_certificate_pem))
  if (keyId === undefined) return false
  await createKeyRolling({
    graph,
    objectId: row.application_object_id,
    provenBy,
    clock: parts.microsoft.clock,
  }).removeKey(keyId, signal)
  return true
}

/** Microsoft's id of a certificate of the application, where the application may read itself; few may. */
async function lookUpKey(
  { organization, signal }: RotationContext,
  graph: GraphClient,
  certificatePem: string,
): Promise<string | undefined> {
  const application = await readOwnApplication(graph, organization.application_id, signal)
  const identifier = certificateIdentifier(certificatePem)
  return application?.certificates.find(({ customKeyIdentifier }) => customKeyIdentifier === identifier)
    ?.keyId
}

/** The certificate that a failed or cancelled rotation may have left in the tenant; its key is destroyed here. */
export async function takeBack(context: RotationContext): Promise<string[]> {
  const { row, parts, signal } = context
  if (!row.add_requested || row.certificate_pem === null) return []
  const left = `A new certificate may have been added to the application, with the thumbprint ${row.certificate_thumbprint}. The server destroyed its key, so nobody can use it. ${where(context)}`
  const provenBy = currentCertificate(context)
  const { graph } = accessBy(context, provenBy)
  const rolling = createKeyRolling({
    graph,
    objectId: row.application_object_id,
    provenBy,
    clock: parts.microsoft.clock,
  })
  for (let tries = 1; ; tries++) {
    try {
      // Without an answer there is no id, and without an id no removal by the application itself.
      const keyId = row.credential_key_id ?? (await lookUpKey(context, graph, row.certificate_pem))
      if (keyId === undefined) return [left]
      await rolling.removeKey(keyId, signal)
      return []
    } catch {
      signal.throwIfAborted()
      if (tries >= triesAtOnce) return [left]
      await parts.microsoft.clock.sleep(waitMs(tries), signal)
    }
  }
}

async function finish(context: RotationContext, leftovers: string[]): Promise<void> {
  await context.save({
    state: 'finished',
    leftovers: JSON.stringify(leftovers),
    detail: null,
    next_try_at: null,
    finished_at: new Date(context.parts.microsoft.clock.now()),
  })
}

function leftover(context: RotationContext): string {
  const { row } = context
  const end = row.old_credential_expires_at?.toISOString().slice(0, 10)
  return `The old certificate is still among those of the application, with the thumbprint ${certificateThumbprint(row.old_certificate_pem)}${end ? `, until it ends on ${end}` : ''}. The server destroyed its key, so nobody can use it. ${where(context)}`
}

function where({ organization, parts }: RotationContext): string {
  const { portal } = parts.cloudOf(organization)
  return `To remove it, open the Microsoft Entra admin center (${portal.entra}), App registrations, application ${organization.application_id}, Certificates & secrets.`
}
