import { X509Certificate } from 'node:crypto'
import { isMicrosoftError, isNotFound } from '../failures/microsoft-error.ts'
import { graphPath } from '../graph/graph-types.ts'
import { certificateIdentifier, thumbprints } from './certificate.ts'
import type { GraphCall } from './graph-call.ts'
import { type KeyCredential, KeyCredentials, PasswordAnswer } from './graph-shapes.ts'
import type { Provisioning } from './provisioning-types.ts'

type CredentialCalls = Pick<
  Provisioning,
  'addPassword' | 'removePassword' | 'addCertificate' | 'removeCertificate'
>

/** Passwords and certificates of an application (Microsoft Graph, "application: addPassword" and "keyCredential", 2026). */
export function credentialCalls(call: GraphCall): CredentialCalls {
  async function readKeys(objectId: string, signal: AbortSignal | undefined): Promise<KeyCredential[]> {
    const body = await call<KeyCredentials>({
      path: graphPath`/applications/${objectId}`,
      // Only a selection brings the keys themselves, without which writing the list back would destroy them.
      query: { $select: 'id,keyCredentials' },
      schema: KeyCredentials,
      signal,
    })
    return body.keyCredentials
  }

  /** The list is replaced as a whole. */
  async function writeKeys(objectId: string, keys: readonly object[], signal: AbortSignal | undefined) {
    await call({
      method: 'PATCH',
      path: graphPath`/applications/${objectId}`,
      body: { keyCredentials: keys },
      as: 'none',
      signal,
    })
  }

  return {
    async addPassword(objectId, { displayName, endDateTime }, signal) {
      const body = await call<PasswordAnswer>({
        method: 'POST',
        path: graphPath`/applications/${objectId}/addPassword`,
        body: { passwordCredential: { displayName, endDateTime: seconds(endDateTime) } },
        schema: PasswordAnswer,
        signal,
      })
      return { keyId: body.keyId, secret: body.secretText, endDateTime: body.endDateTime }
    },

    async removePassword(objectId, keyId, signal) {
      try {
        await call({
          method: 'POST',
          path: graphPath`/applications/${objectId}/removePassword`,
          body: { keyId },
          as: 'none',
          idempotent: true,
          signal,
        })
      } catch (error) {
        // That the password is not there (any more) shows in the text only: code and status are those of any bad request.
        const gone =
          isNotFound(error) ||
          (isMicrosoftError(error) && /no password credential found/i.test(error.microsoft.microsoftMessage))
        if (!gone) throw error
      }
    },

    async addCertificate(objectId, { certificatePem, displayName, keyId }, signal) {
      const certificate = new X509Certificate(certificatePem)
      const { thumbprintSha1 } = thumbprints(certificatePem)
      const keys = await readKeys(objectId, signal)
      if (keys.some((key) => hasThumbprint(key, thumbprintSha1))) return
      const added = { ...keyCredentialOf(certificate, displayName), ...(keyId !== undefined && { keyId }) }
      await writeKeys(objectId, [...keys, added], signal)
    },

    async removeCertificate(objectId, thumbprintSha1, signal) {
      const keys = await readKeys(objectId, signal)
      const kept = keys.filter((key) => !hasThumbprint(key, thumbprintSha1))
      if (kept.length < keys.length) await writeKeys(objectId, kept, signal)
    },
  }
}

/** A certificate as Microsoft Graph takes it (`keyCredential`). */
export function keyCredentialOf(certificate: X509Certificate, displayName: string) {
  return {
    type: 'AsymmetricX509Cert',
    usage: 'Verify',
    key: certificate.raw.toString('base64'),
    displayName,
    customKeyIdentifier: certificateIdentifier(certificate.toString()),
    startDateTime: seconds(new Date(certificate.validFrom)),
    endDateTime: seconds(new Date(certificate.validTo)),
  }
}

/** Microsoft writes the thumbprint as base64; some entries made by others hold it in hex. */
function hasThumbprint(key: KeyCredential, thumbprintSha1: string): boolean {
  const identifier = key.customKeyIdentifier ?? ''
  return (
    identifier.toUpperCase() === thumbprintSha1.toUpperCase() ||
    Buffer.from(identifier, 'base64').toString('hex') === thumbprintSha1.toLowerCase()
  )
}

function seconds(date: Date): string {
  return date.toISOString().replace(/\.\d{3}Z$/, 'Z')
}
