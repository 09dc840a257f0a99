import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { OrganizationView, OutlookWorkloadName, Selection } from '../../../../src/contract/index.ts'
import { formatCount } from '../../format/format.ts'
import { SelectionFrame } from '../browse/selection-frame.tsx'
import { everythingOf, type MailScope } from '../mail/mail.ts'
import { RestoreDialog } from '../restore/restore-dialog.tsx'
import { useOutlookDownload } from './outlook.ts'

interface OutlookActionsProps {
  organization: OrganizationView
  workload: OutlookWorkloadName
  scope: MailScope
  ids: ReadonlySet<string>
  total: number | undefined
  onClear: () => void
}

/** What can be done with the selected events, contacts or tasks, or with all that the list shows. */
export function OutlookActions({ organization, workload, scope, ids, total, onClear }: OutlookActionsProps) {
  const { t } = useTranslation()
  const [whole, setWhole] = useState(false)
  const zip = useOutlookDownload(organization.id, workload, 'zip')
  const file = useOutlookDownload(organization.id, workload, 'file')
  const everything = everythingOf(scope)
  const selection: Selection | undefined = whole ? everything : ids.size > 0 ? { items: [...ids] } : undefined
  const count = whole ? total : ids.size
  return (
    <SelectionFrame
      label={t(`outlook.${workload}.actions`)}
      text={
        count === undefined
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
      downloads={[
        { text: t('mail.download'), isPending: zip.isPending, run: zip.mutate },
        { text: t(`outlook.${workload}.oneFile`), isPending: file.isPending, run: file.mutate },
      ]}
      error={zip.error ?? file.error}
      dialog={(restoring, onClose) => (
        <RestoreDialog
          organization={organization}
          selection={restoring}
          workload={workload}
          title={
            count === undefined
              ? t(`outlook.${workload}.restoreAll`)
              : t(`outlook.${workload}.restoreTitle`, { count })
          }
          onClose={onClose}
        />
      )}
    />
  )
}
