import { toProblem } from '../organizations/index.ts'
import { begunTenant, cloudOf, type OnboardingParts, requireOwnStep } from './parts.ts'
import type { OnboardingRow } from './view.ts'

/**
 * Asks for a one-time code and shows it. An earlier code, or the token of an earlier sign-in, no longer counts.
 * @throws ONB_WRONG_METHOD, ONB_WRONG_STATE; MicrosoftError, which is the onboarding's error then, too
 */
export async function showCode(parts: OnboardingParts, id: string): Promise<OnboardingRow> {
  const { store, administrators, deviceCodes } = parts
  const before = await store.read(id)
  requireOwnStep(before, 'device-code')
  const cloud = cloudOf(parts, before)
  const moved = await store.move(id, 'code-asked-for', { approval: null, error: null })
  if (!moved) return store.refuse(id)
  administrators.drop(id)
  try {
    await deviceCodes.start(id, { cloud, tenant: begunTenant(before) })
  } catch (error) {
    await store.amend(id, 'code-shown', { error: JSON.stringify(toProblem(error)) })
    throw error
  }
  const shown = await store.amend(id, 'code-shown', { notice: null })
  if (shown) return shown
  // Cancelled or expired meanwhile.
  deviceCodes.forget(id)
  return store.refuse(id)
}
