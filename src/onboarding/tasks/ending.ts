import type { TaskChange } from '../../contract/index.ts'
import { isAppError } from '../../errors/index.ts'
import { cloudOf, readOrganization, toProblem } from '../../organizations/index.ts'
import { noCredential } from '../credential-step.ts'
import type { TaskParts } from './context.ts'
import { taskKinds } from './kinds/index.ts'
import type { TaskEvent } from './machine.ts'
import { makeContext } from './make-context.ts'
import type { TaskRow } from './view.ts'

const takingBack = 'Taking back what was changed in the organization…'
/** A person may be waiting, and so may the end of the server. */
const limitMs = 120_000

/**
 * Ends a task as cancelled, failed or expired: the state first, so that nothing else goes on, then what was changed is taken back
 * as far as a token is at hand, then what stays is listed. The administrator's token and the new key are gone afterwards.
 * `halt` is called between and resolves when no step runs any more.
 * @returns undefined when the task cannot end this way (any more)
 */
export async function end(
  parts: TaskParts,
  id: string,
  event: TaskEvent & ('cancelled' | 'failed' | 'expired'),
  { error, halt }: { error?: unknown; halt: () => Promise<void> },
): Promise<TaskRow | undefined> {
  const before = await parts.store.read(id)
  const ended = await parts.store.move(id, event, {
    cleanup: 'pending',
    notice: wasConfirmed(before) ? takingBack : null,
    ...(error !== undefined && { error: JSON.stringify(toProblem(error)) }),
  })
  if (!ended) return undefined
  parts.deviceCodes.forget(id)
  await halt()
  return cleanUp(parts, await parts.store.read(id))
}

/** The taking back itself; also for an ended task of which it was interrupted by the end of the server. */
export async function cleanUp(parts: TaskParts, row: TaskRow): Promise<TaskRow> {
  const { administrators, store, organizations } = parts
  const left = wasConfirmed(row) ? await takeBack(parts, row) : []
  administrators.drop(row.id)
  const outcome: { done: TaskChange[]; left: string[] } = { done: [], left }
  const cleaned = await store.amend(row.id, row.state, {
    ...noCredential,
    cleanup: left.length === 0 ? 'done' : 'left',
    outcome: JSON.stringify(outcome),
    notice: null,
  })
  // Restore rights may have changed with it.
  await organizations.announce(row.organization_id).catch(() => {})
  return cleaned ?? row
}

/** Before 'Grant Access' nothing is changed. */
function wasConfirmed(row: TaskRow): boolean {
  return row.granted_by !== null
}

async function takeBack(parts: TaskParts, row: TaskRow): Promise<string[]> {
  const { administrators, db, microsoft, closing } = parts
  const provisioning = administrators.get(row.id)?.provisioning
  const definition = taskKinds[row.kind]
  const organization = await readOrganization(db, row.organization_id).catch(() => undefined)
  if (!organization) return []
  if (!provisioning) return definition.leftWithoutToken({ row, organization })
  const signal = AbortSignal.any([AbortSignal.timeout(limitMs), closing])
  try {
    const cloud = cloudOf(microsoft, organization)
    return await definition.undo(makeContext(parts, { row, organization, cloud, provisioning, signal }))
  } catch (error) {
    closing.throwIfAborted()
    microsoft.logger.warn(
      { task: row.id, code: isAppError(error) ? error.code : String(error) },
      'a half-made change could not be taken back',
    )
    return definition.leftWithoutToken({ row, organization })
  }
}
