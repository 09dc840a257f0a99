import type { AddMethod } from '../contract/index.ts'
import type { Database } from '../database/index.ts'
import type { Cloud } from '../microsoft/index.ts'
import type { MicrosoftSide, Organizations } from '../organizations/index.ts'
import type { SecretBox } from '../security/index.ts'
import type { Administrators } from './administrators.ts'
import type { SignInClients } from './clients/sign-in-clients.ts'
import type { DeviceCodes } from './device-codes.ts'
import { fail } from './errors.ts'
import { requireMethod } from './methods.ts'
import type { SignIns } from './sign-in.ts'
import type { OnboardingStore } from './store.ts'
import type { OnboardingRow } from './view.ts'

/** What the parts of the onboarding share. */
export interface OnboardingParts {
  readonly db: Database
  readonly store: OnboardingStore
  readonly secrets: SecretBox
  readonly microsoft: MicrosoftSide
  readonly organizations: Organizations
  readonly administrators: Administrators
  readonly signIns: SignIns
  readonly clients: SignInClients
  readonly deviceCodes: DeviceCodes
  /** Names this server in the tenant's list of applications. */
  readonly instanceName: string
  /** Origin of the console on localhost, with its actual port. */
  readonly consoleOrigin: () => string
  /** Aborted when the server stops. */
  readonly closing: AbortSignal
}

/** The cloud of an onboarding that was accepted earlier. @throws ONB_METHOD_UNAVAILABLE when it was taken out of the configuration */
export function cloudOf({ microsoft }: OnboardingParts, row: OnboardingRow): Cloud {
  return requireMethod(microsoft.clouds, row.cloud, row.method)
}

/** @throws ONB_WRONG_METHOD when this step belongs to another way of adding an organization */
export function requireOwnStep(row: OnboardingRow, method: AddMethod): void {
  if (row.method !== method) throw fail('ONB_WRONG_METHOD', { method: row.method })
}

export function consoleAddress(
  { consoleOrigin }: OnboardingParts,
  onboardingId: string,
  origin = consoleOrigin(),
): string {
  return `${origin}/onboarding/${onboardingId}`
}

/** The tenant in which something was begun, which can only be continued there; null for any. */
export function begunTenant(row: OnboardingRow): string | null {
  return row.application_requested ? (row.tenant?.id ?? null) : null
}

/** The organization of a tenant that has been added already. */
export async function existingOrganization(
  { db }: OnboardingParts,
  cloud: string,
  tenantId: string,
): Promise<string | undefined> {
  const row = await db
    .selectFrom('organizations')
    .select('id')
    .where('cloud', '=', cloud)
    .where('tenant_id', '=', tenantId)
    // One that was removed is taken up again by adding it.
    .where('state', 'in', ['active', 'removing'])
    .executeTakeFirst()
  return row?.id
}

/** True for a unique constraint of PostgreSQL that an insert or update would have broken. */
export function breaksUnique(error: unknown, constraint: string): boolean {
  const { code, constraint: name } = error as { code?: unknown; constraint?: unknown }
  return code === '23505' && typeof name === 'string' && name.includes(constraint)
}
