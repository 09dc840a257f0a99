import type { Database } from '../database/index.ts'
import type { SecretBox } from '../security/index.ts'
import type { Clock } from '../shared/index.ts'
import type { Onboardings } from './onboardings.ts'
import { createSignIns } from './sign-in.ts'
import type { SignInReturn } from './sign-in-return.ts'
import type { AdministratorTasks } from './tasks/administrator-tasks.ts'

/** Where a browser that comes back from Microsoft belongs. */
export interface SignInReturns {
  /**
   * Redeems the return for whatever the sign-in was started for.
   * @returns path of the console's page on which it goes on
   * @throws ONB_SIGN_IN_UNKNOWN
   */
  complete(answer: SignInReturn, sessionId: string): Promise<string>
}

export function createSignInReturns(parts: {
  readonly db: Database
  readonly secrets: SecretBox
  readonly clock: Clock
  readonly onboardings: Pick<Onboardings, 'completeSignIn'>
  readonly tasks: Pick<AdministratorTasks, 'completeSignIn'>
}): SignInReturns {
  const { db, secrets, clock, onboardings, tasks } = parts
  const signIns = createSignIns(db, secrets, clock)
  return {
    complete: async (answer, sessionId) => {
      const { kind } = await signIns.subjectOf(answer.state, sessionId)
      if (kind === 'onboarding') {
        const { id } = await onboardings.completeSignIn(answer, sessionId)
        return `/onboarding/${id}`
      }
      const { id, organizationId } = await tasks.completeSignIn(answer, sessionId)
      return `/organizations/${organizationId}/tasks/${id}`
    },
  }
}
