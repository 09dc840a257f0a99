import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { ApprovalView, Page, SetTwoPersonRule, TwoPersonRule } from '../../../../src/contract/index.ts'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'

export const approvalsQuery = infiniteQueryOptions({
  queryKey: [...keys.approvals, 'all'],
  queryFn: ({ pageParam, signal }) =>
    api.get<Page<ApprovalView>>('/approvals', { signal, query: { cursor: pageParam } }),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.nextCursor ?? undefined,
})

/** What somebody can still do something about, for the count in the navigation. */
export const openApprovalsQuery = queryOptions({
  queryKey: [...keys.approvals, 'open'],
  queryFn: ({ signal }) => api.get<Page<ApprovalView>>('/approvals', { signal, query: { open: true } }),
  refetchInterval: 60_000,
})

export type Decision = 'approve' | 'decline' | 'cancel'

/** `forget` once its outcome was seen: only then are the lists asked again, since what was decided loses its button and its dialog. */
export function useDecide() {
  const client = useQueryClient()
  const decide = useMutation({
    mutationFn: ({ id, decision }: { id: string; decision: Decision }) =>
      api.post<ApprovalView>(`/approvals/${id}/${decision}`),
  })
  function forget() {
    if (!decide.isIdle) void client.invalidateQueries({ queryKey: keys.approvals })
    decide.reset()
  }
  return { ...decide, forget }
}

export function useSetReason(id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (reason: string) => api.put<ApprovalView>(`/approvals/${id}/reason`, { reason }),
    onSettled: () => void client.invalidateQueries({ queryKey: keys.approvals }),
  })
}

export const twoPersonRuleQuery = queryOptions({
  queryKey: keys.twoPersonRule,
  queryFn: ({ signal }) => api.get<TwoPersonRule>('/settings/two-person-rule', { signal }),
})

export function useSetTwoPersonRule() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (rule: SetTwoPersonRule) => api.put<TwoPersonRule>('/settings/two-person-rule', rule),
    onSettled: () => {
      void client.invalidateQueries({ queryKey: keys.twoPersonRule })
      void client.invalidateQueries({ queryKey: keys.approvals })
    },
  })
}
