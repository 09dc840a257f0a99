import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { ApiTokenView, CreateApiToken, NewApiToken } from '../../../../src/contract/index.ts'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { pagedQuery } from '../../api/pages.ts'

/** Whose tokens are looked at: the operator's own, or those of all. */
export type Whose = 'own' | 'all'

const paths = { own: '/account/api-tokens', all: '/api-tokens' } as const

export const apiTokensQuery = (whose: Whose) =>
  pagedQuery<ApiTokenView>([...keys.apiTokens, whose], paths[whose], {})

function useChange<Variables, Result>(send: (variables: Variables) => Promise<Result>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: send,
    onSettled: () => client.invalidateQueries({ queryKey: keys.apiTokens }),
    // The answer holds the token: forgotten with the dialog.
    gcTime: 0,
  })
}

export const useCreateApiToken = () =>
  useChange((body: CreateApiToken) => api.post<NewApiToken>('/account/api-tokens', body))
export const useRevokeApiToken = (whose: Whose) =>
  useChange((id: string) => api.remove(`${paths[whose]}/${id}`))
