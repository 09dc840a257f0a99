/**
 * Microsoft Graph as an HTTP app under `/v1.0`: authentication by token, error envelope, request ids, faults, latency,
 * `$batch`, the directory's routes here, those of mail and drives from their own folders.
 */
import { randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type DriveControl, type DriveHouse, registerDrives } from '../drives/index.ts'
import type { Signer } from '../entra/index.ts'
import { type MailControl, registerMail } from '../mail/index.ts'
import { type Faults, logRequests, type RequestLog } from '../observation/index.ts'
import { type OutlookControl, registerOutlook } from '../outlook/index.ts'
import type { Tenant } from '../tenant/index.ts'
import { registerAppPolicies } from './app-policies.ts'
import { registerAppRoleAssignments } from './app-role-assignments.ts'
import { registerApplications } from './applications.ts'
import { authenticate } from './authentication.ts'
import { batchHeader, registerBatch } from './batch.ts'
import { registerCredentials } from './credentials.ts'
import { registerDeletedItems } from './deleted-items.ts'
import { errorBody, GraphError } from './errors.ts'
import { registerGroups } from './groups.ts'
import { registerOrganization } from './organization.ts'
import type { Caller } from './permissions.ts'
import { registerServicePrincipals } from './service-principals.ts'
import { registerUsers } from './users.ts'

export type GraphParts = {
  readonly tenant: Tenant
  readonly signer: Signer
  readonly faults: Faults
  readonly log: RequestLog
}

/** `/applications(appId='x')` becomes `/applications/appId='x'`, `/users('x')` becomes `/users/x`. */
export function plainPath(url: string): string {
  const cut = url.indexOf('?')
  const path = (cut === -1 ? url : url.slice(0, cut))
    .replace(/%28/gi, '(')
    .replace(/%29/g, ')')
    .replace(/%27/g, "'")
  const plain = path
    .replace(/\((\w+)='([^']*)'\)/g, "/$1='$2'")
    .replace(/\('([^']*)'\)/g, '/$1')
    .replace(/\/(delta)\(\)/g, '/$1')
  const routed = drivePath(plain)
  return cut === -1 ? routed : routed + url.slice(cut)
}

/** `/drives/d/root:/a/b:/content` becomes `/drives/d/items/root/_path/a%2Fb/content`: one parameter for the path between colons. */
function drivePath(path: string): string {
  const match = /^(.*\/drives\/[^/]+)\/(?:root|items\/([^/:]+))(:\/[^:]*:?|)(\/.*)?$/.exec(path)
  if (!match) return path
  const [, drive = '', id = 'root', between = '', rest = ''] = match
  if (between !== '') {
    const inner = between.slice(2).replace(/:$/, '')
    return `${drive}/items/${id}/_path/${encodeURIComponent(inner)}${rest}`
  }
  return `${drive}/items/${id}${rest}`
}

function sendError(
  tenant: Tenant,
  request: FastifyRequest,
  reply: FastifyReply,
  error: GraphError,
): FastifyReply {
  return reply
    .code(error.status)
    .headers(error.options.headers ?? {})
    .type('application/json; odata.metadata=minimal; charset=utf-8')
    .send(JSON.stringify(errorBody(error, tenant.clock.now(), request.id, request.clientRequestId)))
}

function toGraphError(error: unknown): GraphError {
  if (error instanceof GraphError) return error
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500
  const message = error instanceof Error ? error.message : String(error)
  if (status === 413) return new GraphError(413, 'RequestEntityTooLarge', 'The request is too large.')
  if (status === 415) return new GraphError(415, 'UnsupportedMediaType', message)
  if (status < 500) return new GraphError(status, 'BadRequest', message)
  process.stderr.write(`simulator: ${error instanceof Error ? (error.stack ?? message) : message}\n`)
  return new GraphError(500, 'InternalServerError', message)
}

function unknownSegment(segment: string): GraphError {
  return new GraphError(400, 'BadRequest', `Resource not found for the segment '${segment}'.`)
}

/** Throws for what the schema of this cloud does not declare. */
function requireFeature(tenant: Tenant, request: FastifyRequest): void {
  const path = (request.url.split('?')[0] ?? '').replace(/^\/v1\.0/, '')
  const missing = tenant.cloud.missingPaths.find(([pattern]) => pattern.test(path))
  if (missing !== undefined) throw unknownSegment(missing[1])
}

