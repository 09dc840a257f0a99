import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { OrganizationView, Selection } from '../../../../src/contract/index.ts'
import { formatCount } from '../../format/format.ts'
import { SelectionFrame } from '../browse/selection-frame.tsx'
import { RestoreDialog } from '../restore/restore-dialog.tsx'
import { useDownload } from './download.ts'
import { everythingOf, type MailScope } from './mail.ts'

interface SelectionBarProps {
  organization: OrganizationView
  scope: MailScope
  ids: ReadonlySet<string>
  total: number | undefined
  onClear: () => void
}

/** What can be done with the selected mails, or with all mails of the open folder. */
export function SelectionBar({ organization, scope, ids, total, onClear }: SelectionBarProps) {
  const { t } = useTranslation()
  const [whole, setWhole] = useState(false)
  const download = useDownload(organization.id)
  const everything = everythingOf(scope)
  const selection: Selection | undefined = whole ? everything : ids.size > 0 ? { items: [...ids] } : undefined
  const count = whole ? (total ?? 0) : ids.size
  return (
    <SelectionFrame
      label={t('mail.actions')}
      text={
        whole && total === undefined
          ? t('mail.selectAll')
          : t('mail.selected', { count, formatted: formatCount(count) })
      }
      selection={selection}
      onSelectAll={everything && !whole ? () => setWhole(true) : undefined}
      onClear={
        selection &&
        (() => {
          setWhole(false)
          onClear()
        })
      }
      downloads={[{ text: t('mail.download'), isPending: download.isPending, run: download.mutate }]}
      error={download.error}
      dialog={(restoring, onClose) => (
        <RestoreDialog
          organization={organization}
          selection={restoring}
          title={t('restore.dialog', { count })}
          onClose={onClose}
        />
      )}
    />
  )
}
