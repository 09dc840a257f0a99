/**
 * 'Replace credential': another password or certificate, and perhaps another application, take the place of those in use. They
 * have to work first: token, permissions and probe, in the same tenant. Until then nothing changes, and the change is one statement.
 */

import { randomUUID } from 'node:crypto'
import type {
  GivenProof,
  MadeCertificateView,
  ReplaceCredential,
  ReplacedCredential,
} from '../contract/index.ts'
import { isAppError } from '../errors/index.ts'
import {
  certificateIdentifier,
  isReplicationDelay,
  isTransient,
  makeCertificate,
  readOwnApplication,
} from '../microsoft/index.ts'
import { applicationAccess } from './access.ts'
import { type AccessColumns, replaceAccess, requireActive } from './administered.ts'
import { credentialContext, openCredential } from './credential.ts'
import { fail } from './errors.ts'
import type { OrganizationParts } from './parts.ts'
import type { Rotations } from './rotation/rotations.ts'
import { certificateColumns, sealSupplied } from './supplied-credential.ts'
import { verifyAccess } from './verification.ts'
import type { OrganizationRow } from './view.ts'

export interface Replacements {
  /**
   * Makes a key pair of which the private key stays here, sealed. One that waits already is answered, unless it has little life left:
   * its public part may have been uploaded.
   * @throws ORG_NOT_FOUND, ORG_REMOVED
   */
  makeCertificate(organizationId: string): Promise<MadeCertificateView>
  /**
   * The caller has asked for the operator's own password.
   * @throws ORG_NOT_FOUND, ORG_REMOVED, ORG_NO_MADE_CERTIFICATE, ORG_NEW_CREDENTIAL_REFUSED, ORG_CREDENTIAL_CHANGED, and what a certificate is
   *   refused for
   */
  replace(
    organizationId: string,
    input: Omit<ReplaceCredential, keyof GivenProof>,
  ): Promise<ReplacedCredential>
}

/** What was typed is rather wrong than new; a secret made a moment ago is known after some seconds. */
const patienceMs = 20_000
const waitMs = 4_000
const madeForDays = 365
const shortestLifeMs = 30 * 24 * 60 * 60_000

