import type { Cloud } from '../clouds/cloud.ts'
import type { Permission } from '../provisioning/permission-catalogue.ts'

/** An application that an administrator registers without this server: what instructions and scripts are made from. */
export interface Registration {
  readonly cloud: Cloud
  readonly permissions: readonly Permission[]
  readonly displayName: string
  /** Alternate key by which a script that is run again finds the same application. */
  readonly uniqueName: string
  readonly notes: string
  readonly credential: RegisteredCredential
}

export type RegisteredCredential =
  | { readonly kind: 'password'; readonly displayName: string; readonly endDateTime: Date }
  /** The certificate is null as long as it is not known here. */
  | { readonly kind: 'certificate'; readonly displayName: string; readonly certificatePem: string | null }

/** One numbered step of the instructions. */
export interface RegistrationStep {
  readonly title: string
  readonly text: string
  /** Where in the portal it is done. */
  readonly address: string | null
  /** What has to be chosen or copied there, letter for letter. */
  readonly items: readonly string[]
}
