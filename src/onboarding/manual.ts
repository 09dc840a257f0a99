/**
 * The Manual Process: an administrator registers the application, and its details are typed here. What is given is checked and kept
 * at once, secrets sealed, so that a reload or restart loses nothing; nothing secret is shown again.
 */
import { randomUUID } from 'node:crypto'
import type { MakeCertificate, OnboardingDetails, SuppliedCredential } from '../contract/index.ts'
import { createProvisioning, makeCertificate } from '../microsoft/index.ts'
import {
  type ApplicationAccess,
  certificateColumns,
  credentialContext,
  sealSupplied,
} from '../organizations/index.ts'
import { credentialName } from './application-context.ts'
import { notFound, searchTenant } from './detect-cloud.ts'
import { end } from './ending.ts'
import { fail } from './errors.ts'
import { existingOrganization, type OnboardingParts, requireOwnStep } from './parts.ts'
import type { OnboardingPatch } from './store.ts'
import type { OnboardingRow } from './view.ts'

const usualDays = 365

/**
 * Keeps what is given of the fields. A tenant that is listed already ends the onboarding and leads to its organization.
 * @throws ONB_WRONG_METHOD, ONB_WRONG_STATE, ONB_TENANT_NAME, ONB_TENANT_UNKNOWN, ONB_TENANT_OTHER_CLOUD, and what a certificate is refused for
 */
export async function giveDetails(
  parts: OnboardingParts,
  id: string,
  { organizationName, tenant, applicationId, credential }: OnboardingDetails,
): Promise<OnboardingRow> {
  const row = await parts.store.read(id)
  requireOwnStep(row, 'manual')
  const patch: OnboardingPatch = {
    error: null,
    ...(organizationName !== undefined && { organization_name: organizationName.trim() }),
    ...(applicationId !== undefined && { application_id: applicationId.trim().toLowerCase() }),
    ...(tenant !== undefined && { tenant: JSON.stringify(await resolveTenant(parts, row, tenant)) }),
    ...(credential && (await sealed(parts, credential))),
  }
  const given = (await parts.store.move(id, 'details-given', patch)) ?? (await parts.store.refuse(id))
  const organizationId = given.tenant && (await existingOrganization(parts, given.cloud, given.tenant.id))
  if (!organizationId || !given.tenant) return given
  const error = fail('ONB_TENANT_EXISTS', { tenant: given.tenant.name })
  return (await end(parts, id, 'failed', { error, organizationId, halt: async () => {} })) ?? given
}

async function resolveTenant({ microsoft, closing }: OnboardingParts, row: OnboardingRow, typed: string) {
  const { found, unreachable } = await searchTenant(microsoft, typed, closing)
  if (!found) throw fail('ONB_TENANT_UNKNOWN', { explanation: notFound(typed, unreachable) })
  const possible = [found.cloud, ...found.alternatives]
  if (!possible.some(({ id }) => id === row.cloud)) {
    const chosen = microsoft.clouds.find(({ id }) => id === row.cloud)?.name ?? row.cloud
    throw fail('ONB_TENANT_OTHER_CLOUD', { typed: typed.trim(), cloud: found.cloud.name, chosen })
  }
  const name = typed.trim().toLowerCase().replace(/^.*@/, '')
  return { id: found.tenantId, name, defaultDomain: name === found.tenantId ? '' : name }
}

async function sealed({ secrets, microsoft }: OnboardingParts, given: SuppliedCredential) {
  const columns = await sealSupplied(secrets, given, microsoft.clock.now())
  return { ...columns, credential_origin: 'given' } as const satisfies OnboardingPatch
}

/**
 * Makes a key pair of which the private key stays here, sealed. One that was made here before stays, unless it is to be replaced:
 * its public part may have been uploaded already.
 */
export async function makeOwnCertificate(
  parts: OnboardingParts,
  id: string,
  { days = usualDays, replace = false }: MakeCertificate,
): Promise<OnboardingRow> {
  const row = await parts.store.read(id)
  requireOwnStep(row, 'manual')
  if (row.credential_origin === 'made-here' && row.certificate_pem !== null && !replace) return row
  const made = await makeCertificate({ subject: credentialName(row), days, clock: parts.microsoft.clock })
  const credentialId = randomUUID()
  const patch: OnboardingPatch = {
    ...certificateColumns(made),
    credential_id: credentialId,
    credential_key_id: null,
    credential_origin: 'made-here',
    credential_sealed: parts.secrets.seal(made.privateKeyPem, credentialContext(credentialId)),
    error: null,
  }
  return (await parts.store.move(id, 'details-given', patch)) ?? parts.store.refuse(id)
}

/** @throws ONB_DETAILS_MISSING naming the fields */
export function requireDetails(row: OnboardingRow): void {
  const credential =
    row.credential_kind === 'password' ? "'Application Password'" : "'Application Certificate (SSL)'"
  const missing = [
    row.tenant === null && "'Tenant ID'",
    row.application_id === null && "'Application ID'",
    row.credential_sealed === null && credential,
  ].filter((name) => name !== false)
  if (missing.length > 0) throw fail('ONB_DETAILS_MISSING', { missing: missing.join(', ') })
}

export interface LookedUp {
  readonly servicePrincipalId?: string | undefined
  readonly tenant?: NonNullable<OnboardingRow['tenant']>
}

/** What the working application can tell of itself and its organization, beyond what was typed. */
export async function lookUp(
  { tokens, graph }: ApplicationAccess,
  typed: NonNullable<OnboardingRow['tenant']>,
  signal: AbortSignal,
): Promise<LookedUp> {
  const { principalId } = await tokens.token(signal)
  const { displayName, defaultDomain, initialDomain } = await createProvisioning(graph).organization(signal)
  return {
    servicePrincipalId: principalId,
    tenant: {
      id: typed.id,
      name: displayName || typed.name,
      defaultDomain: defaultDomain || initialDomain || typed.defaultDomain,
    },
  }
}
