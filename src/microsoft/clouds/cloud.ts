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

export interface Cloud {
  readonly id: string
  readonly name: string
  readonly description: string
  /** https origin of the login service, no trailing slash. */
  readonly loginAuthority: string
  /** Further https origins under which the same login service answers. */
  readonly loginAliases: readonly string[]
  /** https origin of Microsoft Graph, without a version. */
  readonly graphRoot: string
  readonly methods: Readonly<Record<AddMethodId, MethodAvailability>>
  /** The public client an administrator signs in with. Overridable: Microsoft may change what it allows. */
  readonly signInClientId: string
  readonly portal: CloudPortal
  /** PEM file of a certificate authority trusted for this cloud in addition to the system's own. */
  readonly certificateAuthorityFile?: string
}

/** Scope that asks for everything granted on Microsoft Graph of this cloud. */
export function graphDefaultScope(cloud: Cloud): string {
  return `${cloud.graphRoot}/.default`
}
