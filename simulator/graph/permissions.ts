/**
 * Decides whether a caller may use an endpoint: applications by the `roles` in their token, people by its `scp`.
 * The refusal speaks the dialect of the service behind the endpoint.
 */
import type { FastifyRequest } from 'fastify'
import { applicationPermissions, type Endpoint } from './endpoint-permissions.ts'
import { GraphError, requestDenied } from './errors.ts'

export type { Endpoint } from './endpoint-permissions.ts'

/** Who asks, from the access token. */
export type Caller = {
  readonly kind: 'app' | 'user'
  readonly appId: string
  readonly tenantId: string
  /** Object id of the service principal, or of the user. */
  readonly objectId: string
  readonly roles: readonly string[]
  readonly scopes: readonly string[]
  readonly userId?: string
}

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller
    clientRequestId: string
  }
  interface FastifyContextConfig {
    /** The route needs no token: upload sessions with an address that is its own key. */
    anonymous?: boolean
  }
}

const directory = ['Directory.AccessAsUser.All', 'Directory.Read.All', 'Directory.ReadWrite.All']
const anyUserScope = ['User.Read', 'User.ReadBasic.All', 'User.Read.All', 'User.ReadWrite.All', ...directory]

/** Scopes of a delegated token, by the beginning of the path. Coarser than for applications: enough for onboarding. */
function delegatedScopes(endpoint: Endpoint): readonly string[] {
  const [method = '', path = ''] = endpoint.split(' ')
  const write = method !== 'GET'
  if (path.startsWith('/me') || path === '/organization') return anyUserScope
  if (/^\/(policies|sites|drives)|\/drives?$/.test(path)) return applicationPermissions[endpoint]
  if (path === '/domains') return ['Domain.Read.All', 'Directory.Read.All', 'Directory.ReadWrite.All']
  if (path.includes('/appRoleAssign')) {
    return write
      ? ['AppRoleAssignment.ReadWrite.All']
      : ['Application.Read.All', 'Application.ReadWrite.All', ...directory]
  }
  if (/^\/(applications|servicePrincipals|directory)/.test(path)) {
    return write
      ? ['Application.ReadWrite.All', 'Directory.AccessAsUser.All']
      : ['Application.Read.All', 'Application.ReadWrite.All', ...directory]
  }
  if (isMail(endpoint))
    return (applicationPermissions[endpoint] as readonly string[]).filter((name) => !name.endsWith('.All'))
  return ['User.ReadBasic.All', 'User.Read.All', 'User.ReadWrite.All', ...directory]
}

function isMail(endpoint: Endpoint): boolean {
  return /\/(mailFolders|messages|mailboxSettings|outlook|translateExchangeIds|calendar|events|contacts|todo)/.test(
    endpoint,
  )
}

/** Names that would have allowed the call. */
export function allowedBy(caller: Caller, endpoint: Endpoint): readonly string[] {
  return caller.kind === 'app' ? applicationPermissions[endpoint] : delegatedScopes(endpoint)
}

/**
 * Throws the service's own 403 unless the token allows the endpoint. Owner and directory-role rules come on top of this
 * and live with the directory's routes.
 */
export function requirePermission(request: FastifyRequest, endpoint: Endpoint): void {
  const { caller } = request
  const held = caller.kind === 'app' ? caller.roles : caller.scopes
  if (allowedBy(caller, endpoint).some((name) => held.includes(name))) return
  if (isMail(endpoint)) {
    throw new GraphError(403, 'ErrorAccessDenied', 'Access is denied. Check credentials and try again.')
  }
  throw requestDenied()
}
