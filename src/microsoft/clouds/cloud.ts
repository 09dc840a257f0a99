/**
 * What the product knows of one Microsoft cloud. Clouds are data: a row tells hosts, portals and which ways of adding
 * an organization work there, and configuration may change or add rows.
 */

/** The three ways of adding an organization. */
export type AddMethodId = 'credential' | 'device-code' | 'manual'

export interface MethodAvailability {
  readonly available: boolean
  /** Why not, as a sentence. Set whenever `available` is false. */
  readonly reason?: string
}

export interface CloudPortal {
  /** Azure portal. */
  readonly azure: string
  /** Entra admin center, where applications, roles and sign-in logs are. */
  readonly entra: string
  /** Microsoft 365 admin center. */
  readonly admin: string
}

/** How Microsoft's own command lines name the cloud, for the scripts of the Manual Process. */
export interface CloudScripts {
  /** Name of `az cloud set`. */
  readonly azureCli: string
  /** `-Environment` of Connect-MgGraph. */
  readonly graphPowerShell: string
  /** Microsoft's own client of the Graph module does not exist here: the administrator has to name another. */
  readonly graphPowerShellNeedsClient: boolean
}

export interface Cloud {
  readonly id: string
  readonly name: string
  readonly description: string
  /** Heading above clouds that belong together. */
  readonly group?: string
  /** https origin of the login service, no trailing slash. */
  readonly loginAuthority: string
  /** Further https origins under which the same login service answers. */
  readonly loginAliases: readonly string[]
  /** https origin of Microsoft Graph, without a version. */
  readonly graphRoot: string
  /** `tenant_region_sub_scope` of its tenants in the discovery document: tells clouds apart that share a login service. */
  readonly regionSubScopes: readonly string[]
  readonly methods: Readonly<Record<AddMethodId, MethodAvailability>>
  /** The public client an administrator signs in with. Overridable: Microsoft may change what it allows. */
  readonly signInClientId: string
  readonly portal: CloudPortal
  readonly scripts: CloudScripts
  /** PEM file of a certificate authority trusted for this cloud in addition to the system's own. */
  readonly certificateAuthorityFile?: string
}

/** Scope that asks for everything granted on Microsoft Graph of this cloud. */
export function graphDefaultScope(cloud: Cloud): string {
  return `${cloud.graphRoot}/.default`
}
