/**
 * 'Application Creation is in Progress': runs the steps in order, each until it succeeds, shows every wait with its reason,
 * and gives up when the time budget is used. What a step made is persisted by the step itself; this module writes only
 * the lines that are shown.
 */
import type { OnboardingStep } from '../contract/index.ts'
import { isAppError } from '../errors/index.ts'
import { type CreationContext, type CreationStep, Interrupted } from './creation-context.ts'
import { fail } from './errors.ts'
import { askedWaitMs, budgetMs, notYet, waitMs } from './patience.ts'
import { waitingSteps } from './steps.ts'

/**
 * @throws Interrupted when the onboarding left the state `creating`; the signal's reason; whatever a step failed with for
 *   good; ONB_TOO_SLOW when the budget is used up
 */
export async function runCreation(context: CreationContext, steps: readonly CreationStep[]): Promise<void> {
  const deadline = context.microsoft.clock.now() + budgetMs
  const lines = waitingSteps(steps)
  for (const [index, step] of steps.entries()) {
    const show = async (line: Partial<OnboardingStep>) => {
      const before = lines[index]
      if (before) lines[index] = { ...before, ...line }
      await context.save({ steps: JSON.stringify(lines) })
    }
    await show({ state: 'running' })
    try {
      const detail = await untilReady(context, step, deadline, show)
      await show({ state: 'done', detail, nextTryAt: null })
    } catch (error) {
      if (error instanceof Interrupted || context.signal.aborted) throw error
      const detail = isAppError(error) ? error.message : 'An unexpected failure'
      await show({ state: 'failed', detail, nextTryAt: null })
      throw error
    }
  }
}

async function untilReady(
  context: CreationContext,
  step: CreationStep,
  deadline: number,
  show: (line: Partial<OnboardingStep>) => Promise<void>,
): Promise<string | null> {
  const { clock, logger } = context.microsoft
  for (let tries = 1; ; tries++) {
    try {
      return await step.run(context)
    } catch (error) {
      context.signal.throwIfAborted()
      const reason = notYet(step.id, error)
      if (reason === undefined) throw error
      const wait = waitMs(tries, askedWaitMs(error))
      if (clock.now() + wait > deadline) {
        throw fail('ONB_TOO_SLOW', { minutes: budgetMs / 60_000, step: step.label, reason }, error)
      }
      const code = isAppError(error) ? error.code : null
      logger.info({ onboarding: context.row.id, step: step.id, tries, wait, code }, 'waiting for Microsoft')
      const nextTryAt = new Date(clock.now() + wait).toISOString()
      await show({ state: 'running', detail: reason, nextTryAt })
      await clock.sleep(wait, context.signal)
      await show({ detail: null, nextTryAt: null })
    }
  }
}
