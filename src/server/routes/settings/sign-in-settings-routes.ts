import Type from 'typebox'
import {
  PendingCertificate,
  SaveSignInClient,
  SetExternalAddress,
  SignInCloudView,
  SignInSettings,
  SignInWays,
} from '../../../contract/index.ts'
import { type Cloud, findCloud } from '../../../microsoft/index.ts'
import type { SignInClients } from '../../../onboarding/index.ts'
import type { Proofs } from '../../../security/index.ts'
import type { ApiServer } from '../../api-server.ts'
import { originOf } from '../../hosts.ts'
import { requireProof } from '../../proof.ts'

const ByCloud = Type.Object({ cloud: Type.String({ maxLength: 40 }) })
const tags = ['settings']

/** 'Settings > Microsoft sign-in': the operator's own applications, and how an administrator can sign in from here. */
export function registerSignInSettingsRoutes(
  app: ApiServer,
  services: {
    readonly clients: SignInClients
    readonly clouds: readonly Cloud[]
    readonly proofs: Proofs
  },
): void {
  const { clients, clouds, proofs } = services

  app.get(
    '/clouds/:cloud/sign-in',
    { schema: { operationId: 'getSignInWays', tags, params: ByCloud, response: { 200: SignInWays } } },
    async (request) => clients.ways(findCloud(clouds, request.params.cloud), originOf(request)),
  )

  app.get(
    '/settings/sign-in',
    { schema: { operationId: 'getSignInSettings', tags, response: { 200: SignInSettings } } },
    async () => clients.settings(),
  )

  app.put(
    '/settings/sign-in/external-address',
    {
      schema: {
        operationId: 'setExternalAddress',
        tags,
        body: SetExternalAddress,
        response: { 200: SignInSettings },
      },
    },
    async (request) => {
      const { externalAddress } = request.body
      await requireProof(request, proofs, request.body)
      request.log.info({ operator: request.operator.id, externalAddress }, 'the external address was changed')
      return clients.setExternalAddress(externalAddress)
    },
  )

  app.post(
    '/settings/sign-in/clouds/:cloud/certificate',
    {
      schema: {
        operationId: 'makeSignInCertificate',
        tags,
        params: ByCloud,
        response: { 201: PendingCertificate },
      },
    },
    async (request, reply) =>
      reply.code(201).send(await clients.makeCertificate(request.params.cloud, request.operator.id)),
  )

  app.put(
    '/settings/sign-in/clouds/:cloud',
    {
      schema: {
        operationId: 'saveSignInClient',
        tags,
        params: ByCloud,
        body: SaveSignInClient,
        response: { 200: SignInCloudView },
      },
    },
    async (request) => {
      const { cloud } = request.params
      await requireProof(request, proofs, request.body)
      request.log.info({ operator: request.operator.id, cloud }, 'the sign-in application is being changed')
      return clients.save(cloud, request.body, request.operator.id)
    },
  )

  app.post(
    '/settings/sign-in/clouds/:cloud/test',
    {
      schema: {
        operationId: 'testSignInClient',
        tags,
        params: ByCloud,
        response: { 200: SignInCloudView },
      },
    },
    async (request) => clients.test(request.params.cloud),
  )

  app.delete(
    '/settings/sign-in/clouds/:cloud',
    {
      schema: { operationId: 'removeSignInClient', tags, params: ByCloud, response: { 204: Type.Null() } },
    },
    async (request, reply) => {
      await clients.remove(request.params.cloud)
      request.log.info(
        { operator: request.operator.id, cloud: request.params.cloud },
        'the sign-in application was removed',
      )
      return reply.code(204).send(null)
    },
  )
}
