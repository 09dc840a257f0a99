/** Applications as Graph shows them, and what a body may set on them. */
import type { Application, KeyCredential, PasswordCredential, ResourceAccess } from '../tenant/index.ts'
import { badRequest } from './errors.ts'
import type { Json } from './odata.ts'

export function passwordJson(credential: PasswordCredential): Json {
  return {
    customKeyIdentifier: null,
    displayName: credential.displayName,
    endDateTime: credential.endDateTime,
    hint: credential.hint,
    keyId: credential.keyId,
    secretText: null,
    startDateTime: credential.startDateTime,
  }
}

/** The certificate itself is shown only when `keyCredentials` was selected. */
export function keyJson(credential: KeyCredential, withKey: boolean): Json {
  return {
    customKeyIdentifier: credential.customKeyIdentifier,
    displayName: credential.displayName,
    endDateTime: credential.endDateTime,
    key: withKey ? credential.certificate.toString('base64') : null,
    keyId: credential.keyId,
    startDateTime: credential.startDateTime,
    type: 'AsymmetricX509Cert',
    usage: 'Verify',
  }
}

export function applicationJson(application: Application, publisherDomain: string, withKeys: boolean): Json {
  const { web, publicClient, spa } = application.redirectUris
  return {
    id: application.id,
    deletedDateTime: application.deletedDateTime,
    appId: application.appId,
    createdDateTime: application.createdDateTime,
    displayName: application.displayName,
    description: null,
    groupMembershipClaims: null,
    identifierUris: [],
    isFallbackPublicClient: application.isFallbackPublicClient,
    notes: application.notes,
    publisherDomain,
    serviceManagementReference: null,
    signInAudience: application.signInAudience,
    tags: [],
    uniqueName: application.uniqueName,
    api: { requestedAccessTokenVersion: 2, oauth2PermissionScopes: [], preAuthorizedApplications: [] },
    appRoles: [],
    info: { logoUrl: null },
    keyCredentials: application.keyCredentials.map((one) => keyJson(one, withKeys)),
    passwordCredentials: application.passwordCredentials.map(passwordJson),
    publicClient: { redirectUris: publicClient },
    requiredResourceAccess: application.requiredResourceAccess,
    servicePrincipalLockConfiguration: { isEnabled: true, allProperties: true },
    spa: { redirectUris: spa },
    web: {
      redirectUris: web,
      homePageUrl: null,
      logoutUrl: null,
      implicitGrantSettings: { enableIdTokenIssuance: false, enableAccessTokenIssuance: false },
    },
  }
}

const audiences = [
  'AzureADMyOrg',
  'AzureADMultipleOrgs',
  'AzureADandPersonalMicrosoftAccount',
  'PersonalMicrosoftAccount',
]

function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function redirectUris(value: unknown, name: string): string[] | undefined {
  if (value === undefined) return undefined
  const list = isRecord(value) ? value['redirectUris'] : undefined
  if (list === undefined) return undefined
  if (!Array.isArray(list))
    throw badRequest(`Invalid value specified for property 'redirectUris' of resource '${name}'.`)
  return list.map((uri: unknown) => {
    const text = String(uri)
    const url = URL.canParse(text) ? new URL(text) : undefined
    const loopback = url !== undefined && ['localhost', '127.0.0.1'].includes(url.hostname)
    if (url === undefined || text.length > 256 || (url.protocol === 'http:' && !loopback)) {
      throw badRequest(`Invalid value specified for property 'redirectUris' of resource '${name}'.`)
    }
    return text
  })
}

function resourceAccess(value: unknown): ResourceAccess[] {
  const wrong = badRequest(
    "Invalid value specified for property 'requiredResourceAccess' of resource 'Application'.",
  )
  if (!Array.isArray(value)) throw wrong
  return value.map((entry: unknown) => {
    if (
      !isRecord(entry) ||
      typeof entry['resourceAppId'] !== 'string' ||
      !Array.isArray(entry['resourceAccess'])
    )
      throw wrong
    const list = entry['resourceAccess'].map((one: unknown) => {
      if (!isRecord(one) || typeof one['id'] !== 'string') throw wrong
      const { type } = one
      if (type !== 'Role' && type !== 'Scope') throw wrong
      return { id: one['id'], type: type as 'Role' | 'Scope' }
    })
    return { resourceAppId: entry['resourceAppId'], resourceAccess: list }
  })
}

const settable = [
  'displayName',
  'signInAudience',
  'notes',
  'isFallbackPublicClient',
  'web',
  'publicClient',
  'spa',
  'requiredResourceAccess',
  'keyCredentials',
  'uniqueName',
  'tags',
  'description',
  'info',
  'api',
  'servicePrincipalLockConfiguration',
  'identifierUris',
  'groupMembershipClaims',
  'serviceManagementReference',
]

/** Sets what a POST or PATCH body names, but credentials. Throws Graph's 400 for what cannot be set. */
export function applyFields(application: Application, body: Json): void {
  for (const name of Object.keys(body)) {
    if (name === 'passwordCredentials') {
      throw badRequest('New password credentials must be generated with service actions.')
    }
    if (!settable.includes(name) && !name.startsWith('@odata')) {
      throw badRequest(
        `Property '${name}' does not exist on type 'microsoft.graph.application' or is read-only.`,
      )
    }
  }
  const { displayName, signInAudience, notes, isFallbackPublicClient } = body
  if (displayName !== undefined) {
    if (typeof displayName !== 'string' || displayName === '' || displayName.length > 256) {
      throw badRequest("Invalid value specified for property 'displayName' of resource 'Application'.")
    }
    application.displayName = displayName
  }
  if (signInAudience !== undefined) {
    if (typeof signInAudience !== 'string' || !audiences.includes(signInAudience)) {
      throw badRequest("Invalid value specified for property 'signInAudience' of resource 'Application'.")
    }
    application.signInAudience = signInAudience
  }
  if (notes !== undefined) application.notes = typeof notes === 'string' ? notes.slice(0, 1024) : null
  if (isFallbackPublicClient !== undefined)
    application.isFallbackPublicClient = isFallbackPublicClient === true
  const uris = application.redirectUris
  application.redirectUris = {
    web: redirectUris(body['web'], 'WebApplication') ?? uris.web,
    publicClient: redirectUris(body['publicClient'], 'PublicClientApplication') ?? uris.publicClient,
    spa: redirectUris(body['spa'], 'SpaApplication') ?? uris.spa,
  }
  if (body['requiredResourceAccess'] !== undefined) {
    application.requiredResourceAccess = resourceAccess(body['requiredResourceAccess'])
  }
}
