import Type from 'typebox'
import { Id, MadeCertificateView, ReplaceCredential, ReplacedCredential } from '../../../contract/index.ts'
import type { Replacements } from '../../../organizations/index.ts'
import type { Proofs } from '../../../security/index.ts'
import type { ApiServer } from '../../api-server.ts'
import { requireProof } from '../../proof.ts'

const ById = Type.Object({ id: Id })
const tags = ['organizations']

/** Giving an organization another credential by hand. */
export function registerCredentialRoutes(
  app: ApiServer,
  services: {
    readonly organizations: { readonly replacements: Replacements }
    readonly proofs: Proofs
  },
): void {
  const { proofs } = services
  const { replacements } = services.organizations

  app.post(
    '/organizations/:id/credential/certificate',
    {
      schema: {
        operationId: 'makeOrganizationCertificate',
        description: 'Makes a certificate whose public part is to be uploaded; the private key stays here.',
        tags,
        params: ById,
        response: { 200: MadeCertificateView },
      },
    },
    async (request) => replacements.makeCertificate(request.params.id),
  )

  app.post(
    '/organizations/:id/credential',
    {
      schema: {
        operationId: 'replaceCredential',
        description: 'The new credential must work before it replaces the old one.',
        tags,
        params: ById,
        body: ReplaceCredential,
        response: { 200: ReplacedCredential },
      },
    },
    async (request) => {
      const { operatorPassword, proof, ...input } = request.body
      await requireProof(request, proofs, { operatorPassword, proof })
      const replaced = await replacements.replace(request.params.id, input)
      request.log.info(
        { operator: request.operator.id, organization: request.params.id },
        'the credential of an organization was replaced',
      )
      return replaced
    },
  )
}
