/**
 * What happens when somebody has signed in, by browser or by one-time code: look up who it is and what that account may grant,
 * keep the token in memory, and move the onboarding on.
 */
import type { SignInResult } from '../microsoft/index.ts'
import { toProblem } from '../organizations/index.ts'
import { administratorOf } from './administrators.ts'
import { mayGrant, roleMissing } from './approval.ts'
import { fail } from './errors.ts'
import { isOpen } from './machine.ts'
import { permissionsNotOffered, requireSomething } from './offered-permissions.ts'
import { cloudOf, consoleAddress, existingOrganization, type OnboardingParts } from './parts.ts'
import type { OnboardingRow } from './view.ts'

export interface Admission {
  /** The onboarding as it is now. */
  readonly row: OnboardingRow
  /** Whether it may go on to create without another question. */
  readonly goOn: boolean
}

/**
 * @param via where the browser is: origin of the console to be named to others (else that on localhost), and the session of a
 *   customer's browser, which alone may grant then
 * @throws ONB_OTHER_TENANT, MicrosoftError when the account's roles cannot be looked up
 */
export async function admit(
  parts: OnboardingParts,
  row: OnboardingRow,
  result: SignInResult,
  signal: AbortSignal,
  via: { readonly origin?: string; readonly customerSession?: string | null } = {},
): Promise<Admission> {
  const { microsoft, store, administrators } = parts
  const { tenantId, userPrincipalName, displayName, objectId } = result.account
  if (row.application_requested && row.tenant && row.tenant.id !== tenantId) {
    throw fail('ONB_OTHER_TENANT', { account: userPrincipalName, tenant: row.tenant.name })
  }
  const administrator = administratorOf(microsoft, cloudOf(parts, row), result)
  const roles = await administrator.provisioning.signedInRoles(signal)
  const organization = await administrator.provisioning.organization(signal)
  const known = {
    account: JSON.stringify({ objectId, userPrincipalName, displayName }),
    tenant: JSON.stringify({
      id: tenantId,
      name: organization.displayName,
      defaultDomain: organization.defaultDomain || organization.initialDomain,
    }),
    customer_session: via.customerSession ?? null,
    error: null,
    notice: null,
  }
  if (!mayGrant(roles)) {
    const approval = roleMissing(roles, userPrincipalName, consoleAddress(parts, row.id, via.origin))
    const moved = await store.move(row.id, 'approval-needed', {
      ...known,
      approval: JSON.stringify(approval),
    })
    return { row: moved ?? (await store.read(row.id)), goOn: false }
  }
  const organizationId = await existingOrganization(parts, row.cloud, tenantId)
  if (organizationId !== undefined && !row.application_requested) {
    const error = toProblem(fail('ONB_TENANT_EXISTS', { tenant: organization.displayName }))
    const moved = await store.move(row.id, 'failed', {
      ...known,
      error: JSON.stringify(error),
      organization_id: organizationId,
      tenant_claim: null,
    })
    return { row: moved ?? (await store.read(row.id)), goOn: false }
  }
  const notOffered = await permissionsNotOffered(administrator.provisioning, signal)
  try {
    requireSomething(cloudOf(parts, row), { ...row, not_offered: notOffered }, organization.displayName)
  } catch (error) {
    if (row.application_requested) throw error
    const moved = await store.move(row.id, 'failed', {
      ...known,
      error: JSON.stringify(toProblem(error)),
      not_offered: JSON.stringify(notOffered),
      tenant_claim: null,
    })
    return { row: moved ?? (await store.read(row.id)), goOn: false }
  }
  administrators.hold(row.id, administrator)
  const moved = await store.move(row.id, 'administrator-signed-in', {
    ...known,
    approval: null,
    not_offered: JSON.stringify(notOffered),
    account_ids: JSON.stringify([...new Set([...row.account_ids, objectId])]),
  })
  const now = moved ?? (await store.read(row.id))
  if (!isOpen(now.state)) administrators.drop(row.id)
  // Who has chosen 'Grant Access' before an interruption need not choose it again; somebody else has to.
  return { row: now, goOn: moved !== undefined && row.granted_by === objectId }
}
