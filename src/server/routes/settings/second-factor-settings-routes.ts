import { SecondFactorSettings, SetSecondFactor } from '../../../contract/index.ts'
import type { Proofs, SecondFactorPolicy } from '../../../security/index.ts'
import type { ApiServer } from '../../api-server.ts'
import { requireProof } from '../../proof.ts'

const tags = ['settings']

/** 'Settings > Operators': which roles have to have a second factor. */
export function registerSecondFactorSettingsRoutes(
  app: ApiServer,
  services: { readonly policy: SecondFactorPolicy; readonly proofs: Proofs },
): void {
  const { policy, proofs } = services
  app.get(
    '/settings/second-factor',
    { schema: { operationId: 'getSecondFactorSettings', tags, response: { 200: SecondFactorSettings } } },
    async () => ({ requiredFor: await policy.read() }),
  )
  app.put(
    '/settings/second-factor',
    {
      schema: {
        operationId: 'setSecondFactor',
        tags,
        description:
          'Counts at once, also for who is signed in: whoever has none meets nothing else until one is set up.',
        body: SetSecondFactor,
        response: { 200: SecondFactorSettings },
      },
    },
    async (request) => {
      await requireProof(request, proofs, request.body)
      request.audited['before'] = { requiredFor: await policy.read() }
      await policy.write(request.body.requiredFor)
      return { requiredFor: await policy.read() }
    },
  )
}
