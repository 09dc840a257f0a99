import { useTranslation } from 'react-i18next'
import type { FileView, OrganizationView, Selection } from '../../../../src/contract/index.ts'
import { formatCount } from '../../format/format.ts'
import { SelectionFrame } from '../browse/selection-frame.tsx'
import { type FileScope, selectionOf, useFileDownload } from './file.ts'
import { RestoreFilesDialog } from './restore-files-dialog.tsx'

interface FileActionsProps {
  organization: OrganizationView
  scope: FileScope
  rows: readonly FileView[]
  ids: ReadonlySet<string>
  onClear: () => void
}

/** What can be done with the selected files and folders, or with all of the open folder. */
export function FileActions({ organization, scope, rows, ids, onClear }: FileActionsProps) {
  const { t } = useTranslation()
  const download = useFileDownload(organization.id)
  const chosen = selectionOf(scope, rows, ids)
  const whole: Selection | undefined =
    scope.drive && !scope.q && (scope.folder || rows.length > 0)
      ? {
          drive: scope.drive,
          ...(scope.folder ? { folders: [scope.folder] } : {}),
          ...(scope.at === undefined ? {} : { at: scope.at }),
        }
      : undefined
  const isSome = Boolean(chosen) || !whole
  return (
    <SelectionFrame
      label={t('file.actions')}
      text={
        isSome
          ? t('mail.selected', { count: ids.size, formatted: formatCount(ids.size) })
          : t('file.wholeFolder')
      }
      selection={chosen ?? whole}
      onClear={chosen && onClear}
      // A folder without anything in it can be restored, but there is nothing to save.
      downloads={
        isSome || rows.length > 0
          ? [
              {
                text: isSome ? t('file.downloadSome') : t('file.downloadFolder'),
                isPending: download.isPending,
                run: download.mutate,
              },
            ]
          : []
      }
      error={download.error}
      dialog={(selection, onClose) => (
        <RestoreFilesDialog organization={organization} selection={selection} onClose={onClose} />
      )}
    />
  )
}
