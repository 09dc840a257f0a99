import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { OrganizationView, OutlookWorkloadName, Selection } from '../../../../src/contract/index.ts'
import { usePageStyles } from '../../elements/index.ts'
import { type FolderDraft, FolderField, folderOf, placeOf } from './folder-field.tsx'
import { RestoreFrame } from './restore-frame.tsx'
import { TargetField } from './target-field.tsx'

interface RestoreDialogProps {
  organization: OrganizationView
  selection: Selection
  title: string
  /** Mails, unless said otherwise. */
  workload?: 'mail' | OutlookWorkloadName
  onClose: () => void
}

const nouns = { mail: 'folder', calendar: 'calendar', contacts: 'folder', todo: 'list' } as const

/** Into whose mailbox items go, and into which folder, calendar or list. */
export function RestoreDialog(props: RestoreDialogProps) {
  const { organization, selection, title, workload = 'mail', onClose } = props
  const { t } = useTranslation()
  const page = usePageStyles()
  const [draft, setDraft] = useState<FolderDraft>({ kind: 'dated', name: '' })
  const [user, setUser] = useState<string | null>(null)
  const folder = folderOf(draft)
  const noun = nouns[workload]
  const target = user === null ? {} : { target: { user: user.trim() } }
  const request = folder && user?.trim() !== '' ? { selection, folder, ...target } : null
  return (
    <RestoreFrame
      organization={organization}
      title={title}
      lead={t(workload === 'mail' ? 'restore.lead' : `outlook.${workload}.restoreLead`)}
      noRightsText={t('restore.noRightsText')}
      request={request}
      onClose={onClose}
    >
      <TargetField organizationId={organization.id} workload={workload} user={user} onUser={setUser} />
      <FolderField draft={draft} onDraft={setDraft} kinds={['dated', 'original', 'named']} noun={noun} />
      {draft.kind !== 'named' && (
        <span className={page.small}>
          {draft.kind === 'dated' ? t('restore.datedHint') : t(`${placeOf(noun)}.originalHint`)}
        </span>
      )}
    </RestoreFrame>
  )
}
