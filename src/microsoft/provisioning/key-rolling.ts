/**
 * An application changes its own certificates: no permission is needed, only a proof that it holds one that is valid now.
 * Source: Microsoft Graph v1.0, "application: addKey" and "application: removeKey", 2026.
 */
import { X509Certificate } from 'node:crypto'
import Type from 'typebox'
import type { Clock } from '../../shared/index.ts'
import { proofOfPossession, readCertificateKey } from '../entra/certificate-jwt.ts'
import type { AppCredential } from '../entra/credential.ts'
import { isMicrosoftError } from '../failures/microsoft-error.ts'
import { type GraphClient, graphPath } from '../graph/graph-types.ts'

/** A certificate that the application has now, and its key. */
export type SigningCertificate = Extract<AppCredential, { kind: 'certificate' }>

export interface KeyRolling {
  /**
   * Adds a certificate. Not repeated by itself: after a lost answer, a sign-in with the new certificate tells whether it
   * is there. @returns Microsoft's id of it; null when the answer holds none
   */
  addKey(certificatePem: string, signal?: AbortSignal): Promise<string | null>
  /** Removes a certificate; one that is gone already counts as removed. */
  removeKey(keyId: string, signal?: AbortSignal): Promise<void>
}

const retryBudgetMs = 30_000
const Answer = Type.Object({ keyId: Type.Optional(Type.Union([Type.String(), Type.Null()])) })

/** @throws AppError MSG_CREDENTIAL_UNUSABLE when the certificate is not readable */
export function createKeyRolling(options: {
  /** Graph as the application itself. */
  readonly graph: GraphClient
  /** Object id of the application. */
  readonly objectId: string
  readonly provenBy: SigningCertificate
  readonly clock: Clock
}): KeyRolling {
  const { graph, objectId, clock } = options
  const key = readCertificateKey(options.provenBy)
  const proof = () => proofOfPossession(key, { objectId, now: clock.now() })
  const common = { method: 'POST', retryBudgetMs, priority: 'high' } as const
  return {
    async addKey(certificatePem, signal) {
      const { body } = await graph.request<{ keyId?: string | null }>({
        ...common,
        path: graphPath`/applications/${objectId}/addKey`,
        body: {
          keyCredential: {
            type: 'AsymmetricX509Cert',
            usage: 'Verify',
            key: new X509Certificate(certificatePem).raw.toString('base64'),
          },
          passwordCredential: null,
          proof: proof(),
        },
        schema: Answer,
        signal,
      })
      return body.keyId ?? null
    },
    async removeKey(keyId, signal) {
      try {
        await graph.request({
          ...common,
          path: graphPath`/applications/${objectId}/removeKey`,
          body: { keyId, proof: proof() },
          as: 'none',
          idempotent: true,
          signal,
        })
      } catch (error) {
        // The only sign of a key that is gone is the text: code and status are those of any bad request.
        const gone = isMicrosoftError(error) && /no credentials found/i.test(error.microsoft.microsoftMessage)
        if (!gone) throw error
      }
    },
  }
}
