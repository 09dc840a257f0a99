import Type from 'typebox'
import { MicrosoftExplanation } from '../../../contract/index.ts'
import { explainCode, lookUpAddress } from '../../../microsoft/index.ts'
import type { ApiServer } from '../../api-server.ts'
import { fail } from '../../errors.ts'

/** Looks an error up that Microsoft showed on a page of its own, of which this server never hears. */
export function registerExplanationRoutes(app: ApiServer): void {
  app.get(
    '/microsoft-errors/:code',
    {
      schema: {
        operationId: 'explainMicrosoftError',
        tags: ['onboarding'],
        summary:
          "The explanation of one of Microsoft's errors: an AADSTS number, an OAuth error or a code of Graph.",
        params: Type.Object({
          code: Type.String({ minLength: 3, maxLength: 100, pattern: '^[A-Za-z0-9_]+$' }),
        }),
        response: { 200: MicrosoftExplanation },
      },
    },
    async (request) => {
      const found = explainCode(request.params.code)
      if (!found) {
        const { code } = request.params
        throw fail('SRV_EXPLANATION_UNKNOWN', { code, address: lookUpAddress(code) })
      }
      return found
    },
  )
}
