import { keepPreviousData, queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type {
  ApplicationPassword,
  CloudView,
  CredentialKind,
  DetectedCloud,
  MakeCertificate,
  OnboardingDetails,
  OnboardingState,
  OnboardingView,
  PermissionView,
  RegistrationGuide,
  SaveOnboarding,
  SignInAddress,
  StartOnboarding,
  Workload,
} from '../../../../src/contract/index.ts'
import { api, apiAddress } from '../../api/client.ts'
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

/** Which cloud a domain belongs to; nothing is asked for what is no domain yet. */
export const detectedCloudQuery = (domain: string) =>
  queryOptions({
    queryKey: keys.detectedCloud(domain),
    queryFn: () => api.post<DetectedCloud>('/clouds/detect', { domain }),
    enabled: /[^\s.]\.[^\s.]{2,}$|^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(domain),
    staleTime: 300_000,
    retry: false,
  })

export const permissionsQuery = (
  cloud: string | undefined,
  workloads: readonly Workload[],
  restore: boolean,
) =>
  queryOptions({
    queryKey: keys.permissions(cloud ?? '', workloads.join(), restore),
    queryFn: async ({ signal }) =>
      (
        await api.get<List<PermissionView>>('/permissions', {
          query: { cloud, workloads: workloads.join(), restore },
          signal,
        })
      ).items,
    enabled: cloud !== undefined && workloads.length > 0,
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

/** How to register the application; the script changes with the certificate that it uploads. */
export const registrationGuideQuery = (id: string, credential: CredentialKind, thumbprint: string | null) =>
  queryOptions({
    queryKey: keys.registrationGuide(id, credential, thumbprint ?? ''),
    queryFn: ({ signal }) =>
      api.get<RegistrationGuide>(`/onboardings/${id}/registration-guide`, { query: { credential }, signal }),
    placeholderData: keepPreviousData,
  })

/** Keeps fields of the Manual Process on the server. Nothing of it stays in the cache: it may hold a secret. */
export function useGiveDetails(id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (details: OnboardingDetails) =>
      api.put<OnboardingView>(`/onboardings/${id}/details`, details),
    gcTime: 0,
    onSuccess: (view) => client.setQueryData(keys.onboarding(id), view),
  })
}

export function useMakeCertificate(id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: MakeCertificate) => api.post<OnboardingView>(`/onboardings/${id}/certificate`, body),
    onSuccess: (view) => client.setQueryData(keys.onboarding(id), view),
  })
}

/** Where the browser downloads the public part of the certificate. */
export const certificateAddress = (id: string) => apiAddress(`/onboardings/${id}/certificate`)

/** The application password; the server answers once, so nothing asks for it but the operator's click. */
export const fetchApplicationPassword = async (id: string): Promise<string> =>
  (await api.post<ApplicationPassword>(`/onboardings/${id}/application-password`)).applicationPassword