export function createReplacements(parts: OrganizationParts, rotations: Rotations): Replacements {
  const { db, secrets, microsoft } = parts
  const { clock } = microsoft

  const waiting = (organizationId: string) =>
    db
      .selectFrom('made_certificates')
      .selectAll()
      .where('organization_id', '=', organizationId)
      .executeTakeFirst()

  const make = async (organizationId: string) => {
    const subject = `BDRCloud ${organizationId.slice(0, 8)}`
    const made = await makeCertificate({ subject, days: madeForDays, clock })
    const credentialId = randomUUID()
    const { credential_expires_at, certificate_pem, certificate_thumbprint } = certificateColumns(made)
    const columns = {
      credential_id: credentialId,
      credential_sealed: secrets.seal(made.privateKeyPem, credentialContext(credentialId)),
      credential_expires_at,
      certificate_pem,
      certificate_thumbprint,
      created_at: new Date(clock.now()),
    }
    return db
      .insertInto('made_certificates')
      .values({ organization_id: organizationId, ...columns })
      .onConflict((conflict) => conflict.column('organization_id').doUpdateSet(columns))
      .returningAll()
      .executeTakeFirstOrThrow()
  }

  const given = async (
    row: OrganizationRow,
    credential: ReplaceCredential['credential'],
  ): Promise<AccessColumns> => {
    if (credential.kind !== 'made-here') return sealSupplied(secrets, credential, clock.now())
    const made = await waiting(row.id)
    if (!made) throw fail('ORG_NO_MADE_CERTIFICATE')
    const {
      credential_id,
      credential_sealed,
      credential_expires_at,
      certificate_pem,
      certificate_thumbprint,
    } = made
    return {
      credential_id,
      credential_kind: 'certificate',
      credential_sealed,
      credential_key_id: null,
      credential_expires_at,
      certificate_pem,
      certificate_thumbprint,
    }
  }

  /** @throws ORG_NEW_CREDENTIAL_REFUSED */
  const prove = async (row: OrganizationRow, columns: AccessColumns, applicationId: string) => {
    const cloud = parts.cloudOf(row)
    const credential = openCredential(secrets, columns)
    if (!credential) throw fail('ORG_UNEXPECTED')
    const access = applicationAccess(microsoft, {
      cloud,
      tenantId: row.tenant_id,
      clientId: applicationId,
      credential,
    })
    // What is missing already is not the new credential's fault.
    const known = new Set(row.health.flatMap(({ missingPermissions }) => missingPermissions))
    const deadline = clock.now() + patienceMs
    for (;;) {
      const { workloads, restore_rights: restoreRights } = row
      const { health, failure, roles } = await verifyAccess(access, {
        cloud,
        workloads,
        restoreRights,
        notOffered: row.not_offered,
        now: clock.now(),
      })
      const missing = health
        .flatMap(({ missingPermissions }) => missingPermissions)
        .filter((one) => applicationId !== row.application_id || !known.has(one))
      if (roles !== null && missing.length === 0 && (failure === undefined || known.size > 0)) return access
      const mayPass = isReplicationDelay(failure) || isTransient(failure)
      if (!mayPass || clock.now() + waitMs > deadline) {
        if (failure === undefined)
          throw fail('ORG_NEW_CREDENTIAL_REFUSED', {
            reason: `It lacks the permissions ${missing.join(', ')}.`,
          })
        const reason = isAppError(failure) ? failure.message : 'The check failed for an unknown reason.'
        throw fail('ORG_NEW_CREDENTIAL_REFUSED', { reason }, failure)
      }
      await clock.sleep(waitMs)
    }
  }

  return {
    makeCertificate: async (organizationId) => {
      requireActive(await parts.read(organizationId))
      const known = await waiting(organizationId)
      const isFresh = known && known.credential_expires_at.getTime() - clock.now() > shortestLifeMs
      const made = isFresh ? known : await make(organizationId)
      const sha1 = Buffer.from(certificateIdentifier(made.certificate_pem), 'base64').toString('hex')
      return {
        certificatePem: made.certificate_pem,
        thumbprint: made.certificate_thumbprint,
        thumbprintSha1: sha1.toUpperCase(),
        expiresAt: made.credential_expires_at.toISOString(),
      }
    },
    replace: async (organizationId, { applicationId, applicationObjectId, credential }) => {
      const row = await parts.read(organizationId)
      requireActive(row)
      const application = applicationId?.toLowerCase() ?? row.application_id
      const isOther = application !== row.application_id
      const columns = await given(row, credential)
      const { tokens, graph } = await prove(row, columns, application)
      const { principalId } = await tokens.token()
      // Only where the application may look at itself.
      const seen = await readOwnApplication(graph, application).catch(() => null)
      const objectId = applicationObjectId ?? seen?.id ?? (isOther ? null : row.application_object_id)
      await rotations.halt(organizationId)
      const replaced = await replaceAccess(db, organizationId, row.credential_id, {
        ...columns,
        application_id: application,
        application_object_id: objectId,
        ...(principalId !== undefined && { service_principal_id: principalId }),
      })
      if (!replaced) throw fail('ORG_CREDENTIAL_CHANGED')
      await db.deleteFrom('made_certificates').where('organization_id', '=', organizationId).execute()
      parts.forget(organizationId)
      return {
        organization: await parts.announce(await parts.read(organizationId)),
        leftovers: leftovers(row, isOther),
      }
    },
  }

  function leftovers(old: OrganizationRow, isOther: boolean): string[] {
    const { portal } = parts.cloudOf(old)
    const place = `In the Microsoft Entra admin center (${portal.entra}), App registrations, application ${old.application_id}`
    if (isOther)
      return [
        `The application that was used before is still there. ${place}: delete it if you do not need it.`,
      ]
    if (old.credential_sealed === null) return []
    const end = old.credential_expires_at
      ? ` until ${old.credential_expires_at.toISOString().slice(0, 10)}`
      : ''
    return old.credential_kind === 'password'
      ? [`The old application password stays valid${end}. ${place}, Certificates & secrets: remove it.`]
      : [
          `The old certificate ${old.certificate_thumbprint} is still listed${end}; the server destroyed its key. ${place}, Certificates & secrets: remove it.`,
        ]
  }
}
