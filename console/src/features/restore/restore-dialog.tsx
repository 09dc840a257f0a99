import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { OrganizationView, Selection } from '../../../../src/contract/index.ts'
import { usePageStyles } from '../../elements/index.ts'
import { type FolderDraft, FolderField, folderOf } from './folder-field.tsx'
import { RestoreFrame } from './restore-frame.tsx'
import { TargetField } from './target-field.tsx'

interface RestoreDialogProps {
  organization: OrganizationView
  selection: Selection
  title: string
  onClose: () => void
}

/** Into whose mailbox mails go, and into which folder. */
export function RestoreDialog({ organization, selection, title, onClose }: RestoreDialogProps) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const [draft, setDraft] = useState<FolderDraft>({ kind: 'dated', name: '' })
  const [user, setUser] = useState<string | null>(null)
  const folder = folderOf(draft)
  const target = user === null ? {} : { target: { user: user.trim() } }
  const request = folder && user?.trim() !== '' ? { selection, folder, ...target } : null
  return (
    <RestoreFrame
      organization={organization}
      title={title}
      lead={t('restore.lead')}
      noRightsText={t('restore.noRightsText')}
      request={request}
      onClose={onClose}
    >
      <TargetField organizationId={organization.id} user={user} onUser={setUser} />
      <FolderField draft={draft} onDraft={setDraft} kinds={['dated', 'original', 'named']} />
      {draft.kind !== 'named' && (
        <span className={page.small}>
          {t(draft.kind === 'dated' ? 'restore.datedHint' : 'restore.originalHint')}
        </span>
      )}
    </RestoreFrame>
  )
}
