/**
 * Live steps ('Application Creation is in Progress', and those of an administrator's task): runs them in order, each until it
 * succeeds, shows every wait with its reason, and gives up when the time budget is used. What a step made is persisted by
 * the step itself; this module writes only the lines that are shown.
 */
import type { OnboardingStep } from '../contract/index.ts'
import { isAppError } from '../errors/index.ts'
import type { MicrosoftSide } from '../organizations/index.ts'
import { fail } from './errors.ts'
import { askedWaitMs, budgetMs, notYet, waitMs } from './patience.ts'

/** What running steps needs to know of the change they make. */
export interface StepRun {
  readonly microsoft: MicrosoftSide
  readonly signal: AbortSignal
  /** Id of the onboarding or task, for the log. */
  readonly subject: string
  /** Persists and announces the lines. Throws `Interrupted` when somebody else has ended the change. */
  showSteps(lines: readonly OnboardingStep[]): Promise<void>
}

/** One live line. `run` can be repeated at any time and ends in the same result. */
export interface Step<Context extends StepRun> {
  readonly id: string
  readonly label: string
  /** Returns what there is to say about the result, or null. */
  run(context: Context): Promise<StepResult>
}

/** `skipped`: nothing was done, and why. */
export type StepResult = string | null | { readonly skipped: string }

/** The change was cancelled, expired or taken over while a step ran: whoever did that says so to the operator. */
export class Interrupted extends Error {
  constructor() {
    super('the change has left the state in which its steps run')
    this.name = 'Interrupted'
  }
}

/** The steps before anything has happened. */
export function waitingSteps(steps: ReadonlyArray<{ id: string; label: string }>): OnboardingStep[] {
  return steps.map(({ id, label }) => ({ id, label, state: 'waiting', detail: null, nextTryAt: null }))
}

/**
 * @throws Interrupted; the signal's reason; whatever a step failed with for good; ONB_TOO_SLOW when the budget is used up
 */
export async function runSteps<Context extends StepRun>(
  context: Context,
  steps: ReadonlyArray<Step<Context>>,
): Promise<void> {
  const deadline = context.microsoft.clock.now() + budgetMs
  const lines = waitingSteps(steps)
  for (const [index, step] of steps.entries()) {
    const show = async (line: Partial<OnboardingStep>) => {
      const before = lines[index]
      if (before) lines[index] = { ...before, ...line }
      await context.showSteps(lines)
    }
    await show({ state: 'running' })
    context.signal.throwIfAborted()
    try {
      const result = await untilReady(context, step, deadline, show)
      const isSkipped = typeof result === 'object' && result !== null
      await show({
        state: isSkipped ? 'skipped' : 'done',
        detail: isSkipped ? result.skipped : result,
        nextTryAt: null,
      })
    } catch (error) {
      if (error instanceof Interrupted || context.signal.aborted) throw error
      const detail = isAppError(error) ? error.message : 'An unexpected failure'
      await show({ state: 'failed', detail, nextTryAt: null })
      throw error
    }
  }
}

async function untilReady<Context extends StepRun>(
  context: Context,
  step: Step<Context>,
  deadline: number,
  show: (line: Partial<OnboardingStep>) => Promise<void>,
): Promise<StepResult> {
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
      logger.info({ subject: context.subject, step: step.id, tries, wait, code }, 'waiting for Microsoft')
      const nextTryAt = new Date(clock.now() + wait).toISOString()
      await show({ state: 'running', detail: reason, nextTryAt })
      await clock.sleep(wait, context.signal)
      await show({ detail: null, nextTryAt: null })
    }
  }
}
