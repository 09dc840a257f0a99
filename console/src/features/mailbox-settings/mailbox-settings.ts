import { queryOptions } from '@tanstack/react-query'
import type { MailboxSettingsView } from '../../../../src/contract/index.ts'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'

export const mailboxSettingsQuery = (mailboxId: string, at: number | undefined) =>
  queryOptions({
    queryKey: keys.mailboxSettings(mailboxId, at),
    queryFn: ({ signal }) =>
      api.get<MailboxSettingsView>(`/mailboxes/${mailboxId}/settings`, { query: { at }, signal }),
  })
