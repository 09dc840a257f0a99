/** Levers for the directory's and Exchange's peculiarities: delays per object, credential policies, access to mailboxes. */
import type { FastifyInstance } from 'fastify'
import { lagKinds, readAppPolicy, type Tenant } from '../tenant/index.ts'
import { type Body, invalid, numberOf } from './input.ts'

/** `seconds` for everything, or only for the `kinds` that are named. */
function setLag(tenant: Tenant, body: Body): unknown {
  const seconds = numberOf(body, 'seconds', 0, 600)
  const { kinds } = body
  if (kinds === undefined) {
    tenant.lagSeconds = seconds
    for (const kind of lagKinds) delete tenant.lags[kind]
  } else if (Array.isArray(kinds)) {
    for (const name of kinds) {
      const kind = lagKinds.find((one) => one === name)
      if (kind === undefined) throw invalid(`"kinds" knows ${lagKinds.join(', ')}`)
      tenant.lags[kind] = seconds
    }
  } else throw invalid('"kinds" must be a list')
  return { lagSeconds: tenant.lagSeconds, lags: tenant.lags }
}

/** One object or credential, by object, client, key or grant id, is seen `seconds` from now. */
function delayObject({ directory, clock }: Tenant, body: Body): unknown {
  const at = clock.now() + numberOf(body, 'seconds', 0, 1e6) * 1000
  const { id } = body
  const objects = [...directory.applications, ...directory.servicePrincipals].filter((one) => one.id === id)
  const credentials = directory.applications
    .flatMap((one) => [...one.passwordCredentials, ...one.keyCredentials])
    .filter((one) => one.keyId === id)
  const grants = directory.assignments.filter((one) => one.id === id)
  for (const one of objects) one.visibleAt = at
  for (const one of credentials) one.usableAt = at
  for (const one of grants) one.effectiveAt = at
  const delayed = objects.length + credentials.length + grants.length
  if (delayed === 0) throw invalid('"id" names no object, credential or grant')
  return { delayed }
}

/** `default`, and `applications` by client id, where null ends the application's own policy. */
function setAppPolicies({ appPolicies }: Tenant, body: Body): unknown {
  try {
    if (body['default'] !== undefined) appPolicies.default = readAppPolicy(body['default'])
    const { applications } = body
    if (typeof applications === 'object' && applications !== null) {
      for (const [appId, policy] of Object.entries(applications)) {
        if (policy === null) appPolicies.applications.delete(appId)
        else appPolicies.applications.set(appId, readAppPolicy(policy))
      }
    }
  } catch (error) {
    throw invalid(error instanceof Error ? error.message : String(error))
  }
  return { default: appPolicies.default, applications: Object.fromEntries(appPolicies.applications) }
}

/** `users` by principal name or id; absent for every mailbox. */
function readAccess(tenant: Tenant, body: Body) {
  const { appId, users, cacheSeconds } = body
  if (typeof appId !== 'string') throw invalid('"appId" must be a text')
  const ids = Array.isArray(users)
    ? users.map((name: unknown) => {
        const user = tenant.users.find((one) => one.id === name || one.userPrincipalName === name)
        if (user === undefined) throw invalid(`"users" names nobody with ${String(name)}`)
        return user.id
      })
    : undefined
  const wait = cacheSeconds === undefined ? 0 : numberOf(body, 'cacheSeconds', 0, 1e6)
  return {
    appId,
    users: ids === undefined ? undefined : new Set(ids),
    effectiveAt: tenant.clock.now() + wait * 1000,
  }
}

export function registerTrouble(control: FastifyInstance, tenant: Tenant): void {
  const { exchangeAccess } = tenant
  control.post<{ Body: Body }>('/lag', async (request) => setLag(tenant, request.body))
  control.post<{ Body: Body }>('/delay', async (request) => delayObject(tenant, request.body))
  control.post<{ Body: Body }>('/app-policies', async (request) => setAppPolicies(tenant, request.body))
  // RBAC for Applications: `permissions` such as "Application Mail.Read"; an empty list takes everything away.
  control.post<{ Body: Body }>('/rbac', async (request) => {
    const { permissions } = request.body
    if (!Array.isArray(permissions)) throw invalid('"permissions" must be a list')
    const names = permissions.map((name: unknown) => String(name).replace(/^Application /, ''))
    exchangeAccess.rbac.push({ ...readAccess(tenant, request.body), permissions: names })
    return { permissions: names }
  })
  // Application access policy: mailboxes besides `users` are shut; `lifted` ends it.
  control.post<{ Body: Body }>('/access-policy', async (request) => {
    const lifted = request.body['lifted'] === true
    exchangeAccess.policies.push({ ...readAccess(tenant, request.body), lifted })
    return { lifted }
  })
}
