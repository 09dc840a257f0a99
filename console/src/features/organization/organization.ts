import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type {
  EditOrganization,
  OrganizationCheckView,
  OrganizationView,
  RepositoryView,
} from '../../../../src/contract/index.ts'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { pagedQuery } from '../../api/pages.ts'

export const organizationsQuery = pagedQuery<OrganizationView>(keys.organizations, '/organizations')

export const organizationQuery = (id: string) =>
  queryOptions({
    queryKey: keys.organization(id),
    queryFn: ({ signal }) => api.get<OrganizationView>(`/organizations/${id}`, { signal }),
  })

export const repositoryQuery = (id: string) =>
  queryOptions({
    queryKey: keys.repository(id),
    queryFn: ({ signal }) => api.get<RepositoryView>(`/organizations/${id}/repository`, { signal }),
  })

/** The checks that were made, newest first. */
export const checksQuery = (id: string) =>
  pagedQuery<OrganizationCheckView>(keys.organizationChecks(id), `/organizations/${id}/checks`)

/** Takes over an organization as the server answered it. */
export function useAcceptOrganization() {
  const client = useQueryClient()
  return (view: OrganizationView) => {
    client.setQueryData(keys.organization(view.id), view)
    void client.invalidateQueries({ queryKey: keys.organizations })
  }
}

export function useVerifyOrganization(id: string) {
  const accept = useAcceptOrganization()
  return useMutation({
    mutationFn: () => api.post<OrganizationView>(`/organizations/${id}/verify`),
    onSuccess: accept,
  })
}

export function useEditOrganization(id: string) {
  const accept = useAcceptOrganization()
  return useMutation({
    mutationFn: (body: EditOrganization) => api.patch<OrganizationView>(`/organizations/${id}`, body),
    onSuccess: accept,
  })
}

/** What the last check found added counts as normal from now on. */
export function useAcceptDrift(id: string) {
  const accept = useAcceptOrganization()
  return useMutation({
    mutationFn: () => api.post<OrganizationView>(`/organizations/${id}/drift/accept`),
    onSuccess: accept,
  })
}
