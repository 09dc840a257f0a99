import type { Cloud, Permission, ResourceServicePrincipal } from '../microsoft/index.ts'
import type { ApplicationAccess } from '../organizations/index.ts'
import type { CredentialContext } from './credential-step.ts'
import type { StepRun } from './run-steps.ts'
import type { OnboardingPatch } from './store.ts'
import type { OnboardingRow } from './view.ts'

/** What the steps of one creation share. `row` is replaced by every `save`, so steps always see what is persisted. */
export interface CreationContext extends StepRun, CredentialContext {
  row: OnboardingRow
  readonly cloud: Cloud
  readonly instanceName: string
  readonly permissions: readonly Permission[]
  /** Persists before going on. Throws `Interrupted` when the onboarding has left the state `creating`. */
  save(patch: OnboardingPatch): Promise<void>
  /** Microsoft Graph's service principal in this organization, asked for once. */
  resource: ResourceServicePrincipal | undefined
  /** Access as the new application, made once its credential exists. */
  access: ApplicationAccess | undefined
}

/** Name under which our password or certificate is listed in the tenant. */
export function credentialName(row: OnboardingRow): string {
  return `BDRCloud ${row.unique_name.slice(-8)}`
}
