import { queryOptions, useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type {
  OutlookItemDetailView,
  OutlookItemView,
  OutlookWorkloadName,
  Selection,
} from '../../../../src/contract/index.ts'
import { api, apiAddress } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { pagedQuery } from '../../api/pages.ts'
import { announce } from '../../elements/index.ts'
import { saveAddress } from '../mail/download.ts'
import { createExport, type MailScope } from '../mail/mail.ts'

export function outlookItemsQuery(workload: OutlookWorkloadName, scope: MailScope) {
  const { organizationId, mailbox, folder, q, at } = scope
  const key = keys.outlookItems({ workload, ...scope })
  if (q)
    return pagedQuery<OutlookItemView>(key, `/organizations/${organizationId}/outlook-search`, {
      query: q,
      workload,
      mailbox,
      at,
      limit: 100,
    })
  return pagedQuery<OutlookItemView>(key, `/mailboxes/${mailbox}/outlook-items`, { folder, at, limit: 100 })
}

export const outlookItemQuery = (id: string) =>
  queryOptions({
    queryKey: keys.outlookItem(id),
    queryFn: ({ signal }) => api.get<OutlookItemDetailView>(`/outlook-items/${id}`, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  })

export const contentAddress = (id: string) => apiAddress(`/outlook-items/${id}/content`)
export const jsonAddress = (id: string) => `${contentAddress(id)}?format=json`
export const textAddress = (id: string) => apiAddress(`/outlook-items/${id}/preview`)
export const photoAddress = (id: string) => apiAddress(`/outlook-items/${id}/photo`)
export const outlookAttachmentAddress = (id: string, index: number) =>
  apiAddress(`/outlook-items/${id}/attachments/${index}`)

/** Downloads one item as its file; several as ZIP, or as one file. */
export function useOutlookDownload(
  organizationId: string,
  workload: OutlookWorkloadName,
  as: 'zip' | 'file',
) {
  const { t } = useTranslation()
  return useMutation({
    mutationFn: async (selection: Selection) => {
      if ('items' in selection && selection.items.length === 1 && selection.items[0]) {
        saveAddress(contentAddress(selection.items[0]))
        return 1
      }
      const made = await createExport(organizationId, selection)
      saveAddress(as === 'file' ? `${made.address}?as=file` : made.address)
      return made.items
    },
    onSuccess: (count) => announce(t(`outlook.${workload}.downloadReady`, { count })),
  })
}
