/**
 * Replacing the credential of an organization's application. Order: the new one is made beside the old; it proves itself by a token;
 * one statement puts it in the old one's place; only then is the old one removed in the tenant. So at every moment the organization
 * has a credential that worked when it was last used.
 */
import { X509Certificate } from 'node:crypto'
import type { CredentialKind, TaskChange } from '../../../contract/index.ts'
import { type ApplicationInfo, certificateIdentifier } from '../../../microsoft/index.ts'
import { openCredential, replaceAccess } from '../../../organizations/index.ts'
import { ensureCredential } from '../../credential-step.ts'
import type { Step } from '../../run-steps.ts'
import { provenToken } from '../../steps.ts'
import type { TaskContext } from '../context.ts'
import { fail } from '../errors.ts'

export const credentialLabels: Record<CredentialKind, string> = {
  password: 'Application Password',
  certificate: 'Application Certificate (SSL)',
}

/** The new credential has taken the old one's place already; what follows is tidying up. */
export function isReplaced({ row, organization }: Pick<TaskContext, 'row' | 'organization'>): boolean {
  return row.credential_id !== null && row.credential_id === organization.credential_id
}

/** What is made and what is removed, as far as it can be told from what the tenant shows. */
export function credentialChanges(context: TaskContext, application: ApplicationInfo | null): TaskChange[] {
  const { row } = context
  const made: TaskChange = {
    action: 'create',
    subject: 'credential',
    text:
      row.requested_credential === 'certificate'
        ? `${credentialLabels.certificate} of the application; the private key is made on this server and never leaves it`
        : `${credentialLabels.password} of the application, known to this server alone`,
    permission: null,
  }
  const old = replacedOf(context)
  const shown = shownOf(old, application)
  const removed: TaskChange[] = shown
    ? [
        {
          action: 'remove',
          subject: 'credential',
          text: `"${shown.displayName}", the credential used so far (${shown.endDateTime.slice(0, 10)}), once the new one works`,
          permission: null,
        },
      ]
    : []
  return [...(isReplaced(context) ? [] : [made]), ...removed]
}

export function credentialStep(kind: CredentialKind): Step<TaskContext> {
  return {
    id: 'credential',
    label: credentialLabels[kind],
    run: async (context) => {
      if (isReplaced(context)) return 'Made before the interruption'
      if (context.row.replaced === null) await context.save({ replaced: JSON.stringify(replacedOf(context)) })
      return ensureCredential(context)
    },
  }
}

/** A token with the new credential. */
export const proofStep: Step<TaskContext> = {
  id: 'first-token',
  label: 'Access token with the new credential',
  run: async (context) => (isReplaced(context) ? null : provenToken(context)),
}

export const replaceStep: Step<TaskContext> = {
  id: 'replace',
  label: 'Credential of the organization',
  run: async (context) => {
    if (isReplaced(context)) return null
    const { db, row, organization, secrets } = context
    if (!openCredential(secrets, row)) throw fail('TSK_ORGANIZATION_CHANGED')
    const isNew = row.application_requested
    await db.transaction().execute(async (transaction) => {
      const replaced = await replaceAccess(transaction, organization.id, organization.credential_id, {
        credential_id: row.credential_id,
        credential_kind: row.credential_kind,
        credential_sealed: row.credential_sealed,
        credential_key_id: row.credential_key_id,
        credential_expires_at: row.credential_expires_at,
        certificate_pem: row.certificate_pem,
        certificate_thumbprint: row.certificate_thumbprint,
        ...(row.service_principal_id !== null && { service_principal_id: row.service_principal_id }),
        ...(isNew &&
          row.application_id !== null &&
          row.application_object_id !== null && {
            application_id: row.application_id,
            application_object_id: row.application_object_id,
            unique_name: row.unique_name,
          }),
      })
      if (!replaced) throw fail('TSK_ORGANIZATION_CHANGED')
      // The organization has the sealed credential now; one copy is enough.
      const moved = await transaction
        .updateTable('administrator_tasks')
        .set({ credential_sealed: null })
        .where('id', '=', row.id)
        .where('state', '=', 'running')
        .returning('id')
        .executeTakeFirst()
      if (!moved) throw fail('TSK_ORGANIZATION_CHANGED')
    })
    await context.save({ credential_sealed: null })
    return 'The new credential is in use'
  },
}

