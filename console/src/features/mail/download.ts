import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { Selection } from '../../../../src/contract/index.ts'
import { apiAddress } from '../../api/client.ts'
import { announce } from '../../elements/index.ts'
import { createExport } from './mail.ts'

/** Lets the browser download an address of the API; the server sends it as an attachment, so the page stays. */
export function saveAddress(address: string) {
  const link = document.createElement('a')
  link.href = address
  link.download = ''
  link.click()
}

export const emlAddress = (itemId: string) => apiAddress(`/items/${itemId}/eml`)
export const previewAddress = (itemId: string) => apiAddress(`/items/${itemId}/preview`)
export const attachmentAddress = (itemId: string, index: number) =>
  apiAddress(`/items/${itemId}/attachments/${index}`)

/** Downloads one mail as EML, several as ZIP. */
export function useDownload(organizationId: string) {
  const { t } = useTranslation()
  return useMutation({
    mutationFn: async (selection: Selection) => {
      if ('items' in selection && selection.items.length === 1 && selection.items[0]) {
        saveAddress(emlAddress(selection.items[0]))
        return 1
      }
      const made = await createExport(organizationId, selection)
      saveAddress(made.address)
      return made.items
    },
    onSuccess: (count) => announce(t('mail.downloadReady', { count })),
  })
}
