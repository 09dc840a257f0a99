import { Button, makeStyles, Toolbar, tokens } from '@fluentui/react-components'
import { ArrowDownloadRegular, ArrowUndoRegular, DismissRegular } from '@fluentui/react-icons'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { OrganizationView, Selection } from '../../../../src/contract/index.ts'
import { BusyMark, ProblemBar } from '../../elements/index.ts'
import { formatCount } from '../../format/format.ts'
import { RestoreDialog } from '../restore/restore-dialog.tsx'
import { useDownload } from './download.ts'
import type { MailScope } from './mail.ts'

interface SelectionBarProps {
  organization: OrganizationView
  scope: MailScope
  ids: ReadonlySet<string>
  total: number | undefined
  onClear: () => void
}

const useStyles = makeStyles({
  bar: {
    flexWrap: 'wrap',
    gap: '4px',
    padding: '4px 12px',
    minHeight: '40px',
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground2,
  },
  count: { marginRight: 'auto', fontWeight: tokens.fontWeightSemibold, fontVariantNumeric: 'tabular-nums' },
})

/** What can be done with the selected mails, or with all mails of the open folder. Always there, so that rows do not jump. */
export function SelectionBar({ organization, scope, ids, total, onClear }: SelectionBarProps) {
  const { t } = useTranslation()
  const styles = useStyles()
  const [whole, setWhole] = useState(false)
  const [restoring, setRestoring] = useState<Selection>()
  const download = useDownload(organization.id)
  const everything: Selection | undefined = scope.mailbox
    ? {
        mailbox: scope.mailbox,
        ...(scope.folder ? { folder: scope.folder } : {}),
        ...(scope.q ? { search: scope.q } : {}),
        ...(scope.at ? { at: scope.at } : {}),
      }
    : undefined
  const selection: Selection | undefined = whole ? everything : ids.size > 0 ? { items: [...ids] } : undefined
  const count = whole ? (total ?? 0) : ids.size

  function clear() {
    setWhole(false)
    onClear()
  }
  return (
    <>
      <Toolbar size="small" className={styles.bar} aria-label={t('mail.actions')}>
        <span className={styles.count}>
          {whole && total === undefined
            ? t('mail.selectAll')
            : t('mail.selected', { count, formatted: formatCount(count) })}
        </span>
        {everything && !whole && (
          <Button size="small" appearance="subtle" onClick={() => setWhole(true)}>
            {t('mail.selectAll')}
          </Button>
        )}
        {selection && (
          <Button
            size="small"
            appearance="subtle"
            icon={<DismissRegular />}
            aria-label={t('mail.clear')}
            onClick={clear}
          />
        )}
        <Button
          size="small"
          icon={<ArrowUndoRegular />}
          disabledFocusable={!selection}
          onClick={() => selection && setRestoring(selection)}
        >
          {t('mail.restore')}
        </Button>
        <Button
          size="small"
          icon={download.isPending ? <BusyMark size="extra-tiny" /> : <ArrowDownloadRegular />}
          disabledFocusable={!selection || download.isPending}
          onClick={() => selection && download.mutate(selection)}
        >
          {t('mail.download')}
        </Button>
      </Toolbar>
      <ProblemBar error={download.error} />
      {restoring && (
        <RestoreDialog
          organization={organization}
          selection={restoring}
          title={t('restore.dialog', { count })}
          onClose={() => setRestoring(undefined)}
        />
      )}
    </>
  )
}
