/** Which tenant the first segment of a path names. */
import type { Tenant } from '../tenant/index.ts'
import type { Client } from './clients.ts'
import { EntraError } from './errors.ts'
import { foreignTenant } from './wrong-cloud.ts'

export type Authority = 'tenant' | 'organizations' | 'common' | 'consumers'

const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const domainName = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/i

/** Throws 90002 or 90038 for a tenant that is not here and 900023 for what cannot be one. */
export function readAuthority(tenant: Tenant, segment: string): Authority {
  const name = segment.toLowerCase()
  if (name === 'organizations' || name === 'common' || name === 'consumers') return name
  if (name === tenant.id || tenant.domains.includes(name)) return 'tenant'
  if (guid.test(name) || domainName.test(name)) {
    throw foreignTenant(tenant, segment)
  }
  throw new EntraError(
    900023,
    `Specified tenant identifier '${segment}' is neither a valid DNS name, nor a valid external domain.`,
  )
}

/** Throws 50194 when an application of one tenant is used where no tenant is named. */
export function requireMultiTenant(tenant: Tenant, segment: string, client: Client): void {
  if (readAuthority(tenant, segment) === 'tenant' || client.multiTenant) return
  throw new EntraError(
    50194,
    `Application '${client.appId}'(${client.displayName}) is not configured as a multi-tenant application. Usage of the /common endpoint is not supported for such apps created after '10/15/2018'. Use a tenant-specific endpoint or configure the application to be multi-tenant.`,
  )
}
