export interface OrganizationInfo {
  readonly tenantId: string
  readonly displayName: string
  /** The domain new users get; empty when the organization lists none. */
  readonly defaultDomain: string
  /** The domain that came with the organization, e.g. `contoso.onmicrosoft.com`. */
  readonly initialDomain: string
  readonly domains: readonly string[]
}

export interface DirectoryRole {
  readonly templateId: string
  readonly displayName: string
}

export interface AppRole {
  readonly id: string
  readonly value: string
}

/** A service whose permissions are granted, e.g. Microsoft Graph, as it exists in this organization. */
export interface ResourceServicePrincipal {
  readonly id: string
  readonly appId: string
  readonly displayName: string
  /** Application permissions it offers, by value; those without one by id. */
  readonly appRoles: ReadonlyMap<string, AppRole>
}

export interface CredentialInfo {
  readonly keyId: string
  readonly displayName: string
  readonly endDateTime: string
}

export interface KeyCredentialInfo extends CredentialInfo {
  /** Base64 of the SHA-1 thumbprint. */
  readonly customKeyIdentifier: string | null
}

export interface ApplicationInfo {
  /** Object id. */
  readonly id: string
  /** Client id. */
  readonly appId: string
  readonly displayName: string
  readonly uniqueName: string | null
  readonly passwords: readonly CredentialInfo[]
  readonly certificates: readonly KeyCredentialInfo[]
}

export interface ApplicationOwner {
  readonly id: string
  readonly displayName: string
  readonly userPrincipalName: string | null
}

export interface CreateApplication {
  /** Alternate key, letters, digits, `-` and `_`: repeating the call with it finds the same application. */
  readonly uniqueName: string
  readonly displayName: string
  readonly notes: string
  readonly redirectUris?: readonly string[]
  /** Permissions shown on the application's page; granting them is a step of its own. */
  readonly requiredRoles: ReadonlyArray<{
    readonly resourceAppId: string
    readonly roleIds: readonly string[]
  }>
}

export interface ServicePrincipalInfo {
  readonly id: string
  readonly appId: string
  readonly accountEnabled: boolean
}

export interface NewPassword {
  readonly keyId: string
  /** Shown by Microsoft this once. */
  readonly secret: string
  readonly endDateTime: string
}

export interface RoleGrant {
  readonly id: string
  readonly resourceId: string
  readonly appRoleId: string
}

/**
 * Single calls to Microsoft Graph, each safe to repeat. None waits for replication: answers that mean "not yet" come as
 * errors of which `isReplicationDelay` is true, and the caller decides how long to go on.
 */
export interface Provisioning {
  organization(signal?: AbortSignal): Promise<OrganizationInfo>
  /** Active directory roles of the signed-in account, those through groups included. */
  signedInRoles(signal?: AbortSignal): Promise<DirectoryRole[]>
  /** A resource's service principal; null where the organization has none yet. */
  findResourceServicePrincipal(appId: string, signal?: AbortSignal): Promise<ResourceServicePrincipal | null>
  /** Finds a resource's service principal; creates it where the organization has none yet. */
  resourceServicePrincipal(appId: string, signal?: AbortSignal): Promise<ResourceServicePrincipal>
  findApplication(uniqueName: string, signal?: AbortSignal): Promise<ApplicationInfo | null>
  /** By client id, whoever made it. */
  findApplicationById(appId: string, signal?: AbortSignal): Promise<ApplicationInfo | null>
  /** Among the applications deleted within the last 30 days. */
  findDeletedApplication(objectId: string, signal?: AbortSignal): Promise<ApplicationInfo | null>
  /** Takes a deleted application back. Its service principal is not taken back with it. */
  restoreApplication(objectId: string, signal?: AbortSignal): Promise<void>
  /** Creates or updates the application of this unique name, then reads it. */
  createApplication(application: CreateApplication, signal?: AbortSignal): Promise<ApplicationInfo>
  applicationOwners(objectId: string, signal?: AbortSignal): Promise<ApplicationOwner[]>
  findServicePrincipal(appId: string, signal?: AbortSignal): Promise<ServicePrincipalInfo | null>
  /** Creates the service principal; one that is there already is returned. */
  createServicePrincipal(appId: string, signal?: AbortSignal): Promise<ServicePrincipalInfo>
  enableServicePrincipal(id: string, signal?: AbortSignal): Promise<void>
  /** Its grants go with it; gone already counts as deleted. */
  deleteServicePrincipal(id: string, signal?: AbortSignal): Promise<void>
  /** Not idempotent by nature: each success makes one more password. Remove strays by `displayName` before. */
  addPassword(
    objectId: string,
    password: { displayName: string; endDateTime: Date },
    signal?: AbortSignal,
  ): Promise<NewPassword>
  /** A password that is gone already counts as removed. */
  removePassword(objectId: string, keyId: string, signal?: AbortSignal): Promise<void>
  /**
   * Keeps the certificates that are there; one with the same thumbprint is not added twice.
   * @param certificate `keyId`: the id that Microsoft shall give it, a GUID; the application can remove it by that later
   */
  addCertificate(
    objectId: string,
    certificate: { certificatePem: string; displayName: string; keyId?: string },
    signal?: AbortSignal,
  ): Promise<void>
  /** Removes the certificate with this SHA-1 thumbprint (hex). */
  removeCertificate(objectId: string, thumbprintSha1: string, signal?: AbortSignal): Promise<void>
  /** A grant that is there already counts as granted. */
  grantRole(
    grant: { servicePrincipalId: string; resourceId: string; appRoleId: string },
    signal?: AbortSignal,
  ): Promise<void>
  listGrants(servicePrincipalId: string, signal?: AbortSignal): Promise<RoleGrant[]>
  revokeGrant(servicePrincipalId: string, grantId: string, signal?: AbortSignal): Promise<void>
  /** Moves the application to the deleted items; gone already counts as deleted. */
  deleteApplication(objectId: string, signal?: AbortSignal): Promise<void>
  /** Removes a deleted application for good. Not there (yet) is an error of which `isNotFound` is true. */
  purgeApplication(objectId: string, signal?: AbortSignal): Promise<void>
}
