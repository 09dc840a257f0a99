import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type {
  BeginSingleSignOn,
  OwnIdentity,
  SaveSingleSignOn,
  SignInOptions,
  SingleSignOnAddress,
  SingleSignOnSettings,
  SingleSignOnTest,
  WithProof,
} from '../../../../src/contract/index.ts'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'

/** Whether the sign-in page offers a provider, without a session. */
export const signInOptionsQuery = queryOptions({
  queryKey: keys.signInOptions,
  queryFn: ({ signal }) => api.get<SignInOptions>('/session/options', { signal }),
})

export const singleSignOnQuery = queryOptions({
  queryKey: keys.singleSignOn,
  queryFn: ({ signal }) => api.get<SingleSignOnSettings>('/settings/single-sign-on', { signal }),
})

export const ownIdentityQuery = queryOptions({
  queryKey: keys.ownIdentity,
  queryFn: ({ signal }) => api.get<OwnIdentity>('/account/identity', { signal }),
})

/** The whole page goes to the provider, and comes back by itself. */
const leave = ({ address }: SingleSignOnAddress) => window.location.assign(address)

export const useBeginSingleSignOn = () =>
  useMutation({
    mutationFn: (body: BeginSingleSignOn) => api.post<SingleSignOnAddress>('/session/single-sign-on', body),
    onSuccess: leave,
  })

export const useLinkIdentity = () =>
  useMutation({
    mutationFn: (body: WithProof) => api.post<SingleSignOnAddress>('/account/identity', body),
    onSuccess: leave,
  })

export function useUnlinkIdentity() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => api.remove('/account/identity'),
    onSettled: () => client.invalidateQueries({ queryKey: keys.ownIdentity }),
  })
}

function useSettingsChange<Result, Variables = void>(send: (variables: Variables) => Promise<Result>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: send,
    onSettled: () => {
      void client.invalidateQueries({ queryKey: keys.singleSignOn })
      void client.invalidateQueries({ queryKey: keys.signInOptions })
      void client.invalidateQueries({ queryKey: keys.ownIdentity })
    },
  })
}

export const useSaveSingleSignOn = () =>
  useSettingsChange((body: SaveSingleSignOn) =>
    api.put<SingleSignOnSettings>('/settings/single-sign-on', body),
  )
export const useRemoveSingleSignOn = () => useSettingsChange(() => api.remove('/settings/single-sign-on'))
export const useTestSingleSignOn = () =>
  useMutation({ mutationFn: () => api.post<SingleSignOnTest>('/settings/single-sign-on/test') })
