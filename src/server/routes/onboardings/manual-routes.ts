import Type from 'typebox'
import {
  CredentialKind,
  Id,
  MakeCertificate,
  OnboardingDetails,
  OnboardingView,
  RegistrationGuide,
} from '../../../contract/index.ts'
import type { Onboardings } from '../../../onboarding/index.ts'
import type { ApiServer } from '../../api-server.ts'

const ById = Type.Object({ id: Id })
const tags = ['onboarding']

/** The Manual Process: how to register the application, and the fields with its details. */
export function registerManualRoutes(
  app: ApiServer,
  { onboardings }: { readonly onboardings: Onboardings },
): void {
  app.get(
    '/onboardings/:id/registration-guide',
    {
      schema: {
        operationId: 'getRegistrationGuide',
        tags,
        params: ById,
        querystring: Type.Object({ credential: Type.Optional(CredentialKind) }),
        response: { 200: RegistrationGuide },
      },
    },
    async (request) => onboardings.registrationGuide(request.params.id, request.query.credential),
  )

  app.put(
    '/onboardings/:id/details',
    {
      schema: {
        operationId: 'giveOnboardingDetails',
        tags,
        params: ById,
        body: OnboardingDetails,
        response: { 200: OnboardingView },
      },
    },
    async (request) => onboardings.giveDetails(request.params.id, request.body),
  )

  app.post(
    '/onboardings/:id/certificate',
    {
      schema: {
        operationId: 'makeOnboardingCertificate',
        tags,
        params: ById,
        body: Type.Optional(MakeCertificate),
        response: { 200: OnboardingView },
      },
    },
    async (request) => onboardings.makeCertificate(request.params.id, request.body ?? {}),
  )

  app.get(
    '/onboardings/:id/certificate',
    {
      schema: {
        operationId: 'downloadOnboardingCertificate',
        tags,
        params: ById,
        description: 'The public part of the certificate as a PEM file, to be uploaded in the portal.',
      },
    },
    async (request, reply) => {
      const certificate = await onboardings.certificate(request.params.id)
      return reply
        .type('application/x-pem-file')
        .header('content-disposition', 'attachment; filename="bdrcloud-certificate.cer"')
        .send(certificate)
    },
  )
}
