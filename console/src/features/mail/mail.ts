import { queryOptions } from '@tanstack/react-query'
import type {
  ExportView,
  FolderView,
  MailboxView,
  MailDetailView,
  MailItemView,
  Person,
  ResourceWorkload,
  RunView,
  Selection,
} from '../../../../src/contract/index.ts'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { allPages, pagedQuery } from '../../api/pages.ts'

/** What the list shows: a search over the organization (or one mailbox), or a mailbox's folder. */
export interface MailScope {
  readonly organizationId: string
  readonly mailbox?: string | undefined
  readonly folder?: string | undefined
  readonly q?: string | undefined
  readonly at?: number | undefined
}

/** Mailboxes, or what the users have of another workload. */
export const mailboxesQuery = (organizationId: string, search: string, workload: ResourceWorkload = 'mail') =>
  pagedQuery<MailboxView>(
    keys.mailboxes(organizationId, workload, search),
    `/organizations/${organizationId}/mailboxes`,
    { workload, search: search || undefined, limit: 100 },
  )

export const foldersQuery = (mailboxId: string, at: number | undefined) =>
  queryOptions({
    queryKey: keys.folders(mailboxId, at),
    queryFn: ({ signal }) => allPages<FolderView>(`/mailboxes/${mailboxId}/folders`, { at }, signal),
  })

/** Mails of one folder, or of all. */
export const itemsOf = (folders: readonly FolderView[], id: string | undefined): number =>
  folders.reduce((sum, folder) => (id === undefined || folder.id === id ? sum + folder.items : sum), 0)

export const restorePointsQuery = (organizationId: string) =>
  pagedQuery<RunView>(keys.restorePoints(organizationId), `/organizations/${organizationId}/restore-points`, {
    limit: 100,
  })

export function mailItemsQuery(scope: MailScope) {
  const { organizationId, mailbox, folder, q, at } = scope
  const key = keys.mailItems({ ...scope })
  if (q) {
    return pagedQuery<MailItemView>(key, `/organizations/${organizationId}/search`, {
      query: q,
      mailbox,
      at,
      limit: 100,
    })
  }
  return pagedQuery<MailItemView>(key, `/mailboxes/${mailbox}/items`, { folder, at, limit: 100 })
}

export const mailItemQuery = (id: string) =>
  queryOptions({
    queryKey: keys.mailItem(id),
    queryFn: ({ signal }) => api.get<MailDetailView>(`/items/${id}`, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  })

/** All that a scope shows, as the server takes it; a search over the whole organization is nothing that can be named. */
export function everythingOf({ mailbox, folder, q, at }: MailScope): Selection | undefined {
  return mailbox === undefined
    ? undefined
    : {
        mailbox,
        ...(folder ? { folder } : {}),
        ...(q ? { search: q } : {}),
        ...(at ? { at } : {}),
      }
}

export const createExport = (organizationId: string, selection: Selection) =>
  api.post<ExportView>(`/organizations/${organizationId}/exports`, { selection })

/** `Name <address>`, or what there is of it. */
export function personText({ name, address }: Person): string {
  if (!name || name === address) return address
  return address ? `${name} <${address}>` : name
}
