/**
 * 'Grant Access' of a task and what follows from it: the steps in the background, and their end. One task runs per organization, in this
 * process, as long as the administrator's token is at hand.
 */
import { isAppError } from '../../errors/index.ts'
import { cloudOf, readOrganization } from '../../organizations/index.ts'
import type { Administrator } from '../administrators.ts'
import { breaksUnique } from '../parts.ts'
import { Interrupted, runSteps, type Step, waitingSteps } from '../run-steps.ts'
import type { TaskContext, TaskParts } from './context.ts'
import { end } from './ending.ts'
import { fail } from './errors.ts'
import { taskKinds } from './kinds/index.ts'
import { makeContext } from './make-context.ts'
import type { TaskRow } from './view.ts'

export const signInAgain = 'Sign in again to continue'

export interface TaskRunning {
  /** Starts the steps. @throws TSK_WRONG_STATE, TSK_BUSY */
  grant(id: string): Promise<TaskRow>
  /** Stops the steps of a task, if they run, and waits for their end. */
  halt: (id: string) => Promise<void>
  /** Resolves when no steps run any more. */
  settled(): Promise<void>
}

export function createTaskRunning(parts: TaskParts): TaskRunning {
  const { db, store, administrators, microsoft, organizations, closing } = parts
  const { logger } = microsoft
  const running = new Map<string, { abort: AbortController; done: Promise<void> }>()

  const halt = async (id: string): Promise<void> => {
    const work = running.get(id)
    work?.abort.abort(new Interrupted())
    await work?.done
  }

  const askToSignInAgain = async (id: string): Promise<TaskRow | undefined> => {
    administrators.drop(id)
    return store.move(id, 'token-lost', { notice: signInAgain })
  }

  const finish = async ({ row, left }: TaskContext): Promise<void> => {
    const outcome = JSON.stringify({ done: row.changes, left })
    const done = await store.move(row.id, 'done', { outcome, notice: null, error: null })
    if (!done) throw new Interrupted()
    administrators.drop(row.id)
    await organizations.announce(row.organization_id)
  }

  /** The token at hand, and the health shown, are from before; that Microsoft cannot be asked now spoils nothing. */
  const verifyStep: Step<TaskContext> = {
    id: 'verify',
    label: 'Verification of the organization',
    run: async ({ row, signal }) => {
      try {
        const { health } = await organizations.verify(row.organization_id, signal, 'credential')
        return health.find(({ message }) => message !== null)?.message ?? null
      } catch (error) {
        signal.throwIfAborted()
        return isAppError(error) ? `Not verified: ${error.message}` : 'Not verified'
      }
    },
  }
  const stepsOf = (facts: Pick<TaskContext, 'row' | 'organization'>): Step<TaskContext>[] => {
    const steps = taskKinds[facts.row.kind].steps(facts)
    return facts.row.kind === 'clean-exit' ? steps : [...steps, verifyStep]
  }

  const work = async (row: TaskRow, { provisioning }: Administrator, signal: AbortSignal): Promise<void> => {
    try {
      const organization = await readOrganization(db, row.organization_id)
      const cloud = cloudOf(microsoft, organization)
      const context = makeContext(parts, { row, organization, cloud, provisioning, signal })
      await runSteps(context, stepsOf(context))
      await finish(context)
    } catch (error) {
      if (error instanceof Interrupted || signal.aborted) return
      if (isAppError(error, 'MSG_TOKEN_REFUSED')) {
        await askToSignInAgain(row.id)
        return
      }
      logger.warn(
        { task: row.id, code: isAppError(error) ? error.code : String(error) },
        'an administrator’s task did not succeed',
      )
      await end(parts, row.id, 'failed', { error, halt: async () => {} })
    }
  }

  /** Runs in the background; whatever happens is in the record. */
  const startWork = (row: TaskRow, administrator: Administrator): void => {
    const abort = new AbortController()
    const signal = AbortSignal.any([abort.signal, closing])
    const done = work(row, administrator, signal)
      .catch((error: unknown) => {
        if (!closing.aborted)
          logger.error({ task: row.id, error: String(error) }, 'a task ended unexpectedly')
      })
      .finally(() => running.delete(row.id))
    running.set(row.id, { abort, done })
  }

  const grant = async (id: string): Promise<TaskRow> => {
    const row = await store.read(id)
    const { account } = row
    if (row.state !== 'awaiting-grant' || !account) return store.refuse(id)
    const administrator = administrators.get(id)
    if (!administrator) return (await askToSignInAgain(id)) ?? store.refuse(id)
    let granted: TaskRow | undefined
    try {
      const organization = await readOrganization(db, row.organization_id)
      const steps = stepsOf({ row, organization })
      granted = await store.move(id, 'granted', {
        granted_by: account.objectId,
        steps: JSON.stringify(waitingSteps(steps)),
        error: null,
        notice: null,
      })
    } catch (error) {
      if (breaksUnique(error, 'administrator_tasks_running'))
        throw fail('TSK_BUSY', { name: row.organization_name })
      throw error
    }
    if (!granted) return store.refuse(id)
    startWork(granted, administrator)
    return granted
  }

  return {
    grant,
    halt,
    settled: async () => {
      await Promise.all([...running.values()].map(({ done }) => done))
    },
  }
}
