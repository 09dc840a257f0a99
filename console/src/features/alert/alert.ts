import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type {
  AlertQuery,
  AlertSettings,
  AlertThresholds,
  AlertView,
  ChannelTest,
  Page,
  SaveChannel,
  SavedChannel,
} from '../../../../src/contract/index.ts'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { pagedQuery } from '../../api/pages.ts'
import { useMay } from '../operator/operator.ts'

export type AlertFilter = Pick<AlertQuery, 'state' | 'kind' | 'severity' | 'organization'>

export const alertsQuery = (filter: AlertFilter) =>
  pagedQuery<AlertView>([...keys.alerts, filter], '/alerts', { ...filter })

export const alertQuery = (id: string) =>
  queryOptions({
    queryKey: [...keys.alerts, id],
    queryFn: ({ signal }) => api.get<AlertView>(`/alerts/${id}`, { signal }),
  })

/** How many alerts nobody has seen to; undefined where the operator may not know. */
export function useOpenAlerts(): number | undefined {
  const may = useMay()
  const { data } = useQuery({
    queryKey: [...keys.alerts, 'open'],
    queryFn: ({ signal }) =>
      api.get<Page<AlertView>>('/alerts', { query: { state: 'open', limit: 1 }, signal }),
    enabled: may('alerts.read'),
    refetchInterval: 60_000,
  })
  return data?.total
}

export function useAcknowledge() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ id, reason }: { id: string; reason: string }) =>
      api.post<AlertView>(`/alerts/${id}/acknowledge`, { reason }),
    onSettled: () => client.invalidateQueries({ queryKey: keys.alerts }),
  })
}

export const alertSettingsQuery = queryOptions({
  queryKey: keys.alertSettings,
  queryFn: ({ signal }) => api.get<AlertSettings>('/settings/alerts', { signal }),
})

function useChange<Variables, Result>(send: (variables: Variables) => Promise<Result>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: send,
    onSettled: () => client.invalidateQueries({ queryKey: keys.alertSettings }),
    // Answers may hold a key, what is sent may hold a password.
    gcTime: 0,
  })
}

const channelPath = (id: string) => `/settings/alerts/channels/${id}`

export const useSetThresholds = () =>
  useChange((body: AlertThresholds) => api.put<AlertThresholds>('/settings/alerts', body))
export const useSaveChannel = () =>
  useChange(({ id, channel }: { id: string | null; channel: SaveChannel }) =>
    id === null
      ? api.post<SavedChannel>('/settings/alerts/channels', channel)
      : api.put<SavedChannel>(channelPath(id), channel),
  )
export const useRemoveChannel = () => useChange((id: string) => api.remove(channelPath(id)))
export const useTestChannel = () =>
  useChange((id: string) => api.post<ChannelTest>(`${channelPath(id)}/test`))
