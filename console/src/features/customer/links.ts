import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { CreateCustomerLink, CustomerLinkView, NewCustomerLink } from '../../../../src/contract/index.ts'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { pagedQuery } from '../../api/pages.ts'

/** The provider's side: links of one onboarding, newest first. */
export const linksQuery = (onboardingId: string) =>
  pagedQuery<CustomerLinkView>(keys.customerLinks(onboardingId), '/customer-links', { onboardingId })

export function useCreateLink(onboardingId: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: CreateCustomerLink) =>
      api.post<NewCustomerLink>(`/onboardings/${onboardingId}/customer-links`, body),
    onSettled: () => void client.invalidateQueries({ queryKey: keys.customerLinks(onboardingId) }),
    // The address is a secret: gone with the dialog.
    gcTime: 0,
  })
}

export function useRevokeLink(onboardingId: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => api.post<CustomerLinkView>(`/customer-links/${id}/revoke`),
    onSettled: () => void client.invalidateQueries({ queryKey: keys.customerLinks(onboardingId) }),
  })
}
