/**
 * What happens when the browser comes back: redeem the code, look up who signed in and what that account may grant, and
 * move the onboarding on. Whatever goes wrong becomes the onboarding's own state or error, since the browser is answered
 * with the way to its page in every case.
 */
import { createSignIn, type SignInResult, signInReturnFailure } from '../microsoft/index.ts'
import { toProblem } from '../organizations/index.ts'
import { administratorOf } from './administrators.ts'
import { accessDenied, mayGrant, roleMissing } from './approval.ts'
import { fail } from './errors.ts'
import { isOpen } from './machine.ts'
import { cloudOf, consoleAddress, existingOrganization, type OnboardingParts } from './parts.ts'
import type { PendingSignIn } from './sign-in.ts'
import type { OnboardingRow } from './view.ts'

/** The query of the return address, as Microsoft sends it. */
export interface SignInReturn {
  readonly state: string
  readonly code?: string | undefined
  readonly error?: string | undefined
  readonly errorDescription?: string | undefined
}

/** The browser waits meanwhile. */
const limitSeconds = 60

/**
 * @returns the onboarding as it is now, and whether it may go on to create without another question
 * @throws ONB_SIGN_IN_UNKNOWN: nothing else, once `state` has been recognized
 */
export async function completeSignIn(
  parts: OnboardingParts,
  answer: SignInReturn,
  sessionId: string,
): Promise<{ row: OnboardingRow; goOn: boolean }> {
  const pending = await parts.signIns.take(answer.state, sessionId)
  const row = await parts.store.read(pending.subject.id)
  if (row.state !== 'signing-in') return { row, goOn: false }
  const limit = AbortSignal.timeout(limitSeconds * 1000)
  const signal = AbortSignal.any([limit, parts.closing])
  try {
    return await (answer.code === undefined
      ? refused(parts, row, answer)
      : signedIn(parts, row, pending, answer.code, signal))
  } catch (error) {
    const reason = limit.aborted ? fail('ONB_SIGN_IN_TIMEOUT', { seconds: limitSeconds }, error) : error
    return stay(parts, row, reason)
  }
}

async function stay(parts: OnboardingParts, row: OnboardingRow, error: unknown) {
  const problem = toProblem(error)
  parts.microsoft.logger.warn({ onboarding: row.id, code: problem.code }, 'the sign-in did not succeed')
  const moved = await parts.store.move(row.id, 'sign-in-failed', { error: JSON.stringify(problem) })
  return { row: moved ?? (await parts.store.read(row.id)), goOn: false }
}

async function refused(
  parts: OnboardingParts,
  row: OnboardingRow,
  { error = 'unknown', errorDescription }: SignInReturn,
) {
  if (error !== 'access_denied') {
    const query = { error, error_description: errorDescription }
    return stay(parts, row, signInReturnFailure(query, parts.microsoft.clock))
  }
  const approval = accessDenied(consoleAddress(parts, row.id))
  const moved = await parts.store.move(row.id, 'approval-needed', {
    approval: JSON.stringify(approval),
    account: null,
    error: null,
    notice: null,
  })
  return { row: moved ?? (await parts.store.read(row.id)), goOn: false }
}

async function signedIn(
  parts: OnboardingParts,
  row: OnboardingRow,
  pending: PendingSignIn,
  code: string,
  signal: AbortSignal,
) {
  const { microsoft, store, administrators } = parts
  const cloud = cloudOf(parts, row)
  const signIn = createSignIn({ ...microsoft, cloud, clientId: cloud.signInClientId })
  const result: SignInResult = await signIn.redeem({
    code,
    redirectUri: pending.redirectUri,
    codeVerifier: pending.codeVerifier,
    nonce: pending.nonce,
    ...(pending.tenant !== null && { tenant: pending.tenant }),
    signal,
  })
  const { tenantId, userPrincipalName, displayName, objectId } = result.account
  if (row.application_requested && row.tenant && row.tenant.id !== tenantId) {
    throw fail('ONB_OTHER_TENANT', { account: userPrincipalName, tenant: row.tenant.name })
  }
  const administrator = administratorOf(microsoft, cloud, result)
  const roles = await administrator.provisioning.signedInRoles(signal)
  const organization = await administrator.provisioning.organization(signal)
  const known = {
    account: JSON.stringify({ objectId, userPrincipalName, displayName }),
    tenant: JSON.stringify({
      id: tenantId,
      name: organization.displayName,
      defaultDomain: organization.defaultDomain || organization.initialDomain,
    }),
    error: null,
    notice: null,
  }
  if (!mayGrant(roles)) {
    const approval = roleMissing(roles, userPrincipalName, consoleAddress(parts, row.id))
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
  administrators.hold(row.id, administrator)
  const moved = await store.move(row.id, 'administrator-signed-in', {
    ...known,
    approval: null,
    account_ids: JSON.stringify([...new Set([...row.account_ids, objectId])]),
  })
  const now = moved ?? (await store.read(row.id))
  if (!isOpen(now.state)) administrators.drop(row.id)
  // Who has chosen 'Grant Access' before an interruption need not choose it again; somebody else has to.
  return { row: now, goOn: moved !== undefined && row.granted_by === objectId }
}
