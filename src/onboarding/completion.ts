/**
 * 'Save': proves once more that the access works, then makes the organization and ends the onboarding in one transaction.
 * The unique constraint on cloud and tenant decides between two operators.
 */
import { isAppError } from '../errors/index.ts'
import { isAccessDenied } from '../microsoft/index.ts'
import {
  applicationAccess,
  openCredential,
  saveOrganization,
  toProblem,
  verifyAccess,
} from '../organizations/index.ts'
import { end } from './ending.ts'
import { fail } from './errors.ts'
import { type LookedUp, lookUp, requireDetails } from './manual.ts'
import { availableWorkloads, isAnythingRestorable } from './offered-permissions.ts'
import { breaksUnique, cloudOf, existingOrganization, type OnboardingParts } from './parts.ts'
import { notYet, waitMs } from './patience.ts'
import type { OnboardingRow } from './view.ts'

/**
 * A person waits for 'Save'. What this server made minutes ago may not be known everywhere yet; what somebody typed is rather wrong
 * than new.
 */
const patienceMs = { made: 45_000, typed: 15_000 }

/**
 * @returns the onboarding, saved
 * @throws ONB_WRONG_STATE, ONB_CREDENTIAL_NOT_WORKING (the onboarding is in `completing` again), ONB_TENANT_EXISTS
 */
export async function save(
  parts: OnboardingParts,
  id: string,
  { organizationName, operatorId }: { organizationName: string; operatorId: string },
): Promise<OnboardingRow> {
  const before = await parts.store.read(id)
  if (before.method === 'manual') requireDetails(before)
  const row = await parts.store.move(id, 'save-requested', {
    organization_name: organizationName.trim(),
    error: null,
    notice: null,
  })
  if (!row) return parts.store.refuse(id)
  try {
    const verified = await verify(parts, row)
    const saved = await keep(parts, row, verified, operatorId)
    parts.administrators.drop(id)
    return parts.store.announce(saved)
  } catch (error) {
    if (breaksUnique(error, 'organizations_tenant')) return tenantExists(parts, row)
    await parts.store.move(id, 'verification-failed', { error: JSON.stringify(toProblem(error)) })
    throw error
  }
}

async function verify(parts: OnboardingParts, row: OnboardingRow) {
  const { microsoft, secrets, closing } = parts
  const { clock } = microsoft
  const cloud = cloudOf(parts, row)
  const credential = openCredential(secrets, row)
  if (!credential || !row.tenant || row.application_id === null) throw fail('ONB_UNEXPECTED')
  const access = applicationAccess(microsoft, {
    cloud,
    tenantId: row.tenant.id,
    clientId: row.application_id,
    credential,
  })
  const deadline = clock.now() + (row.method === 'manual' ? patienceMs.typed : patienceMs.made)
  const workloads = availableWorkloads(cloud, row)
  const restoreRights = row.restore_rights && isAnythingRestorable(cloud, row)
  for (let tries = 1; ; tries++) {
    const now = clock.now()
    const { health, failure } = await verifyAccess(access, {
      cloud,
      workloads,
      restoreRights,
      notOffered: row.not_offered,
      now,
      signal: closing,
    })
    const missing = [...new Set(health.flatMap(({ missingPermissions }) => missingPermissions))]
    if (failure === undefined && missing.length === 0) {
      const known: LookedUp = row.method === 'manual' ? await lookUp(access, row.tenant, closing) : {}
      return { health, known, workloads, restoreRights }
    }
    // Which permissions are missing says more than that access is denied.
    const isTold = missing.length === 0 || (failure !== undefined && !isAccessDenied(failure))
    const error = isTold ? failure : fail('ONB_ROLES_MISSING', { roles: missing.join(', ') }, failure)
    const patient = notYet('first-token', error) ?? notYet('probe:', error)
    if (patient === undefined || clock.now() + waitMs(tries) > deadline) {
      throw fail('ONB_CREDENTIAL_NOT_WORKING', inWords(error), error)
    }
    await clock.sleep(waitMs(tries), closing)
  }
}

/** What the check failed with, in the words of its own error. */
function inWords(error: unknown): { happened: string; why: string; remedy: string } {
  if (isAppError(error)) return { happened: error.what, why: error.why ?? '', remedy: error.remedy }
  return {
    happened: 'The check failed for an unknown reason.',
    why: '',
    remedy: 'Look into the log of the server.',
  }
}

async function keep(
  { db, microsoft }: OnboardingParts,
  row: OnboardingRow,
  { health, known, workloads, restoreRights }: Awaited<ReturnType<typeof verify>>,
  operatorId: string,
): Promise<OnboardingRow> {
  const { application_id } = row
  const tenant = known.tenant ?? row.tenant
  if (!tenant || !application_id) throw fail('ONB_UNEXPECTED')
  const now = new Date(microsoft.clock.now())
  return db.transaction().execute(async (transaction) => {
    const id = await saveOrganization(transaction, {
      name: row.organization_name || tenant.name,
      tenant_id: tenant.id,
      default_domain: tenant.defaultDomain,
      cloud: row.cloud,
      method: row.method,
      application_id,
      application_object_id: row.application_object_id,
      service_principal_id: known.servicePrincipalId ?? row.service_principal_id,
      unique_name: row.unique_name,
      credential_id: row.credential_id,
      credential_kind: row.credential_kind,
      credential_sealed: row.credential_sealed,
      credential_key_id: row.credential_key_id,
      credential_expires_at: row.credential_expires_at,
      certificate_pem: row.certificate_pem,
      certificate_thumbprint: row.certificate_thumbprint,
      workloads: JSON.stringify(workloads),
      restore_rights: restoreRights,
      write_granted: restoreRights,
      not_offered: JSON.stringify(row.not_offered),
      health: JSON.stringify(health),
      created_at: now,
      created_by: operatorId,
    })
    const saved = await transaction
      .updateTable('onboardings')
      // The organization has the sealed credential now; one copy is enough.
      .set({
        state: 'saved',
        organization_id: id,
        tenant_claim: null,
        credential_sealed: null,
        tenant: JSON.stringify(tenant),
        error: null,
        updated_at: now,
      })
      .where('id', '=', row.id)
      .where('state', '=', 'verifying')
      .returningAll()
      .executeTakeFirst()
    if (!saved) throw fail('ONB_WRONG_STATE', { state: row.state })
    return saved
  })
}

/** Somebody else was faster. What this onboarding made is taken back, the other's organization is shown. */
async function tenantExists(parts: OnboardingParts, row: OnboardingRow): Promise<never> {
  const error = fail('ONB_TENANT_EXISTS', { tenant: row.tenant?.name ?? '' })
  const organizationId = await existingOrganization(parts, row.cloud, row.tenant?.id ?? '')
  await end(parts, row.id, 'failed', {
    error,
    ...(organizationId !== undefined && { organizationId }),
    halt: async () => {},
  })
  throw error
}