export const removeOldStep: Step<TaskContext> = {
  id: 'remove-old',
  label: 'Credential used so far',
  run: async (context) => {
    const { row, provisioning, signal, organization } = context
    const old = row.replaced
    // With a new application the old one, and its credential, are gone.
    if (row.application_requested) return 'Gone with the old application'
    if (!old || (old.keyId === null && old.thumbprintSha1 === null)) {
      if (organization.credential_id !== null)
        context.left.push(
          `The credential used so far was not made by this server, which cannot tell it from others. Remove it in the Microsoft Entra admin center under App registrations (application id ${row.application_id}) > Certificates & secrets.`,
        )
      return 'None that this server has made'
    }
    const { id } = await context.application()
    if (old.thumbprintSha1 !== null) await provisioning.removeCertificate(id, old.thumbprintSha1, signal)
    else if (old.keyId !== null) await provisioning.removePassword(id, old.keyId, signal)
    // "Not there" may be said by a part of Microsoft that has not heard of it; gone is what is not listed any more.
    if (shownOf(old, await context.application()))
      throw fail('TSK_STILL_THERE', { what: 'the credential used so far' })
    return 'Removed'
  },
}

/** After the new credential has taken its place: what is left of the old one, one sentence each. */
export async function oldCredentialLeft(context: TaskContext): Promise<string[]> {
  const { row, provisioning, signal } = context
  if (row.replaced === null || row.application_requested) return []
  const application = await provisioning.findApplicationById(row.application_id ?? '', signal)
  return application && shownOf(row.replaced, application) ? oldMayBeLeft(context) : []
}

function oldMayBeLeft({ row }: Pick<TaskContext, 'row'>): string[] {
  if (row.replaced === null || row.application_requested) return []
  const { keyId, thumbprintSha1 } = row.replaced
  if (keyId === null && thumbprintSha1 === null) return []
  const which = thumbprintSha1 === null ? `key id ${keyId}` : `thumbprint ${thumbprintSha1.toUpperCase()}`
  return [
    `The credential used before (${which}) may still be at the application ${row.application_id} in ${row.tenant.name}; the server does not have it any more. Remove it in the Microsoft Entra admin center under App registrations > Certificates & secrets.`,
  ]
}

/** The credential among those that the application has in the tenant. */
function shownOf(
  { keyId, thumbprintSha1 }: NonNullable<TaskContext['row']['replaced']>,
  application: ApplicationInfo | null,
) {
  if (thumbprintSha1 === null) return application?.passwords.find((one) => one.keyId === keyId)
  const identifier = base64(thumbprintSha1)
  return application?.certificates.find(({ customKeyIdentifier }) => customKeyIdentifier === identifier)
}

/** Takes the new credential out of the tenant again, when it has not taken the old one's place. */
export async function takeBackCredential(context: TaskContext): Promise<void> {
  const { row, provisioning, signal, credentialName } = context
  const application = await provisioning.findApplicationById(row.application_id ?? '', signal)
  if (!application) return
  for (const { keyId, displayName } of application.passwords) {
    if (keyId === row.credential_key_id || displayName === credentialName)
      await provisioning.removePassword(application.id, keyId, signal)
  }
  if (row.certificate_pem !== null) {
    const ours = certificateIdentifier(row.certificate_pem)
    await provisioning.removeCertificate(application.id, Buffer.from(ours, 'base64').toString('hex'), signal)
  }
}

/** What stays of the new credential when there is no token to take it back with. */
export function credentialLeft({ row, organization }: Pick<TaskContext, 'row' | 'organization'>): string[] {
  if (row.replaced === null) return []
  if (isReplaced({ row, organization })) return oldMayBeLeft({ row })
  return [
    `A credential named "BDRCloud ${row.unique_name.slice(-8)}" may be left at the application ${row.application_id} in ${row.tenant.name}; the server destroyed its key, so it is of no use to anybody. Remove it there if it disturbs you.`,
  ]
}

/** How the credential in use so far is recognized in the tenant; all null for one that the server cannot tell from others. */
function replacedOf({ row, organization }: TaskContext): {
  keyId: string | null
  thumbprintSha1: string | null
} {
  if (row.replaced !== null) return row.replaced
  const { certificate_pem: pem, credential_key_id: keyId } = organization
  if (pem === null) return { keyId, thumbprintSha1: null }
  return { keyId, thumbprintSha1: new X509Certificate(pem).fingerprint.replaceAll(':', '').toLowerCase() }
}

function base64(hex: string): string {
  return Buffer.from(hex, 'hex').toString('base64')
}
