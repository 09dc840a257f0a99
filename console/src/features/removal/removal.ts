import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type {
  DeleteBackups,
  OrganizationView,
  Page,
  RemovalView,
  RemoveOrganization,
} from '../../../../src/contract/index.ts'
import { api, apiAddress } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { pagedQuery } from '../../api/pages.ts'

export const removedOrganizationsQuery = pagedQuery<OrganizationView>(
  keys.removedOrganizations,
  '/organizations',
  { state: 'removed' },
)

/** The organization of this tenant that was removed and whose backups are here. */
const removedOfTenantQuery = (tenantId: string | undefined) =>
  queryOptions({
    queryKey: [...keys.removedOrganizations, tenantId],
    queryFn: async ({ signal }) => {
      const { items } = await api.get<Page<OrganizationView>>('/organizations', {
        query: { state: 'removed', search: tenantId },
        signal,
      })
      return items.find((one) => one.tenantId === tenantId) ?? null
    },
    enabled: tenantId !== undefined && tenantId !== '',
  })

export const useRemovedOfTenant = (tenantId: string | null | undefined): OrganizationView | null =>
  useQuery(removedOfTenantQuery(tenantId ?? undefined)).data ?? null

function useRemovalVerb<T, R>(organizationId: string, verb: (body: T) => Promise<R>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: verb,
    onSettled: () => {
      for (const queryKey of [
        keys.organization(organizationId),
        keys.organizations,
        keys.removedOrganizations,
        keys.removals,
        keys.status,
      ])
        void client.invalidateQueries({ queryKey })
    },
  })
}

const path = (organizationId: string) => `/organizations/${organizationId}`

/** Answers within a minute; the removal goes on without. */
export const useRemoveOrganization = (id: string) =>
  useRemovalVerb(id, (body: RemoveOrganization) => api.post<RemovalView>(`${path(id)}/removal`, body))
/** While it waits for an administrator. */
export const useTakeBackRemoval = (id: string) =>
  useRemovalVerb(id, () => api.post<OrganizationView>(`${path(id)}/removal/take-back`))
export const useDeleteBackups = (id: string) =>
  useRemovalVerb(id, (body: DeleteBackups) => api.post<RemovalView>(`${path(id)}/backups-deletion`, body))
export const useUndoDeletion = (id: string) =>
  useRemovalVerb(id, () => api.post<RemovalView>(`${path(id)}/backups-deletion/undo`))

/** Where the browser downloads the statement as text. */
export const statementAddress = (removalId: string) => apiAddress(`/removals/${removalId}/statement`)
