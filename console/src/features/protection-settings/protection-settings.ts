import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type {
  DirectoryGroupView,
  DirectorySiteView,
  DirectoryUserView,
  ProtectionView,
  SaveProtection,
  UserFilter,
} from '../../../../src/contract/index.ts'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { pagedQuery } from '../../api/pages.ts'

export const protectionQuery = (organizationId: string) =>
  queryOptions({
    queryKey: keys.protection(organizationId),
    queryFn: ({ signal }) =>
      api.get<ProtectionView>(`/organizations/${organizationId}/protection`, { signal }),
  })

/** Takes over the settings as the server answered them, and forgets what follows from them. */
function useAcceptProtection(organizationId: string) {
  const client = useQueryClient()
  return (view: ProtectionView) => {
    client.setQueryData(keys.protection(organizationId), view)
    void client.invalidateQueries({ queryKey: keys.directory(organizationId) })
    void client.invalidateQueries({ queryKey: keys.organization(organizationId) })
  }
}

export function useSaveProtection(organizationId: string) {
  const accept = useAcceptProtection(organizationId)
  return useMutation({
    mutationFn: (changes: SaveProtection) =>
      api.put<ProtectionView>(`/organizations/${organizationId}/protection`, changes),
    onSuccess: accept,
  })
}

export function useRefreshDirectory(organizationId: string) {
  const accept = useAcceptProtection(organizationId)
  return useMutation({
    mutationFn: () => api.post<ProtectionView>(`/organizations/${organizationId}/directory/refresh`),
    onSuccess: accept,
  })
}

export const directoryUsersQuery = (organizationId: string, filter: UserFilter | 'all', search: string) =>
  pagedQuery<DirectoryUserView>(
    [...keys.directory(organizationId), 'users', filter, search],
    `/organizations/${organizationId}/directory/users`,
    { filter: filter === 'all' ? undefined : filter, search: search || undefined },
  )

export const directoryGroupsQuery = (organizationId: string, search: string) =>
  pagedQuery<DirectoryGroupView>(
    [...keys.directory(organizationId), 'groups', search],
    `/organizations/${organizationId}/directory/groups`,
    { search: search || undefined },
  )

export const groupUsersQuery = (organizationId: string, groupId: string) =>
  pagedQuery<DirectoryUserView>(
    [...keys.directory(organizationId), 'group', groupId],
    `/organizations/${organizationId}/directory/groups/${encodeURIComponent(groupId)}/users`,
  )

export const directorySitesQuery = (organizationId: string, search: string) =>
  pagedQuery<DirectorySiteView>(
    [...keys.directory(organizationId), 'sites', search],
    `/organizations/${organizationId}/directory/sites`,
    { search: search || undefined },
  )