function addHooks(app: FastifyInstance, { tenant, faults, log }: GraphParts): void {
  logRequests(app, {
    server: 'graph',
    log,
    now: () => tenant.clock.now(),
    batched: (request) => request.headers[batchHeader] !== undefined,
    appId: (request) => request.caller?.appId,
  })
  app.addHook('onRequest', async (request, reply) => {
    const sent = request.headers['client-request-id']
    request.clientRequestId = typeof sent === 'string' ? sent : request.id
    reply.headers({
      'request-id': request.id,
      'client-request-id': request.clientRequestId,
      date: new Date(tenant.clock.now()).toUTCString(),
      'x-ms-ags-diagnostic':
        '{"ServerInfo":{"DataCenter":"Simulated","Slice":"E","Ring":"0","ScaleUnit":"000","RoleInstance":"SIM0"}}',
    })
    if (await faults.apply('graph', request, reply)) return reply
    return undefined
  })
  // After all onRequest hooks: a slow request is in flight for those who count requests in flight.
  app.addHook('preHandler', async () => {
    const { latencyMilliseconds } = tenant.options
    if (latencyMilliseconds > 0) await new Promise((resolve) => setTimeout(resolve, latencyMilliseconds))
  })
}

/** Control functions of the sides of the tenant that hold content, and what the host of files needs. */
export type GraphControl = {
  readonly mail: MailControl
  readonly outlook: OutlookControl
  readonly drives: DriveControl
  readonly driveHouse: DriveHouse
}

/** Registers everything on a bare fastify instance. */
export async function registerGraph(app: FastifyInstance, parts: GraphParts): Promise<GraphControl> {
  const { tenant, signer } = parts
  let control: GraphControl | undefined
  app.decorateRequest('caller', null as unknown as Caller)
  app.decorateRequest('clientRequestId', '')
  app.setErrorHandler((error, request, reply) => sendError(tenant, request, reply, toGraphError(error)))
  app.setNotFoundHandler((request, reply) => {
    const known = (['GET', 'POST', 'PATCH', 'DELETE'] as const).some(
      (method) => app.findRoute({ method, url: plainPath(request.originalUrl).split('?')[0] ?? '' }) !== null,
    )
    if (known) {
      const message = 'Specified HTTP method is not allowed for the request target.'
      return sendError(tenant, request, reply, new GraphError(405, 'Request_BadRequest', message))
    }
    const segments = (request.url.split('?')[0] ?? '').split('/').filter((segment) => segment !== '')
    // Below a known object it is what follows the object's id that is unknown.
    const below = ['users', 'groups'].includes(segments[1] ?? '') ? segments[3] : undefined
    const segment = below ?? segments[1] ?? segments[0] ?? ''
    return sendError(tenant, request, reply, unknownSegment(decodeURIComponent(segment)))
  })
  addHooks(app, parts)
  // An empty JSON body is no error for actions without parameters.
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    const text = String(body)
    if (text.trim() === '') return done(null, undefined)
    try {
      done(null, JSON.parse(text))
    } catch {
      done(
        new GraphError(
          400,
          'BadRequest',
          'Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.',
        ),
      )
    }
  })
  await app.register(
    async (v1) => {
      v1.addHook('onRequest', async (request) => {
        if (request.routeOptions.config.anonymous === true) return
        request.caller = await authenticate(tenant, signer, request)
        requireFeature(tenant, request)
      })
      registerBatch(v1)
      registerOrganization(v1, tenant)
      registerUsers(v1, tenant)
      registerGroups(v1, tenant)
      registerApplications(v1, tenant)
      registerCredentials(v1, tenant)
      registerServicePrincipals(v1, tenant)
      registerAppRoleAssignments(v1, tenant)
      registerDeletedItems(v1, tenant)
      registerAppPolicies(v1, tenant)
      const mail = registerMail(v1, tenant)
      const drives = registerDrives(v1, tenant)
      const outlook = registerOutlook(v1, mail.add, mail.house)
      control = { mail: mail.control, outlook, drives: drives.control, driveHouse: drives.house }
    },
    { prefix: '/v1.0' },
  )
  if (control === undefined) throw new Error('The routes of Graph were not registered')
  return control
}

/** Fastify options that the Graph server needs: GUIDs as request ids, OData keys in paths, long item ids. */
export const graphServerOptions = {
  genReqId: () => randomUUID(),
  rewriteUrl: (request: { url?: string | undefined }) => plainPath(request.url ?? '/'),
  // Graph takes JSON bodies up to 4 MB; upload sessions take fragments below 60 MiB.
  bodyLimit: 64 * 1024 * 1024,
  routerOptions: { maxParamLength: 8000 },
}
