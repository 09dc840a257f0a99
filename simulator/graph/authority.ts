/**
 * Directory-role rules on top of token permissions: who may manage an application and who may grant roles.
 * (Entra built-in roles, Microsoft documentation, November 2026.)
 */
import type { FastifyRequest } from 'fastify'
import {
  type DirectoryRole,
  graphAppId,
  type ServicePrincipal,
  type Tenant,
  type User,
} from '../tenant/index.ts'
import { requestDenied } from './errors.ts'

const applicationManagers: readonly DirectoryRole[] = [
  'Global Administrator',
  'Application Administrator',
  'Cloud Application Administrator',
]
const graphGranters: readonly DirectoryRole[] = ['Global Administrator', 'Privileged Role Administrator']

/** The signed-in person; undefined for an application. */
export function person(tenant: Tenant, request: FastifyRequest): User | undefined {
  return tenant.users.find((user) => user.id === request.caller.userId)
}

function holds(user: User, roles: readonly DirectoryRole[]): boolean {
  return user.roles.some((role) => roles.includes(role))
}

/** Throws 403 for a guest, and for an ordinary member where the tenant keeps registration to administrators. */
export function requireMayRegister(tenant: Tenant, request: FastifyRequest): void {
  const user = person(tenant, request)
  if (user === undefined || holds(user, applicationManagers)) return
  if (user.userType === 'Guest' || !tenant.policies.usersMayRegisterApplications) throw requestDenied()
}

/** Application managers, owners, and applications (whose token decided already, but `OwnedBy` needs ownership). */
export function requireMayManage(tenant: Tenant, request: FastifyRequest, owners: readonly string[]): void {
  const { caller } = request
  if (owners.includes(caller.objectId)) return
  const user = person(tenant, request)
  if (user === undefined) {
    const broad = ['Application.ReadWrite.All', 'Directory.ReadWrite.All']
    if (caller.roles.some((role) => broad.includes(role))) return
    throw requestDenied()
  }
  if (!holds(user, applicationManagers)) throw requestDenied()
}

/** Graph's own roles need a Global or Privileged Role Administrator; others an application manager suffices for. */
export function requireMayGrant(tenant: Tenant, request: FastifyRequest, resource: ServicePrincipal): void {
  const user = person(tenant, request)
  if (user === undefined) return
  const enough = resource.appId === graphAppId ? graphGranters : [...graphGranters, ...applicationManagers]
  if (!holds(user, enough)) throw requestDenied()
}
