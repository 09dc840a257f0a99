import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type {
  ApplicationPassword,
  CloudView,
  OnboardingState,
  OnboardingView,
  PermissionView,
  SaveOnboarding,
  SignInAddress,
  StartOnboarding,
} from '../../../../src/contract/index.ts'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { usePollInterval } from '../../api/live.ts'
import { pagedQuery } from '../../api/pages.ts'

interface List<T> {
  readonly items: T[]
}

export const cloudsQuery = queryOptions({
  queryKey: keys.clouds,
  queryFn: async ({ signal }) => (await api.get<List<CloudView>>('/clouds', { signal })).items,
  staleTime: 300_000,
})

export const permissionsQuery = (cloud: string | undefined, restore: boolean) =>
  queryOptions({
    queryKey: keys.permissions(cloud ?? '', restore),
    queryFn: async ({ signal }) =>
      (
        await api.get<List<PermissionView>>('/permissions', {
          query: { cloud, workloads: 'mail', restore },
          signal,
        })
      ).items,
    enabled: cloud !== undefined,
    staleTime: 300_000,
  })

export const onboardingsQuery = pagedQuery<OnboardingView>(keys.onboardings, '/onboardings')

/** States in which something happens without the operator. */
const busyStates: readonly OnboardingState[] = ['signing-in', 'code-shown', 'creating', 'verifying']

export function useOnboarding(id: string) {
  const interval = usePollInterval(true)
  return useQuery({
    queryKey: keys.onboarding(id),
    queryFn: ({ signal }) => api.get<OnboardingView>(`/onboardings/${id}`, { signal }),
    staleTime: 0,
    refetchInterval: (query) => {
      const state = query.state.data?.state
      // Short even while events arrive: a person is looking at this page and waiting.
      return state && busyStates.includes(state) && interval ? Math.min(interval, 4_000) : false
    },
  })
}

export function useStartOnboarding() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async (body: StartOnboarding) => {
      const started = await api.post<OnboardingView>('/onboardings', body)
      if (body.method !== 'device-code') return started
      // Microsoft's refusal is shown by the onboarding's own page, which has the button for another try.
      return api.post<OnboardingView>(`/onboardings/${started.id}/device-code`).catch(() => started)
    },
    onSuccess: (view) => {
      client.setQueryData(keys.onboarding(view.id), view)
      void client.invalidateQueries({ queryKey: keys.onboardings })
    },
  })
}

/** Leads the browser to Microsoft and leaves this page. */
export function useMicrosoftSignIn(id: string) {
  return useMutation({
    mutationFn: (selectAccount: boolean) =>
      api.post<SignInAddress>(`/onboardings/${id}/sign-in`, selectAccount ? { selectAccount } : {}),
    onSuccess: ({ authorizationUrl }) => window.location.assign(authorizationUrl),
  })
}

/** 'New code'. */
export const useDeviceCode = (id: string) => useOnboardingVerb(id, 'device-code')
/** Asks Microsoft at once whether somebody has signed in with the code. */
export const useDeviceCodeCheck = (id: string) => useOnboardingVerb(id, 'device-code/check')
export const useOnboardingStep = (id: string, step: 'grant' | 'cancel') => useOnboardingVerb(id, step)

function useOnboardingVerb(id: string, verb: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => api.post<OnboardingView>(`/onboardings/${id}/${verb}`),
    onSuccess: (view) => client.setQueryData(keys.onboarding(id), view),
    onSettled: () => void client.invalidateQueries({ queryKey: keys.onboardings }),
    onError: () => void client.invalidateQueries({ queryKey: keys.onboarding(id) }),
  })
}

export function useSaveOnboarding(id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: SaveOnboarding) => api.post<OnboardingView>(`/onboardings/${id}/save`, body),
    onSuccess: (view) => {
      client.setQueryData(keys.onboarding(id), view)
      for (const queryKey of [keys.onboardings, keys.organizations, keys.status])
        void client.invalidateQueries({ queryKey })
    },
    onError: () => void client.invalidateQueries({ queryKey: keys.onboarding(id) }),
  })
}

/** The application password; the server answers once, so nothing asks for it but the operator's click. */
export const fetchApplicationPassword = async (id: string): Promise<string> =>
  (await api.post<ApplicationPassword>(`/onboardings/${id}/application-password`)).applicationPassword
