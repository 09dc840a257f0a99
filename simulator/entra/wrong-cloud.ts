/** Accounts and tenants that live in another national cloud than the one that was asked. */
import { homeOf, isGovernment, type Tenant } from '../tenant/index.ts'
import { EntraError } from './errors.ts'

/** Throws 900439 when the account belongs to the US Government and this is another cloud. */
export function checkHomeCloud(tenant: Tenant, login: string): void {
  const home = homeOf(tenant.baseSeed, login.slice(login.lastIndexOf('@') + 1))
  if (home === undefined || !isGovernment(home.cloud) || isGovernment(tenant.cloud.name)) return
  throw new EntraError(
    900439,
    'USGClientNotSupportedOnPublicEndpoint: US Government clients are not supported on the public endpoint.',
  )
}

/**
 * What the sign-in service says of a tenant that it does not have: the public one sends to the national cloud that it knows
 * (90038), the others say that there is none.
 */
export function foreignTenant(tenant: Tenant, segment: string): EntraError {
  const home = homeOf(tenant.baseSeed, segment)
  if (tenant.cloud.name === 'global' && home !== undefined) {
    return new EntraError(
      90038,
      `Tenant '${segment}' request is being redirected to the National Cloud '${home.cloudInstanceName}'.`,
    )
  }
  return new EntraError(
    90002,
    `Tenant '${segment}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.`,
  )
}
