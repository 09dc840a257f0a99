/** Application management policies at work: refusing credentials, and shown to who may read them. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import {
  type Application,
  type AppPolicy,
  type KeyCredential,
  readDuration,
  restrictionFor,
  seededGuid,
  type Tenant,
} from '../tenant/index.ts'
import { GraphError } from './errors.ts'
import { invalidLifetime } from './key-credentials.ts'
import type { Json } from './odata.ts'
import { requirePermission } from './permissions.ts'

type Made = Pick<Application, 'appId' | 'createdDateTime'>

export function typeNotAllowed(): GraphError {
  return new GraphError(
    400,
    'CredentialTypeNotAllowedAsPerAppPolicy',
    'Credential type not allowed as per assigned policy',
  )
}

/** Throws 400 when the policy forbids a secret, or one that lives so long (milliseconds). */
export function checkNewPassword(
  tenant: Tenant,
  request: FastifyRequest,
  application: Made,
  life: number,
): void {
  const find = (type: string) =>
    restrictionFor(tenant.appPolicies, application, request.caller.objectId, 'passwordCredentials', type)
  if (find('passwordAddition') !== undefined) throw typeNotAllowed()
  const { maxLifetime } = find('passwordLifetime') ?? {}
  if (typeof maxLifetime === 'string' && life > readDuration(maxLifetime)) throw invalidLifetime()
}

/** Throws 400 when one of the keys that were not there before lives longer than the policy allows. */
export function checkNewKeys(
  tenant: Tenant,
  request: FastifyRequest,
  application: Made,
  keys: readonly KeyCredential[],
  before: readonly KeyCredential[],
): void {
  const restriction = restrictionFor(
    tenant.appPolicies,
    application,
    request.caller.objectId,
    'keyCredentials',
    'asymmetricKeyLifetime',
  )
  if (typeof restriction?.maxLifetime !== 'string') return
  const longest = readDuration(restriction.maxLifetime)
  const now = tenant.clock.now()
  for (const key of keys) {
    const start = Math.max(now, Date.parse(key.startDateTime))
    if (!before.includes(key) && Date.parse(key.endDateTime) - start > longest) throw invalidLifetime()
  }
}

export function registerAppPolicies(app: FastifyInstance, tenant: Tenant): void {
  const restrictions = ({ passwordCredentials, keyCredentials }: AppPolicy): Json => ({
    passwordCredentials,
    keyCredentials,
  })
  app.get('/policies/defaultAppManagementPolicy', async (request) => {
    requirePermission(request, 'GET /policies/defaultAppManagementPolicy')
    const policy = tenant.appPolicies.default
    return {
      '@odata.context': `${tenant.endpoints.graph}/v1.0/$metadata#policies/defaultAppManagementPolicy/$entity`,
      id: '00000000-0000-0000-0000-000000000000',
      displayName: 'Default app management tenant policy',
      description:
        'Default tenant policy that enforces app management restrictions on applications and service principals.',
      isEnabled: policy.isEnabled,
      applicationRestrictions: restrictions(policy),
      servicePrincipalRestrictions: restrictions(policy),
    }
  })
  app.get('/policies/appManagementPolicies', async (request) => {
    requirePermission(request, 'GET /policies/appManagementPolicies')
    return {
      '@odata.context': `${tenant.endpoints.graph}/v1.0/$metadata#policies/appManagementPolicies`,
      value: [...tenant.appPolicies.applications].map(([appId, policy]) => ({
        id: seededGuid(tenant.options.seed, `app-policy:${appId}`),
        displayName: `Policy of ${appId}`,
        isEnabled: policy.isEnabled,
        restrictions: restrictions(policy),
      })),
    }
  })
}
