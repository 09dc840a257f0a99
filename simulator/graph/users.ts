/** Users: list, one, delta. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Tenant, User } from '../tenant/index.ts'
import { badRequest, GraphError, notFound } from './errors.ts'
import { decodeToken, encodeToken, filter, type Json, key, option, page, select } from './odata.ts'
import { requirePermission } from './permissions.ts'

/** What Graph returns of a user without `$select`. */
const standard = [
  'businessPhones',
  'displayName',
  'givenName',
  'jobTitle',
  'mail',
  'mobilePhone',
  'officeLocation',
  'preferredLanguage',
  'surname',
  'userPrincipalName',
  'id',
]
const filterable = [
  'id',
  'userPrincipalName',
  'mail',
  'displayName',
  'userType',
  'accountEnabled',
  'givenName',
  'surname',
  'department',
]

export function userJson(user: User): Json {
  const plan = (servicePlanId: string) => ({
    assignedDateTime: user.createdDateTime,
    capabilityStatus: 'Enabled',
    service: 'exchange',
    servicePlanId,
  })
  const exchange = user.hasMailbox
    ? [
        plan('efb87545-963c-4e0d-99df-69c6916d9eb0'),
        // Exchange Online Archiving, as an add-on.
        ...(user.hasArchive ? [plan('176a09a6-7ec5-4039-ac02-b2791c6ba793')] : []),
      ]
    : []
  return {
    id: user.id,
    userPrincipalName: user.userPrincipalName,
    displayName: user.displayName,
    givenName: user.givenName,
    surname: user.surname,
    jobTitle: user.jobTitle,
    department: user.department,
    mail: user.mail,
    mailNickname: user.userPrincipalName.split('@')[0] ?? '',
    userType: user.userType,
    accountEnabled: user.accountEnabled,
    createdDateTime: user.createdDateTime,
    businessPhones: [],
    mobilePhone: null,
    officeLocation: null,
    preferredLanguage: null,
    usageLocation: 'NO',
    proxyAddresses: user.mail === null ? [] : [`SMTP:${user.mail}`],
    assignedLicenses:
      user.hasMailbox && user.mailboxKind === 'user'
        ? [{ disabledPlans: [], skuId: '6fd2c87f-b296-42f0-b197-1e91e994b900' }]
        : [],
    assignedPlans: exchange,
    onPremisesSyncEnabled: null,
  }
}

type UserIndex = {
  readonly version: number
  readonly size: number
  readonly users: ReadonlyMap<string, User>
}
/** Each mail request looks its user up: large tenants need more than a search through the list. */
const indexes = new WeakMap<Tenant, UserIndex>()

/** By object id or principal name. */
export function findUser(tenant: Tenant, idOrName: string): User | undefined {
  let index = indexes.get(tenant)
  if (index === undefined || index.version !== tenant.userVersion || index.size !== tenant.users.length) {
    const byName = tenant.users.map((user) => [user.userPrincipalName.toLowerCase(), user] as const)
    const byId = tenant.users.map((user) => [user.id, user] as const)
    index = { version: tenant.userVersion, size: tenant.users.length, users: new Map([...byName, ...byId]) }
    indexes.set(tenant, index)
  }
  return index.users.get(idOrName.toLowerCase())
}

type DeltaState = { since: number; upTo: number; offset: number; select: string | undefined }

function readState(tenant: Tenant, request: FastifyRequest, reply: FastifyReply): DeltaState {
  const skip = option(request, '$skiptoken')
  const delta = option(request, '$deltatoken')
  const fresh = { since: 0, upTo: tenant.userVersion, offset: 0, select: option(request, '$select') }
  if (skip === undefined && delta === undefined) return fresh
  if (delta === 'latest') return { ...fresh, since: tenant.userVersion }
  const content = decodeToken(skip ?? delta ?? '')
  if (content === undefined || typeof content['upTo'] !== 'number') throw badRequest('Badly formed token.')
  if (content['upTo'] < tenant.oldestUserVersion) {
    reply.header('location', `${tenant.endpoints.graph}/v1.0/users/delta?$deltatoken=`)
    throw new GraphError(
      410,
      'syncStateNotFound',
      'The sync state generation is not found. Please perform a full sync.',
    )
  }
  const kept = typeof content['select'] === 'string' ? content['select'] : undefined
  if (skip !== undefined) {
    return {
      since: Number(content['since']),
      upTo: content['upTo'],
      offset: Number(content['offset']),
      select: kept,
    }
  }
  return { since: content['upTo'], upTo: tenant.userVersion, offset: 0, select: kept }
}

function usersDelta(tenant: Tenant, request: FastifyRequest, reply: FastifyReply): Json {
  for (const name of ['$top', '$orderby', '$expand']) {
    if (option(request, name) !== undefined)
      throw badRequest(`The query parameter '${name}' is not supported with delta.`)
  }
  const state = readState(tenant, request, reply)
  const changed = tenant.users
    .filter((user) => user.version > state.since && user.version <= state.upTo)
    .map(userJson)
  const removed: Json[] =
    state.since === 0
      ? []
      : tenant.removedUsers
          .filter((user) => user.version > state.since && user.version <= state.upTo)
          .map(({ id }) => ({ id, '@removed': { reason: 'changed' } }))
  const all = [...changed, ...removed]
  const preferred = /odata\.maxpagesize=(\d+)/.exec(String(request.headers['prefer'] ?? ''))
  const size = Math.min(Math.max(Number(preferred?.[1] ?? 200), 1), 999)
  const base = `${tenant.endpoints.graph}/v1.0/users/delta`
  const keep = state.select === undefined ? {} : { select: state.select }
  const more = state.offset + size < all.length
  const names = state.select?.split(',').map((name) => name.trim()) ?? standard
  return {
    '@odata.context': `${tenant.endpoints.graph}/v1.0/$metadata#users`,
    ...(more
      ? {
          '@odata.nextLink': `${base}?$skiptoken=${encodeToken({ ...state, ...keep, offset: state.offset + size })}`,
        }
      : { '@odata.deltaLink': `${base}?$deltatoken=${encodeToken({ upTo: state.upTo, ...keep })}` }),
    value: all
      .slice(state.offset, state.offset + size)
      .map((user) =>
        '@removed' in user
          ? user
          : Object.fromEntries(
              Object.entries(user).filter(([name]) => name === 'id' || names.includes(name)),
            ),
      ),
  }
}

export function registerUsers(app: FastifyInstance, tenant: Tenant): void {
  app.get('/users', async (request) => {
    requirePermission(request, 'GET /users')
    const matches = tenant.users.map(userJson).filter(filter(request, filterable))
    return page(
      request,
      tenant,
      '/users',
      matches.map((user) => select(request, user, standard)),
    )
  })
  app.get('/users/$count', async (request, reply) => {
    requirePermission(request, 'GET /users')
    if (request.headers['consistencylevel'] !== 'eventual')
      throw badRequest('$count is not currently supported.')
    return reply
      .type('text/plain')
      .send(String(tenant.users.map(userJson).filter(filter(request, filterable)).length))
  })
  app.get('/users/delta', async (request, reply) => {
    requirePermission(request, 'GET /users/delta')
    return usersDelta(tenant, request, reply)
  })
  app.get('/users/:id', async (request) => {
    requirePermission(request, 'GET /users/{id}')
    const user = findUser(tenant, key(request))
    if (user === undefined) throw notFound(key(request))
    return {
      '@odata.context': `${tenant.endpoints.graph}/v1.0/$metadata#users/$entity`,
      ...select(request, userJson(user), standard),
    }
  })
}
