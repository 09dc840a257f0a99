import { queryOptions, useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type {
  DriveView,
  FileDetailView,
  FileView,
  FolderContentView,
  OlderVersionView,
  Selection,
} from '../../../../src/contract/index.ts'
import { api, apiAddress } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { pagedQuery } from '../../api/pages.ts'
import { announce } from '../../elements/index.ts'
import { saveAddress } from '../mail/download.ts'
import { createExport } from '../mail/mail.ts'

/** What the list shows: a search over the organization, or a folder of a drive. */
export interface FileScope {
  readonly organizationId: string
  readonly drive?: string | undefined
  readonly folder?: string | undefined
  readonly q?: string | undefined
  readonly at?: number | undefined
}

export const drivesQuery = (organizationId: string, search: string) =>
  pagedQuery<DriveView>(keys.drives(organizationId, search), `/organizations/${organizationId}/drives`, {
    search: search || undefined,
    limit: 100,
  })

export function filesQuery(scope: FileScope) {
  const { organizationId, drive, folder, q, at } = scope
  const key = keys.files({ ...scope })
  if (q)
    return pagedQuery<FileView>(key, `/organizations/${organizationId}/file-search`, {
      query: q,
      drive,
      at,
      limit: 100,
    })
  return pagedQuery<FileView>(key, `/drives/${drive}/files`, { folder, at, limit: 200 })
}

/** From the top of the drive to the folder that is open. */
export const folderPathQuery = ({ drive, folder, at }: FileScope) =>
  queryOptions({
    queryKey: keys.folderPath(drive ?? '', folder, at),
    queryFn: async ({ signal }) => {
      const query = { folder, at, limit: 1 }
      return (await api.get<FolderContentView>(`/drives/${drive}/files`, { query, signal })).path
    },
  })

export const fileQuery = (id: string) =>
  queryOptions({
    queryKey: keys.file(id),
    queryFn: ({ signal }) => api.get<FileDetailView>(`/files/${id}`, { signal }),
  })

export const olderVersionsQuery = (id: string) =>
  pagedQuery<OlderVersionView>(keys.olderVersions(id), `/files/${id}/versions`, { limit: 50 })

export const versionAddress = (id: string, version: string) =>
  apiAddress(`/files/${id}/versions/${encodeURIComponent(version)}/content`)
export const contentAddress = (id: string) => apiAddress(`/files/${id}/content`)
export const filePreviewAddress = (id: string) => apiAddress(`/files/${id}/preview`)

/** Downloads one file as it is, several and folders as ZIP. */
export function useFileDownload(organizationId: string) {
  const { t } = useTranslation()
  return useMutation({
    mutationFn: async (selection: Selection) => {
      const files =
        'items' in selection ? selection.items : 'drive' in selection ? (selection.files ?? []) : []
      const isOne = files.length === 1 && !('drive' in selection && (selection.folders ?? []).length > 0)
      if (isOne && files[0]) {
        saveAddress(contentAddress(files[0]))
        return 1
      }
      const made = await createExport(organizationId, selection)
      saveAddress(made.address)
      return made.items
    },
    onSuccess: (count) => announce(t('file.downloadReady', { count })),
  })
}

/** What is selected, as the server takes it. */
export function selectionOf(
  scope: FileScope,
  rows: readonly FileView[],
  ids: ReadonlySet<string>,
): Selection | undefined {
  const chosen = rows.filter(({ id }) => ids.has(id))
  if (chosen.length === 0) return undefined
  const files = chosen.filter(({ kind }) => kind === 'file').map(({ id }) => id)
  if (scope.q || !scope.drive) return { items: files }
  return {
    drive: scope.drive,
    folders: chosen.filter(({ kind }) => kind !== 'file').map(({ id }) => id),
    files,
    ...(scope.at === undefined ? {} : { at: scope.at }),
  }
}
