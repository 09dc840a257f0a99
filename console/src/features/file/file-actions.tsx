import { Button, makeStyles, Toolbar, tokens } from '@fluentui/react-components'
import { ArrowDownloadRegular, ArrowUndoRegular, DismissRegular } from '@fluentui/react-icons'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { FileView, OrganizationView, Selection } from '../../../../src/contract/index.ts'
import { BusyMark, ProblemBar } from '../../elements/index.ts'
import { formatCount } from '../../format/format.ts'
import { type FileScope, selectionOf, useFileDownload } from './file.ts'
import { RestoreFilesDialog } from './restore-files-dialog.tsx'

interface FileActionsProps {
  organization: OrganizationView
  scope: FileScope
  rows: readonly FileView[]
  ids: ReadonlySet<string>
  onClear: () => void
}

const useStyles = makeStyles({
  bar: {
    flexWrap: 'wrap',
    gap: '4px',
    padding: '4px 12px',
    minHeight: '40px',
    backgroundColor: tokens.colorNeutralBackground2,
    borderRadius: tokens.borderRadiusMedium,
  },
  count: { marginRight: 'auto', fontWeight: tokens.fontWeightSemibold, fontVariantNumeric: 'tabular-nums' },
})

/** What can be done with the selected files and folders, or with all of the open folder. Always there, so that rows do not jump. */
export function FileActions({ organization, scope, rows, ids, onClear }: FileActionsProps) {
  const { t } = useTranslation()
  const styles = useStyles()
  const download = useFileDownload(organization.id)
  const [restoring, setRestoring] = useState<Selection>()
  const chosen = selectionOf(scope, rows, ids)
  const whole: Selection | undefined =
    scope.drive && !scope.q && rows.length > 0
      ? {
          drive: scope.drive,
          ...(scope.folder ? { folders: [scope.folder] } : {}),
          ...(scope.at === undefined ? {} : { at: scope.at }),
        }
      : undefined
  const selection = chosen ?? whole
  return (
    <>
      <Toolbar size="small" className={styles.bar} aria-label={t('file.actions')}>
        <span className={styles.count}>
          {chosen || !whole
            ? t('mail.selected', { count: ids.size, formatted: formatCount(ids.size) })
            : t('file.wholeFolder')}
        </span>
        {chosen && (
          <Button
            size="small"
            appearance="subtle"
            icon={<DismissRegular />}
            aria-label={t('mail.clear')}
            onClick={onClear}
          />
        )}
        <Button
          size="small"
          icon={<ArrowUndoRegular />}
          disabledFocusable={!selection}
          onClick={() => selection && setRestoring(selection)}
        >
          {t('file.restore')}
        </Button>
        <Button
          size="small"
          icon={download.isPending ? <BusyMark size="extra-tiny" /> : <ArrowDownloadRegular />}
          disabledFocusable={!selection || download.isPending}
          onClick={() => selection && download.mutate(selection)}
        >
          {chosen || !whole ? t('file.downloadSome') : t('file.downloadFolder')}
        </Button>
      </Toolbar>
      <ProblemBar error={download.error} />
      {restoring && (
        <RestoreFilesDialog
          organization={organization}
          selection={restoring}
          onClose={() => setRestoring(undefined)}
        />
      )}
    </>
  )
}
