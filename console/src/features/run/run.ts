import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { ItemFailureView, RunResourceView, RunView } from '../../../../src/contract/index.ts'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { pagedQuery } from '../../api/pages.ts'

export const isActive = (run: Pick<RunView, 'finishedAt'>): boolean => run.finishedAt === null

export const runsQuery = (organizationId: string) =>
  pagedQuery<RunView>(keys.runs(organizationId), `/organizations/${organizationId}/runs`)

export const runQuery = (id: string) =>
  queryOptions({
    queryKey: keys.run(id),
    queryFn: ({ signal }) => api.get<RunView>(`/runs/${id}`, { signal }),
  })

export const runResourcesQuery = (id: string) =>
  pagedQuery<RunResourceView>(keys.runResources(id), `/runs/${id}/resources`, { limit: 100 })

export const runFailuresQuery = (id: string) =>
  pagedQuery<ItemFailureView>(keys.runFailures(id), `/runs/${id}/failures`)

export function useStartRun(organizationId: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => api.post<RunView>(`/organizations/${organizationId}/runs`),
    onSuccess: (run) => {
      client.setQueryData(keys.run(run.id), run)
      for (const queryKey of [
        keys.runs(organizationId),
        keys.organizations,
        keys.organization(organizationId),
        keys.status,
      ])
        void client.invalidateQueries({ queryKey })
    },
  })
}

export function useCancelRun(id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => api.post<unknown>(`/runs/${id}/cancel`),
    onSettled: () => void client.invalidateQueries({ queryKey: keys.run(id) }),
  })
}
