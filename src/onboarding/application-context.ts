import type { Cloud, Permission, ResourceServicePrincipal } from '../microsoft/index.ts'
import type { ApplicationAccess } from '../organizations/index.ts'
import type { CredentialContext, CredentialPatch, CredentialRow } from './credential-step.ts'
import type { StepRun } from './run-steps.ts'
import type { OnboardingPatch } from './store.ts'
import type { OnboardingRow } from './view.ts'

/** The columns in which a row keeps the application that is being made. */
interface ApplicationRow extends CredentialRow {
  /** 128 random bits, written before the first request to the tenant: finds our application again, and no other. */
  readonly unique_name: string
  readonly tenant: { readonly id: string } | null
  readonly account_ids: readonly string[]
  readonly application_requested: boolean
  readonly application_object_id: string | null
  readonly application_id: string | null
  readonly service_principal_id: string | null
  readonly credential_id: string | null
}

interface ApplicationPatch extends CredentialPatch {
  application_requested?: boolean
  application_object_id?: string | null
  application_id?: string | null
  service_principal_id?: string | null
}

/** What the steps that make an application and its rights share. `row` always shows what is persisted. */
export interface ApplicationContext extends StepRun, CredentialContext {
  readonly row: ApplicationRow
  readonly cloud: Cloud
  /** Names this server in the tenant's list of applications. */
  readonly instanceName: string
  /** What the application is to hold in the end. */
  readonly permissions: readonly Permission[]
  /**
   * Goes on without a permission that the organization turned out not to offer; `permissions` is shorter afterwards.
   * @throws AppError where there is nothing left to go on with
   */
  goOnWithout(permission: string): Promise<void>
  /** Persists before going on. Throws `Interrupted` when somebody else has ended the change. */
  save(patch: ApplicationPatch): Promise<void>
  /** Microsoft Graph's service principal in this organization, asked for once. */
  resource: ResourceServicePrincipal | undefined
  /** Access as the application, made once its credential exists. */
  access: ApplicationAccess | undefined
}

/** The steps of an onboarding. `row` is replaced by every `save`. */
export interface CreationContext extends ApplicationContext {
  row: OnboardingRow
  save(patch: OnboardingPatch): Promise<void>
}

/** Name under which our password or certificate is listed in the tenant. */
export function credentialName(row: { readonly unique_name: string }): string {
  return `BDRCloud ${row.unique_name.slice(-8)}`
}
