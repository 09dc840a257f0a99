import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { CustomerView, OnboardingState, SignInAddress } from '../../../../src/contract/index.ts'
import { createApiClient } from '../../api/client.ts'
import { setupTokenOf } from '../setup/setup-token.ts'

/** A client of its own: a customer has no session of the console that could end, and no CSRF token of one. */
const api = createApiClient()
const key = ['customer'] as const

/** Reads the token once and takes it out of the address and the history entry. */
function takeToken(): string | null {
  if (window.location.pathname !== '/customer') return null
  const token = setupTokenOf(window.location.hash)
  if (window.location.hash) window.history.replaceState(window.history.state, '', window.location.pathname)
  return token
}
// At the loading of the module: before the router looks at the address again.
export const tokenOfAddress = takeToken()

function accept(view: CustomerView): CustomerView {
  api.setCsrfToken(view.csrfToken)
  return view
}

const busyStates: readonly OnboardingState[] = ['signing-in', 'creating', 'verifying', 'completing']

/** What this browser has opened. There are no events for customers: the page asks. */
export function useCustomer(enabled: boolean) {
  return useQuery({
    queryKey: key,
    queryFn: async ({ signal }) => accept(await api.get<CustomerView>('/customer', { signal })),
    enabled,
    staleTime: 0,
    refetchInterval: (query) =>
      query.state.data && busyStates.includes(query.state.data.state) ? 2_000 : false,
  })
}

/** Exchanges the token of the address: only after a click, since a link opens once. */
export function useOpenLink() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async (token: string) => accept(await api.post<CustomerView>('/customer/open', { token })),
    onSuccess: (view) => client.setQueryData(key, view),
  })
}

export function useCustomerVerb(verb: 'grant' | 'decline') {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async () => accept(await api.post<CustomerView>(`/customer/${verb}`)),
    onSuccess: (view) => client.setQueryData(key, view),
    onError: () => void client.invalidateQueries({ queryKey: key }),
  })
}

/** Leads the browser to Microsoft and leaves this page. */
export function useCustomerSignIn() {
  return useMutation({
    mutationFn: (selectAccount: boolean) =>
      api.post<SignInAddress>('/customer/sign-in', selectAccount ? { selectAccount } : {}),
    onSuccess: ({ authorizationUrl }) => window.location.assign(authorizationUrl),
  })
}
