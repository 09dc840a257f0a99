/** Which delegated scopes of a sign-in nobody has agreed to yet, and whether this person may. */
import { consented, graphAppId, signInApplications, type Tenant, type User } from '../tenant/index.ts'
import { EntraError } from './errors.ts'
import type { SignInRequest } from './interaction.ts'

/** What an ordinary user may consent to: the tenant's default for low-impact scopes. */
const lowImpact = ['User.Read', 'openid', 'profile', 'email', 'offline_access']

/** `.default` stands for what the application lists as required; `User.Read` when it lists nothing. */
function wantedScopes(tenant: Tenant, request: SignInRequest): string[] {
  if (request.scopes.names[0] !== '.default') return [...request.scopes.names]
  const application = signInApplications(tenant.directory).find((one) => one.appId === request.client.appId)
  const listed = (application?.requiredResourceAccess ?? [])
    .filter((one) => one.resourceAppId === graphAppId)
    .flatMap((one) => one.resourceAccess)
    .filter((one) => one.type === 'Scope')
    .flatMap((one) =>
      request.scopes.resource.scopes.filter((scope) => scope.id === one.id).map((scope) => scope.value),
    )
  return listed.length === 0 ? ['User.Read'] : listed
}

export type ConsentState =
  | { readonly kind: 'none' }
  | { readonly kind: 'ask'; readonly scopes: readonly string[]; readonly admin: boolean }
  | { readonly kind: 'approval' }

/** Throws 65002 when a pre-authorized Microsoft client asks for more than Microsoft allowed it. */
export function consentState(tenant: Tenant, request: SignInRequest, user: User): ConsentState {
  const { client, scopes, prompt } = request
  if (client.preAuthorized !== undefined) {
    const extra = scopes.names.filter((name) => name !== '.default' && !client.preAuthorized?.includes(name))
    if (extra.length > 0) {
      throw new EntraError(
        65002,
        `Consent between first party application '${client.appId}' and first party resource '${scopes.resource.appId}' must be configured via preauthorization - applications owned and operated by Microsoft must get approval from the API owner before requesting tokens for that API.`,
      )
    }
    return { kind: 'none' }
  }
  const given = consented(tenant.directory, client.appId, user.id)
  const wanted = wantedScopes(tenant, request)
  const missing = prompt === 'consent' ? wanted : wanted.filter((name) => !given.has(name))
  if (missing.length === 0) return { kind: 'none' }
  const admin = user.roles.length > 0
  if (!admin && missing.some((name) => !lowImpact.includes(name))) return { kind: 'approval' }
  return { kind: 'ask', scopes: missing, admin }
}
