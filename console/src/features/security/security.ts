import { type PublicKeyCredentialCreationOptionsJSON, startRegistration } from '@simplewebauthn/browser'
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type {
  AccountSecurity,
  AddedPasskey,
  NewAuthenticator,
  NewRecoveryCodes,
  OperatorProof,
  PasskeyOptions,
  PasskeyView,
} from '../../../../src/contract/index.ts'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { passkeyAnswer } from '../session/passkey-answer.ts'

export const accountSecurityQuery = queryOptions({
  queryKey: keys.accountSecurity,
  queryFn: ({ signal }) => api.get<AccountSecurity>('/account/security', { signal }),
})

/** What changes here also changes by what the operator can prove themselves. */
function useChange<Variables, Result>(send: (variables: Variables) => Promise<Result>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: send,
    onSuccess: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: keys.accountSecurity }),
        client.invalidateQueries({ queryKey: keys.session }),
      ]),
    // Answers hold secrets that are shown once: forgotten with the dialog.
    gcTime: 0,
  })
}

export const useBeginAuthenticator = () =>
  useMutation({
    mutationFn: (proof: OperatorProof) => api.post<NewAuthenticator>('/account/authenticator', { proof }),
    gcTime: 0,
  })
export const useConfirmAuthenticator = () =>
  useChange((code: string) => api.put<NewRecoveryCodes>('/account/authenticator', { code }))
export const useRemoveAuthenticator = () =>
  useChange((proof: OperatorProof) => api.post('/account/authenticator/removal', { proof }))
export const useRenewRecoveryCodes = () =>
  useChange((proof: OperatorProof) => api.post<NewRecoveryCodes>('/account/recovery-codes', { proof }))

/** Proof, then the browser makes the passkey, then the server keeps its public half. */
export const useAddPasskey = () =>
  useChange(async ({ proof, name }: { proof: OperatorProof; name: string }) => {
    const options = await api.post<PasskeyOptions>('/account/passkeys/options', { proof })
    const response = await passkeyAnswer(() =>
      startRegistration({ optionsJSON: options as unknown as PublicKeyCredentialCreationOptionsJSON }),
    )
    return api.post<AddedPasskey>('/account/passkeys', { name, response })
  })
export const useRenamePasskey = () =>
  useChange(({ id, name }: { id: string; name: string }) =>
    api.patch<PasskeyView>(`/account/passkeys/${id}`, { name }),
  )
export const useRemovePasskey = () =>
  useChange(({ id, proof }: { id: string; proof: OperatorProof }) =>
    api.post(`/account/passkeys/${id}/removal`, { proof }),
  )
