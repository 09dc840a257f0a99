import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type {
  ChangeOperator,
  ChangePassword,
  InviteOperator,
  OperatorDetail,
  OperatorLink,
  OperatorProof,
  OwnSession,
  Page,
  Right,
  Role,
} from '../../../../src/contract/index.ts'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { pagedQuery } from '../../api/pages.ts'
import { sessionQuery } from '../session/session.ts'

export const roles: readonly Role[] = [
  'owner',
  'administrator',
  'backup-operator',
  'restore-operator',
  'auditor',
]

/** Whether the signed-in operator's role allows something. What it does not allow is not offered; the server refuses it all the same. */
export function useMay(): (right: Right) => boolean {
  const { data } = useQuery(sessionQuery)
  return (right) => data?.rights.includes(right) ?? false
}

export const operatorsQuery = (search: string) =>
  pagedQuery<OperatorDetail>([...keys.operators, search], '/operators', { search: search || undefined })

function useChange<Variables, Result>(send: (variables: Variables) => Promise<Result>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: send,
    onSettled: () => client.invalidateQueries({ queryKey: keys.operators }),
    // Answers may hold a link: forgotten with the dialog.
    gcTime: 0,
  })
}

export const useInvite = () => useChange((body: InviteOperator) => api.post<OperatorLink>('/operators', body))
export const useNewLink = () => useChange((id: string) => api.post<OperatorLink>(`/operators/${id}/link`))
export const useChangeOperator = () =>
  useChange(({ id, change }: { id: string; change: ChangeOperator }) =>
    api.patch<OperatorDetail>(`/operators/${id}`, change),
  )
export const useRemoveOperator = () => useChange((id: string) => api.remove(`/operators/${id}`))

export const useRemoveSecondFactors = () =>
  useChange(({ id, proof }: { id: string; proof: OperatorProof }) =>
    api.post<OperatorDetail>(`/operators/${id}/second-factors/removal`, { proof }),
  )

export const ownSessionsQuery = queryOptions({
  queryKey: keys.ownSessions,
  queryFn: ({ signal }) => api.get<Page<OwnSession>>('/sessions', { signal }),
})

export function useEndSession() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => api.remove(`/sessions/${id}`),
    onSettled: () => client.invalidateQueries({ queryKey: keys.ownSessions }),
  })
}

export function useChangePassword() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: ChangePassword) => api.put('/session/password', body),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.ownSessions }),
  })
}
