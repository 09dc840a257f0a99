/** Splits the `scope` parameter into sign-in scopes and those of one resource. */
import type { ServicePrincipal, Tenant } from '../tenant/index.ts'
import { graphAppId, visible } from '../tenant/index.ts'
import { EntraError } from './errors.ts'

const signInScopes = ['openid', 'profile', 'email', 'offline_access']

export type RequestedScopes = {
  readonly signIn: readonly string[]
  /** Name of the resource as asked for: it becomes the token's audience. */
  readonly audience: string
  readonly resource: ServicePrincipal
  /** Permission names without the resource, or the one word `.default`; empty when only sign-in was asked for. */
  readonly names: readonly string[]
}

/** The resource's own names, Graph's address in this tenant included. */
function namesOf(tenant: Tenant, resource: ServicePrincipal): string[] {
  const own = resource.appId === graphAppId ? [tenant.endpoints.graph] : []
  return [...resource.servicePrincipalNames, ...own]
}

function splitScope(tenant: Tenant, scope: string): { audience: string; name: string } {
  if (/[^\x21\x23-\x5b\x5d-\x7e]/.test(scope)) throw invalidScope(scope)
  const cut = scope.lastIndexOf('/')
  // A name alone means Graph of the global cloud, which the other clouds do not have.
  const graph = tenant.cloud.name === 'global' ? tenant.endpoints.graph : 'https://graph.microsoft.com'
  if (cut === -1) return { audience: graph, name: scope }
  return { audience: scope.slice(0, cut), name: scope.slice(cut + 1) }
}

function invalidScope(scope: string): EntraError {
  return new EntraError(
    70011,
    `The provided request must include a 'scope' input parameter. The provided value for the input parameter 'scope' is not valid. The scope ${scope} is not valid.`,
  )
}

/**
 * Throws 70011 for malformed scopes, 700022 for several resources, 500011 for a resource that this tenant and cloud do
 * not have. Without any resource scope the token is for Graph and opens nothing but sign-in.
 */
export function readScopes(tenant: Tenant, scope: string): RequestedScopes {
  const parts = scope.split(' ').filter((part) => part !== '')
  if (parts.length === 0) throw invalidScope(scope)
  const signIn = parts.filter((part) => signInScopes.includes(part))
  const wanted = parts.filter((part) => !signInScopes.includes(part)).map((part) => splitScope(tenant, part))
  const audiences = [...new Set(wanted.map((one) => one.audience.replace(/\/+$/, '').toLowerCase()))]
  if (audiences.length > 1) {
    throw new EntraError(
      700022,
      `The provided value for the input parameter scope '${scope}' isn't valid because it contains more than one resource.`,
    )
  }
  const audience = wanted[0]?.audience ?? tenant.endpoints.graph
  const resource = visible(tenant.directory.servicePrincipals, tenant.clock.now()).find((principal) =>
    namesOf(tenant, principal).includes(audience.replace(/\/+$/, '').toLowerCase()),
  )
  if (resource === undefined) {
    if (!/^(https?|api):\/\/|^[0-9a-f-]{36}$/i.test(audience)) throw invalidScope(scope)
    throw new EntraError(
      500011,
      `The resource principal named ${audience} was not found in the tenant named ${tenant.displayName}. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You might have sent your authentication request to the wrong tenant.`,
    )
  }
  const names = wanted.map((one) => one.name)
  const known = resource.scopes.map((role) => role.value)
  for (const name of names)
    if (name !== '.default' && !known.includes(name)) throw invalidScope(`${audience}/${name}`)
  if (names.includes('.default') && names.length > 1) throw invalidScope(scope)
  return { signIn, audience, resource, names }
}
