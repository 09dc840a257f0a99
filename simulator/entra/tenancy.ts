/** Which tenant the first segment of a path names. */
import type { Tenant } from '../tenant/index.ts'
import { EntraError } from './errors.ts'

export type Authority = 'tenant' | 'organizations' | 'common' | 'consumers'

const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const domainName = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/i

/** Throws 90002 for a tenant that is not there and 900023 for what cannot be one. */
export function readAuthority(tenant: Tenant, segment: string): Authority {
  const name = segment.toLowerCase()
  if (name === 'organizations' || name === 'common' || name === 'consumers') return name
  if (name === tenant.id || tenant.domains.includes(name)) return 'tenant'
  if (guid.test(name) || domainName.test(name)) {
    throw new EntraError(
      90002,
      `Tenant '${segment}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.`,
    )
  }
  throw new EntraError(
    900023,
    `Specified tenant identifier '${segment}' is neither a valid DNS name, nor a valid external domain.`,
  )
}
