import { cloudOf, toProblem } from '../../organizations/index.ts'
import type { TaskParts } from './context.ts'
import type { TaskRow } from './view.ts'

/**
 * Asks for a one-time code and shows it. An earlier code, or the token of an earlier sign-in, no longer counts.
 * @throws TSK_WRONG_STATE; MicrosoftError, which is the task's error then, too
 */
export async function showTaskCode(parts: TaskParts, id: string): Promise<TaskRow> {
  const { store, administrators, deviceCodes, microsoft } = parts
  const moved = await store.move(id, 'code-asked-for', { approval: null, error: null })
  if (!moved) return store.refuse(id)
  administrators.drop(id)
  try {
    const cloud = cloudOf(microsoft, { cloud: moved.cloud, name: moved.organization_name })
    await deviceCodes.start(id, { cloud, tenant: moved.tenant.id })
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
