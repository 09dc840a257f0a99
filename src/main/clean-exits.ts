import type { TaskView } from '../contract/index.ts'
import { isAppError } from '../errors/index.ts'
import type { AdministratorTasks } from '../onboarding/index.ts'
import type { RemovalPorts } from '../organizations/index.ts'

/** The administrator's task 'clean exit' as a removal sees it. */
export function cleanExits(
  tasks: Pick<AdministratorTasks, 'start' | 'get' | 'cancel'>,
): RemovalPorts['exits'] {
  return {
    start: (organizationId, operatorId) => tasks.start(organizationId, { kind: 'clean-exit' }, operatorId),
    state: async (taskId) => {
      const { state, outcome } = await tasks.get(taskId)
      return {
        state: state === 'done' ? 'done' : ended.has(state) ? 'ended' : 'open',
        done: outcome?.done.filter(({ subject }) => subject !== 'server').map(sentence) ?? [],
        left: [...(outcome?.left ?? [])],
      }
    },
    cancel: async (taskId) => {
      try {
        await tasks.cancel(taskId)
      } catch (error) {
        // Somebody else was quicker.
        if (!isAppError(error, 'TSK_WRONG_STATE') || !ended.has((await tasks.get(taskId)).state)) throw error
      }
    },
  }
}

const ended: ReadonlySet<TaskView['state']> = new Set(['failed', 'cancelled', 'expired'])

function sentence({ text, permission }: NonNullable<TaskView['outcome']>['done'][number]): string {
  return permission ? `The permission ${permission.value}` : text
}
