import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { NewResticAccess, ResticAccessList } from '../../../../src/contract/index.ts'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'

export const resticAccessesQuery = (organizationId: string) =>
  queryOptions({
    queryKey: keys.resticAccesses(organizationId),
    queryFn: ({ signal }) =>
      api.get<ResticAccessList>(`/organizations/${organizationId}/restic-accesses`, { signal }),
  })

/** The answer holds the password: it is forgotten with the dialog. */
export function useGiveAccess(organizationId: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (label: string) =>
      api.post<NewResticAccess>(`/organizations/${organizationId}/restic-accesses`, { label }),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.resticAccesses(organizationId) }),
    gcTime: 0,
  })
}

export function useRevokeAccess(organizationId: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => api.remove(`/organizations/${organizationId}/restic-accesses/${id}`),
    onSettled: () => client.invalidateQueries({ queryKey: keys.resticAccesses(organizationId) }),
  })
}
