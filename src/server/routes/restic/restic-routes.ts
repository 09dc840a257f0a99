import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import { CreateResticAccess, Id, NewResticAccess, ResticAccessList } from '../../../contract/index.ts'
import {
  type ResticAccesses,
  type ResticEndpoint,
  resticCommands,
  restLocation,
} from '../../../jobs/index.ts'
import type { ApiServer } from '../../api-server.ts'
import { bareHeaders } from '../../bare-headers.ts'

const ById = Type.Object({ id: Id })
const ByAccess = Type.Object({ id: Id, accessId: Id })
const tags = ['repository']

/** Where restic finds repositories. Not beneath the API: nobody signs in here, each request brings user and password. */
export const resticBase = '/restic'

/** Requests a minute from one address: restic asks for each piece of a pack. */
const requestsPerMinute = 60_000

/** `GET`, `HEAD`, `POST` and `DELETE` beneath `/restic/<organization id>/`, with bodies left to the endpoint. */
export async function registerResticEndpoint(app: ApiServer, endpoint: ResticEndpoint): Promise<void> {
  await app.register(
    async (scope) => {
      scope.removeAllContentTypeParsers()
      scope.addContentTypeParser('*', (_request, _body, done) => done(null))
      scope.route({
        method: ['GET', 'HEAD', 'POST', 'DELETE'],
        url: '/:organizationId/*',
        exposeHeadRoute: false,
        config: {
          access: 'open',
          forPrograms: true,
          rateLimit: { max: requestsPerMinute, timeWindow: 60_000 },
        },
        schema: { hide: true },
        handler: async (request, reply) => {
          const { organizationId, '*': rest } = request.params as { organizationId: string; '*': string }
          reply.hijack()
          for (const [name, value] of Object.entries(bareHeaders)) reply.raw.setHeader(name, value)
          const asked = { organizationId, path: `/${rest}`, caller: request.ip }
          await endpoint.handle(request.raw, reply.raw, asked)
        },
      })
    },
    { prefix: resticBase },
  )
}

/** Who may read an organization's repository with stock restic. */
export function registerResticAccessRoutes(
  app: ApiServer,
  services: {
    readonly accesses: ResticAccesses
    readonly organizations: { get(id: string): Promise<unknown> }
    /** Throws where there is no repository yet. */
    readonly repositories: { location(organizationId: string): Promise<string> }
  },
): void {
  const { accesses, organizations, repositories } = services

  app.get(
    '/organizations/:id/restic-accesses',
    {
      schema: { operationId: 'listResticAccesses', tags, params: ById, response: { 200: ResticAccessList } },
    },
    async (request) => {
      const { id } = request.params
      await organizations.get(id)
      return { address: addressOf(request, id), items: await accesses.list(id) }
    },
  )

  app.post(
    '/organizations/:id/restic-accesses',
    {
      schema: {
        operationId: 'createResticAccess',
        tags,
        params: ById,
        body: CreateResticAccess,
        response: { 201: NewResticAccess },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      await organizations.get(id)
      await repositories.location(id)
      const { label } = request.body
      const { access, password } = await accesses.create(id, { label, createdBy: request.operator.id })
      request.log.info(
        { operator: request.operator.id, organization: id, access: access.id },
        'access with restic was given',
      )
      const address = addressOf(request, id)
      const commands = resticCommands(restLocation(address, access.userName, password))
      return reply.code(201).send({ access, address, password, commands })
    },
  )

  app.delete(
    '/organizations/:id/restic-accesses/:accessId',
    {
      schema: {
        operationId: 'revokeResticAccess',
        tags,
        params: ByAccess,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const { id, accessId } = request.params
      await accesses.revoke(id, accessId)
      request.log.info(
        { operator: request.operator.id, organization: id, access: accessId },
        'access with restic was revoked',
      )
      return reply.code(204).send(null)
    },
  )
}

/** By the name that the caller knows the server by. */
function addressOf(request: FastifyRequest, organizationId: string): string {
  return `${request.protocol}://${request.host}${resticBase}/${organizationId}/`
}
