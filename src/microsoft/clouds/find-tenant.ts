/**
 * Which cloud an organization belongs to, and its id, without any credential: by the discovery documents of the login services
 * (Microsoft identity platform, "OpenID Connect"; `tenant_region_sub_scope` as observed by third parties, 2026).
 */
import Type from 'typebox'
import { Value } from 'typebox/value'
import { askLoginService, type LoginServiceOptions } from '../entra/login-service.ts'
import { isMicrosoftError } from '../failures/microsoft-error.ts'
import type { Cloud } from './cloud.ts'

export interface FoundTenant {
  readonly cloud: Cloud
  /** GUID, lower case. */
  readonly tenantId: string
  /** As Microsoft says, e.g. `EU` and `GCC`; null when it does not. */
  readonly region: string | null
  readonly subRegion: string | null
  /** Clouds it may belong to as well: they share a login service, and nothing in its answer tells them apart. */
  readonly alternatives: readonly Cloud[]
}

export interface TenantSearch {
  readonly found: FoundTenant | null
  /** Login services that did not answer: the organization may be there all the same. */
  readonly unreachable: readonly { readonly cloud: Cloud; readonly error: unknown }[]
}

const TenantDocument = Type.Object({
  issuer: Type.String(),
  tenant_region_scope: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  tenant_region_sub_scope: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  msgraph_host: Type.Optional(Type.Union([Type.String(), Type.Null()])),
})
const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const domain = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/i

/**
 * What a person typed as the name of an organization: a tenant id, a domain, or an address with it. Undefined for anything
 * else, of which no login service is asked.
 */
export function readTenantName(typed: string): string | undefined {
  const name = typed.trim().replace(/^.*@/, '').replace(/\.$/, '').toLowerCase()
  return guid.test(name) || domain.test(name) ? name : undefined
}

/** Somebody waits before the next field, and several services may have to be asked. */
const timeoutMs = 10_000

/**
 * Asks each login service once, in the order of the clouds, until one knows the organization.
 * @param name as `readTenantName` gives it
 * @throws the signal's reason; nothing else: what cannot be reached is part of the answer
 */
export async function findTenant(
  service: Omit<LoginServiceOptions, 'cloud'>,
  clouds: readonly Cloud[],
  name: string,
  signal?: AbortSignal,
): Promise<TenantSearch> {
  const unreachable: { cloud: Cloud; error: unknown }[] = []
  const asked = new Set<string>()
  for (const cloud of clouds) {
    if (asked.has(cloud.loginAuthority)) continue
    asked.add(cloud.loginAuthority)
    try {
      const found = await describe({ ...service, cloud }, clouds, name, signal)
      if (found) return { found, unreachable }
    } catch (error) {
      signal?.throwIfAborted()
      if (!isRefusal(error)) unreachable.push({ cloud, error })
    }
  }
  return { found: null, unreachable }
}

/** "There is no such tenant here", or "it is in another cloud": both mean that another service has to be asked. */
function isRefusal(error: unknown): boolean {
  const status = isMicrosoftError(error) ? error.microsoft.httpStatus : undefined
  return status !== undefined && status >= 400 && status < 500 && status !== 408 && status !== 429
}

async function describe(
  service: LoginServiceOptions,
  clouds: readonly Cloud[],
  name: string,
  signal: AbortSignal | undefined,
): Promise<FoundTenant | undefined> {
  const { body } = await askLoginService(service, {
    url: `${service.cloud.loginAuthority}/${encodeURIComponent(name)}/v2.0/.well-known/openid-configuration`,
    signal,
    timeoutMs,
  })
  if (!Value.Check(TenantDocument, body) || !URL.canParse(body.issuer)) return undefined
  const issuer = new URL(body.issuer)
  const tenantId = issuer.pathname.split('/')[1] ?? ''
  if (!guid.test(tenantId)) return undefined
  const region = body.tenant_region_scope ?? null
  const subRegion = body.tenant_region_sub_scope ?? null
  // A login service also describes tenants of others that it knows; the issuer is their own.
  const candidates = clouds.filter(({ loginAuthority, loginAliases }) =>
    [loginAuthority, ...loginAliases].includes(issuer.origin),
  )
  const certain =
    candidates.find(({ regionSubScopes }) => subRegion !== null && regionSubScopes.includes(subRegion)) ??
    candidates.find(({ graphRoot }) => new URL(graphRoot).host === body.msgraph_host)
  const cloud = certain ?? candidates[0]
  const alternatives = certain ? [] : candidates.slice(1)
  return cloud && { cloud, tenantId: tenantId.toLowerCase(), region, subRegion, alternatives }
}
