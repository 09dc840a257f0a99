import type { Cloud, Permission, Provisioning, ResourceServicePrincipal } from '../microsoft/index.ts'
import type { ApplicationAccess, MicrosoftSide } from '../organizations/index.ts'
import type { SecretBox } from '../security/index.ts'
import type { OnboardingPatch } from './store.ts'
import type { OnboardingRow } from './view.ts'

/** What the steps of one creation share. `row` is replaced by every `save`, so steps always see what is persisted. */
export interface CreationContext {
  row: OnboardingRow
  readonly cloud: Cloud
  readonly instanceName: string
  readonly permissions: readonly Permission[]
  readonly provisioning: Provisioning
  readonly microsoft: MicrosoftSide
  readonly secrets: SecretBox
  readonly signal: AbortSignal
  /** Persists before going on. Throws `Interrupted` when the onboarding has left the state `creating`. */
  save(patch: OnboardingPatch): Promise<void>
  /** Microsoft Graph's service principal in this organization, asked for once. */
  resource: ResourceServicePrincipal | undefined
  /** Access as the new application, made once its credential exists. */
  access: ApplicationAccess | undefined
}

/** One line of 'Application Creation is in Progress'. `run` can be repeated at any time and ends in the same result. */
export interface CreationStep {
  readonly id: string
  readonly label: string
  /** Returns what there is to say about the result, or null. */
  run(context: CreationContext): Promise<string | null>
}

/** The onboarding was cancelled, expired or taken over while a step ran: whoever did that says so to the operator. */
export class Interrupted extends Error {
  constructor() {
    super('the onboarding is no longer in state creating')
    this.name = 'Interrupted'
  }
}

/** Name under which our password or certificate is listed in the tenant. */
export function credentialName(row: OnboardingRow): string {
  return `BDRCloud ${row.unique_name.slice(-8)}`
}
