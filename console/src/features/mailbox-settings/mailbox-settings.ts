import { queryOptions, useMutation } from '@tanstack/react-query'
import type {
  MailboxSettingsView,
  RestoredSettingsView,
  RestoreMailboxSettings,
} from '../../../../src/contract/index.ts'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'

export const mailboxSettingsQuery = (mailboxId: string, at: number | undefined) =>
  queryOptions({
    queryKey: keys.mailboxSettings(mailboxId, at),
    queryFn: ({ signal }) =>
      api.get<MailboxSettingsView>(`/mailboxes/${mailboxId}/settings`, { query: { at }, signal }),
  })

/** Some requests at Microsoft, whose outcome comes with the answer. */
export const useRestoreSettings = (mailboxId: string) =>
  useMutation({
    mutationFn: (body: RestoreMailboxSettings) =>
      api.post<RestoredSettingsView>(`/mailboxes/${mailboxId}/settings/restore`, body),
  })
