import type { OnboardingView } from '../contract/index.ts'
import { toProblem } from '../organizations/index.ts'
import { noCredential } from './credential-step.ts'
import type { OnboardingEvent } from './machine.ts'
import type { OnboardingParts } from './parts.ts'
import { registeredByHand, removeCreated } from './rollback.ts'
import type { OnboardingPatch } from './store.ts'
import type { OnboardingRow } from './view.ts'

const removing = 'Removing what was created in the organization…'

/**
 * Ends an onboarding as cancelled, failed or expired: the state first, so that nothing else goes on, then the removal of what
 * was created, then the list of what is left. The administrator's token and the application's key are gone afterwards.
 * `halt` is called between and resolves when no creation runs any more.
 * @returns undefined when the onboarding cannot end this way (any more)
 */
export async function end(
  parts: OnboardingParts,
  id: string,
  event: OnboardingEvent & ('cancelled' | 'failed' | 'expired'),
  { error, organizationId, halt }: { error?: unknown; organizationId?: string; halt: () => Promise<void> },
): Promise<OnboardingRow | undefined> {
  const before = await parts.store.read(id)
  const patch: OnboardingPatch = {
    cleanup: 'pending',
    tenant_claim: null,
    notice: before.application_requested ? removing : null,
    ...(error !== undefined && { error: JSON.stringify(toProblem(error)) }),
    ...(organizationId !== undefined && { organization_id: organizationId }),
  }
  const ended = await parts.store.move(id, event, patch)
  if (!ended) return undefined
  parts.deviceCodes.forget(id)
  await halt()
  return cleanUp(parts, await parts.store.read(id))
}

/** The removal itself; also for an ended onboarding whose removal was interrupted by the end of the server. */
export async function cleanUp(parts: OnboardingParts, row: OnboardingRow): Promise<OnboardingRow> {
  const { administrators, store, microsoft, closing } = parts
  const provisioning = administrators.get(row.id)?.provisioning
  const leftovers: OnboardingView['leftovers'] =
    row.method === 'manual'
      ? registeredByHand(row)
      : await removeCreated(row, provisioning, { ...microsoft, signal: closing })
  administrators.drop(row.id)
  const cleaned = await store.amend(row.id, row.state, {
    ...noCredential,
    cleanup: leftovers.length === 0 ? 'done' : 'left',
    leftovers: JSON.stringify(leftovers),
    notice: null,
  })
  return cleaned ?? row
}
