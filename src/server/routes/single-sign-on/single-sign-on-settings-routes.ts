import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import { SaveSingleSignOn, SingleSignOnSettings, SingleSignOnTest } from '../../../contract/index.ts'
import { isAppError } from '../../../errors/index.ts'
import type { Proofs, SingleSignOn } from '../../../security/index.ts'
import type { ApiServer } from '../../api-server.ts'
import { originOf } from '../../hosts.ts'
import { toProblem } from '../../problem.ts'
import { requireProof } from '../../proof.ts'

const tags = ['settings']

/** 'Settings > Single sign-on'. For owners: who sets the mappings could make anybody an owner. */
export function registerSingleSignOnSettingsRoutes(
  app: ApiServer,
  services: {
    readonly singleSignOn: SingleSignOn
    readonly proofs: Proofs
  },
): void {
  const { singleSignOn, proofs } = services
  const view = async (request: FastifyRequest): Promise<SingleSignOnSettings> => ({
    redirectUri: `${originOf(request)}/api/v1/session/single-sign-on/return`,
    provider: await singleSignOn.settings.view(),
  })

  app.get(
    '/settings/single-sign-on',
    { schema: { operationId: 'getSingleSignOn', tags, response: { 200: SingleSignOnSettings } } },
    view,
  )

  app.put(
    '/settings/single-sign-on',
    {
      schema: {
        operationId: 'saveSingleSignOn',
        tags,
        body: SaveSingleSignOn,
        response: { 200: SingleSignOnSettings },
      },
    },
    async (request) => {
      const { proof, ...wanted } = request.body
      await requireProof(request, proofs, { proof })
      request.audited['before'] = await singleSignOn.settings.view()
      request.audited['newSecret'] = wanted.clientSecret !== undefined
      await singleSignOn.settings.save(wanted)
      return view(request)
    },
  )

  app.post(
    '/settings/single-sign-on/test',
    {
      schema: {
        operationId: 'testSingleSignOn',
        tags,
        description: 'Asks the provider what it says of itself.',
        response: { 200: SingleSignOnTest },
      },
    },
    async (request) => {
      try {
        return { problem: null, found: await singleSignOn.test() }
      } catch (failure) {
        if (!isAppError(failure) || failure.code === 'SSO_OFF') throw failure
        return { problem: toProblem(failure, request.id), found: null }
      }
    },
  )

  app.delete(
    '/settings/single-sign-on',
    { schema: { operationId: 'removeSingleSignOn', tags, response: { 204: Type.Null() } } },
    async (request, reply) => {
      request.audited['before'] = await singleSignOn.settings.view()
      await singleSignOn.settings.remove()
      return reply.code(204).send(null)
    },
  )
}
