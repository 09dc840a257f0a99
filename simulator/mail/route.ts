import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify'
import { GraphError } from '../graph/errors.ts'
import { type Endpoint, requirePermission } from '../graph/permissions.ts'
import { isShutOut, rbacPermissions } from '../tenant/index.ts'
import { accessDenied } from './failures.ts'
import { folderOf, type House, messageOf } from './house.ts'
import type { Folder, Mailbox, Message } from './mailbox.ts'
import { type Preferences, type Query, readPreferences, readQuery } from './query.ts'

/**
 * What every request for a mailbox passes: permission, mailbox, the limits of Exchange, then the handler.
 * The count of requests in flight starts when a request arrives and ends when its answer is sent or abandoned.
 */

export type MailRequest = {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly mailbox: Mailbox
  readonly query: Query
  readonly preferences: Preferences
  /** Address of the mailbox, without a slash at the end. */
  readonly address: string
  /** `@odata.context` of a collection of the mailbox. */
  readonly context: (collection: string) => string
  readonly parameter: (name: string) => string
  /** The folder of the path, if the path has one. */
  readonly folder: () => Folder
  readonly message: () => Message
}

export type MailHandler = (mail: MailRequest) => unknown

/** Graph takes JSON requests up to 4 MB. */
const bodyLimit = 4 * 1024 * 1024

const parametersOf = (request: FastifyRequest): Readonly<Record<string, string>> =>
  request.params as Readonly<Record<string, string>>

/** Exchange's own grants join the roles of the token; its access policies come before both. */
const askExchange = ({ tenant, office }: House, request: FastifyRequest): void => {
  const { caller } = request
  const user = office.userOf(parametersOf(request)['user'] ?? '')
  if (caller.kind !== 'app' || user === undefined) return
  const now = tenant.clock.now()
  if (isShutOut(tenant.exchangeAccess, caller.appId, user.id, now))
    throw new GraphError(403, 'ErrorAccessDenied', 'Access to OData is disabled.')
  const added = rbacPermissions(tenant.exchangeAccess, caller.appId, user.id, now)
  if (added.length > 0) request.caller = { ...caller, roles: [...caller.roles, ...added] }
}

const admit = async (
  house: House,
  request: FastifyRequest,
  reply: FastifyReply,
  endpoint: Endpoint,
): Promise<void> => {
  // Neither Exchange's own grants nor its policies know of tasks.
  if (!endpoint.includes('/todo')) askExchange(house, request)
  requirePermission(request, endpoint)
  const { caller } = request
  const mailbox = house.office.open(parametersOf(request)['user'] ?? '')
  if (caller.kind === 'user' && caller.userId !== mailbox.userId) throw accessDenied()
  const bytes = request.method === 'GET' ? 0 : Number(request.headers['content-length'] ?? 0)
  const isBatched = request.headers['x-simulator-batch'] !== undefined
  const leave = await house.throttle.enter(caller.appId, mailbox.userId, endpoint, bytes, isBatched)
  reply.raw.once('finish', leave)
  reply.raw.once('close', leave)
  // A client that went away meanwhile causes no more events.
  if (reply.raw.closed || reply.raw.destroyed || request.raw.destroyed) leave()
  const failure = house.failing.get(mailbox.userId)
  if (failure) throw new GraphError(failure.status, failure.code, failure.message)
}

const readRequest = (house: House, request: FastifyRequest, reply: FastifyReply): MailRequest => {
  const parameters = parametersOf(request)
  const parameter = (name: string): string => parameters[name] ?? ''
  const mailbox = house.office.open(parameter('user'))
  const preferences = readPreferences(request)
  if (preferences.applied !== '') reply.header('preference-applied', preferences.applied)
  const folder = (): Folder => folderOf(mailbox, parameter('folder'))
  return {
    request,
    reply,
    mailbox,
    query: readQuery(request),
    preferences,
    address: `${house.tenant.endpoints.graph}/v1.0/users/${encodeURIComponent(parameter('user'))}`,
    context: (collection) =>
      `${house.tenant.endpoints.graph}/v1.0/$metadata#users('${encodeURIComponent(parameter('user'))}')/${collection}`,
    parameter,
    folder,
    message: () =>
      messageOf(
        mailbox,
        parameter('message'),
        preferences.immutableIds,
        parameters['folder'] === undefined ? undefined : folder(),
      ),
  }
}

export type AddRoute = (method: HTTPMethods, path: string, endpoint: Endpoint, handler: MailHandler) => void

/** Gives the function that adds one route below `/users/:user`. */
export const mailRoutes =
  (app: FastifyInstance, house: House): AddRoute =>
  (method, path, endpoint, handler) => {
    app.route({
      method,
      url: `/users/:user${path}`,
      onRequest: (request, reply) => admit(house, request, reply, endpoint),
      handler: async (request, reply) => {
        if (Number(request.headers['content-length'] ?? 0) > bodyLimit)
          throw new GraphError(413, 'BadRequest', 'The maximum request length supported is 4MB.')
        const mail = readRequest(house, request, reply)
        const delay = house.delays.get(mail.mailbox.userId) ?? 0
        if (delay > 0) await sleep(delay)
        const answer = await handler(mail)
        return reply.sent ? reply : (answer ?? reply)
      },
    })
  }
