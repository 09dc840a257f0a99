import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify'
import { GraphError } from '../graph/errors.ts'
import { type Json, option } from '../graph/odata.ts'
import { allowedBy, type Endpoint } from '../graph/permissions.ts'
import { childNamed, type Drive, type DriveItem } from './drive.ts'
import { accessDenied, invalidRequest, itemNotFound } from './failures.ts'
import type { Conflict, House } from './house.ts'
import type { Cost } from './throttle.ts'

/** What every request for a drive passes: permission, the limits of SharePoint, the lock of the site, then the handler. */

export type DriveRequest = {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly parameter: (name: string) => string
  readonly select: readonly string[] | undefined
  /** The drive of the path, locked or not. */
  readonly drive: () => Drive
  readonly item: () => DriveItem
  readonly conflict: (fallback: Conflict) => Conflict
}

export type DriveHandler = (asked: DriveRequest) => unknown

export type AddRoute = (
  method: HTTPMethods,
  path: string,
  endpoint: Endpoint,
  cost: Cost | ((request: FastifyRequest) => Cost),
  handler: DriveHandler,
) => void

export const isConflict = (text: unknown): text is Conflict =>
  text === 'fail' || text === 'replace' || text === 'rename'

function requireUnlocked(drive: Drive): Drive {
  if (drive.lock)
    throw new GraphError(423, drive.lock, 'The resource you are attempting to access is locked.')
  return drive
}

/** `root`, an id, or a path below one, which the address had between colons. */
function itemOf(drive: Drive, id: string, path: string | undefined): DriveItem {
  const start = id === 'root' ? drive.root : drive.items.get(id)
  if (!start) throw itemNotFound()
  if (path === undefined) return start
  let at: DriveItem | undefined = start
  for (const name of decodeURIComponent(path)
    .split('/')
    .filter((one) => one !== '')) {
    at = childNamed(at, name)
    if (!at) throw itemNotFound()
  }
  return at
}

function read(house: House, request: FastifyRequest, reply: FastifyReply): DriveRequest {
  const parameters = request.params as Readonly<Record<string, string>>
  const parameter = (name: string): string => parameters[name] ?? ''
  const drive = () => requireUnlocked(house.archive.drive(parameter('drive')))
  return {
    request,
    reply,
    parameter,
    select: option(request, '$select')
      ?.split(',')
      .map((name) => name.trim()),
    drive,
    item: () => itemOf(drive(), parameter('item'), parameters['path']),
    conflict: (fallback) => {
      const asked = option(request, '@microsoft.graph.conflictBehavior') ?? fallback
      if (!isConflict(asked)) throw invalidRequest(`Invalid value '${asked}' for conflictBehavior.`)
      return asked
    },
  }
}

/** Gives the function that adds one route below `/v1.0`. */
export const driveRoutes =
  (app: FastifyInstance, house: House): AddRoute =>
  (method, path, endpoint, cost, handler) => {
    app.route({
      method,
      url: path,
      onRequest: async (request, reply) => {
        const { caller } = request
        const held = caller.kind === 'app' ? caller.roles : caller.scopes
        if (!allowedBy(caller, endpoint).some((name) => held.includes(name))) throw accessDenied()
        const units = typeof cost === 'function' ? cost(request) : cost
        const userAgent = String(request.headers['user-agent'] ?? '')
        reply.headers(house.throttle.enter(caller.appId, units, endpoint, userAgent))
      },
      handler: async (request, reply) => {
        house.asking = request.caller.appId
        const answer = await handler(read(house, request, reply))
        return reply.sent ? reply : (answer ?? reply)
      },
    })
  }

/** A page of a list: `$top` (default 200, at most 999), `$skiptoken` a number. */
export const listPage = (
  { request }: DriveRequest,
  address: string,
  objects: readonly (() => Json)[],
): Json => {
  const top = Math.min(999, Number(option(request, '$top') ?? 200))
  const start = Number(option(request, '$skiptoken') ?? 0)
  if (!Number.isInteger(top) || top < 1 || !Number.isInteger(start)) throw invalidRequest('Invalid page.')
  const select = option(request, '$select')
  const more = `$top=${top}&$skiptoken=${start + top}${select === undefined ? '' : `&$select=${select}`}`
  return {
    ...(start + top < objects.length ? { '@odata.nextLink': `${address}?${more}` } : {}),
    value: objects.slice(start, start + top).map((show) => show()),
  }
}
