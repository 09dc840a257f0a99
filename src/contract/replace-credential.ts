import Type, { type Static } from 'typebox'
import { SuppliedCredential } from './onboarding.ts'
import { OrganizationView } from './organization.ts'
import { Time } from './primitives.ts'
import { proofFields } from './second-factor.ts'

/** `POST /organizations/:id/credential`: needs proof that it is the operator. */
export const ReplaceCredential = Type.Object({
  ...proofFields,
  /** Another application in the same organization; left out, it stays the same. */
  applicationId: Type.Optional(Type.String({ format: 'uuid' })),
  /** 'Object ID' of the application's registration: with it a certificate can renew itself. */
  applicationObjectId: Type.Optional(Type.String({ format: 'uuid' })),
  credential: Type.Union([
    SuppliedCredential,
    Type.Object({
      kind: Type.Literal('made-here', {
        description: 'The certificate of `POST /organizations/:id/credential/certificate`',
      }),
    }),
  ]),
})
export type ReplaceCredential = Static<typeof ReplaceCredential>

export const ReplacedCredential = Type.Object({
  organization: OrganizationView,
  /** What is left of the old credential in the tenant, and where to remove it; one sentence each. */
  leftovers: Type.Array(Type.String()),
})
export type ReplacedCredential = Static<typeof ReplacedCredential>

/** `POST /organizations/:id/credential/certificate`: the public part, to be uploaded. The private key stays here. */
export const MadeCertificateView = Type.Object({
  certificatePem: Type.String(),
  thumbprint: Type.String({ description: 'SHA-256' }),
  thumbprintSha1: Type.String({ description: "As Microsoft's portal lists certificates" }),
  expiresAt: Time,
})
export type MadeCertificateView = Static<typeof MadeCertificateView>
