import type { FastifyRequest } from 'fastify'
import { CreateFirstOperator, SessionView, SetupStatus } from '../../../contract/index.ts'
import type { Setup } from '../../../security/index.ts'
import type { ApiServer } from '../../api-server.ts'
import { fail } from '../../errors.ts'
import { hostNameOf, isLoopbackAddress, isLoopbackName } from '../../hosts.ts'
import type { SessionDesk } from '../../session-cookie.ts'
import { signInRateLimit } from '../../sign-in-rate-limit.ts'

const tags = ['setup']

/** The first operator, made with the link that the terminal shows. */
export function registerSetupRoutes(app: ApiServer, services: { setup: Setup; desk: SessionDesk }): void {
  const { setup, desk } = services
  app.get(
    '/setup',
    {
      config: { access: 'open' },
      schema: { operationId: 'getSetupStatus', tags, security: [], response: { 200: SetupStatus } },
    },
    async () => ({ needed: await setup.needed() }),
  )
  app.post(
    '/setup/operator',
    {
      config: { access: 'open', rateLimit: signInRateLimit },
      schema: {
        operationId: 'createFirstOperator',
        tags,
        security: [],
        body: CreateFirstOperator,
        response: { 201: SessionView },
      },
    },
    async (request, reply) => {
      if (!comesFromThisMachine(request)) throw fail('SRV_LOOPBACK_ONLY')
      const { token, ...operator } = request.body
      const created = await setup.createFirstOperator(token, operator)
      return reply.code(201).send(await desk.open(reply, created))
    },
  )
}

/** By the socket's own address and the name asked for, and not through a proxy, which makes everyone look local. */
function comesFromThisMachine(request: FastifyRequest): boolean {
  const { headers, socket } = request
  const forwarded = [
    'forwarded',
    'x-forwarded-for',
    'x-forwarded-host',
    'x-forwarded-proto',
    'x-real-ip',
    'via',
  ]
  return (
    isLoopbackAddress(socket.remoteAddress) &&
    isLoopbackName(hostNameOf(headers.host) ?? '') &&
    forwarded.every((name) => headers[name] === undefined)
  )
}
