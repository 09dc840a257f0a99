import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type {
  PendingCertificate,
  SaveSignInClient,
  SetExternalAddress,
  SignInCloudView,
  SignInSettings,
} from '../../../../src/contract/index.ts'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'

export const signInSettingsQuery = queryOptions({
  queryKey: keys.signInSettings,
  queryFn: ({ signal }) => api.get<SignInSettings>('/settings/sign-in', { signal }),
})

/** Whatever changes here also changes from where one can sign in. */
function useSettingsMutation<Output, Input = void>(send: (input: Input) => Promise<Output>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: send,
    onSettled: () => {
      void client.invalidateQueries({ queryKey: keys.signInSettings })
      void client.invalidateQueries({ queryKey: ['sign-in-ways'] })
    },
  })
}

export const useSetExternalAddress = () =>
  useSettingsMutation((body: SetExternalAddress) =>
    api.put<SignInSettings>('/settings/sign-in/external-address', body),
  )

export const useSaveClient = (cloud: string) =>
  useSettingsMutation((body: SaveSignInClient) =>
    api.put<SignInCloudView>(`/settings/sign-in/clouds/${cloud}`, body),
  )

export const useMakeCertificate = (cloud: string) =>
  useSettingsMutation(() => api.post<PendingCertificate>(`/settings/sign-in/clouds/${cloud}/certificate`))

export const useTestClient = (cloud: string) =>
  useSettingsMutation(() => api.post<SignInCloudView>(`/settings/sign-in/clouds/${cloud}/test`))

export const useRemoveClient = (cloud: string) =>
  useSettingsMutation(() => api.remove(`/settings/sign-in/clouds/${cloud}`))
