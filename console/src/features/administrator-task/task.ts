import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { SignInAddress, StartTask, TaskState, TaskView } from '../../../../src/contract/index.ts'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { usePollInterval } from '../../api/live.ts'
import { pagedQuery } from '../../api/pages.ts'

export const tasksQuery = (organizationId: string) =>
  pagedQuery<TaskView>(keys.tasks(organizationId), `/organizations/${organizationId}/administrator-tasks`)

const endStates: readonly TaskState[] = ['done', 'failed', 'cancelled', 'expired']
export const isOver = ({ state }: Pick<TaskView, 'state'>): boolean => endStates.includes(state)

/** States in which something happens without the operator. */
const busyStates: readonly TaskState[] = ['signing-in', 'code-shown', 'running']

export function useTask(id: string) {
  const interval = usePollInterval(true)
  return useQuery({
    queryKey: keys.task(id),
    queryFn: ({ signal }) => api.get<TaskView>(`/administrator-tasks/${id}`, { signal }),
    staleTime: 0,
    refetchInterval: (query) => {
      const state = query.state.data?.state
      // Short even while events arrive: a person is looking at this page and waiting.
      return state && busyStates.includes(state) && interval ? Math.min(interval, 4_000) : false
    },
  })
}

export function useStartTask(organizationId: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: StartTask) =>
      api.post<TaskView>(`/organizations/${organizationId}/administrator-tasks`, body),
    onSuccess: (view) => {
      client.setQueryData(keys.task(view.id), view)
      void client.invalidateQueries({ queryKey: keys.tasks(organizationId) })
    },
  })
}

/** Leads the browser to Microsoft and leaves this page. */
export function useTaskSignIn(id: string) {
  return useMutation({
    mutationFn: (selectAccount: boolean) =>
      api.post<SignInAddress>(`/administrator-tasks/${id}/sign-in`, selectAccount ? { selectAccount } : {}),
    onSuccess: ({ authorizationUrl }) => window.location.assign(authorizationUrl),
  })
}

export type TaskVerb = 'grant' | 'cancel' | 'device-code' | 'device-code/check'

export function useTaskVerb(view: Pick<TaskView, 'id' | 'organizationId'>, verb: TaskVerb) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => api.post<TaskView>(`/administrator-tasks/${view.id}/${verb}`),
    onSuccess: (changed) => client.setQueryData(keys.task(view.id), changed),
    onSettled: () => void client.invalidateQueries({ queryKey: keys.tasks(view.organizationId) }),
    onError: () => void client.invalidateQueries({ queryKey: keys.task(view.id) }),
  })
}
