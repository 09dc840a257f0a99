import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { CreateRestore, RestoreItemView, RestoreView } from '../../../../src/contract/index.ts'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { pagedQuery } from '../../api/pages.ts'

export const isRestoring = (restore: Pick<RestoreView, 'finishedAt'>): boolean => restore.finishedAt === null

export const restoresQuery = (organizationId: string) =>
  pagedQuery<RestoreView>(keys.restores(organizationId), `/organizations/${organizationId}/restores`)

export const restoreQuery = (id: string) =>
  queryOptions({
    queryKey: keys.restore(id),
    queryFn: ({ signal }) => api.get<RestoreView>(`/restores/${id}`, { signal }),
  })

export const restoreItemsQuery = (id: string) =>
  pagedQuery<RestoreItemView>(keys.restoreItems(id), `/restores/${id}/items`, { limit: 100 })

export function useStartRestore(organizationId: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: CreateRestore) =>
      api.post<RestoreView>(`/organizations/${organizationId}/restores`, body),
    onSuccess: (restore) => {
      client.setQueryData(keys.restore(restore.id), restore)
      void client.invalidateQueries({ queryKey: keys.restores(organizationId) })
    },
  })
}

export function useCancelRestore(id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => api.post<RestoreView>(`/restores/${id}/cancel`),
    onSettled: () => void client.invalidateQueries({ queryKey: keys.restore(id) }),
  })
}
