import { Checkbox, Field, Radio, RadioGroup } from '@fluentui/react-components'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { FileConflict, OrganizationView, Selection } from '../../../../src/contract/index.ts'
import { type FolderDraft, FolderField, folderOf } from '../restore/folder-field.tsx'
import { RestoreFrame } from '../restore/restore-frame.tsx'
import { type DriveTargetDraft, DriveTargetField, targetOf } from './drive-target-field.tsx'

const conflicts: readonly FileConflict[] = ['keepBoth', 'skip', 'replaceIfNewer', 'replace']

interface RestoreFilesDialogProps {
  organization: OrganizationView
  selection: Selection
  /** Of the one selected file this older version. */
  version?: string
  onClose: () => void
}

/** Where files go and what happens where a name is taken. */
export function RestoreFilesDialog({ organization, selection, version, onClose }: RestoreFilesDialogProps) {
  const { t } = useTranslation()
  const [draft, setDraft] = useState<FolderDraft>({ kind: 'original', name: '' })
  const [conflict, setConflict] = useState<FileConflict>('keepBoth')
  const [place, setPlace] = useState<DriveTargetDraft | null>(null)
  const [sharing, setSharing] = useState(false)
  const folder = folderOf(draft)
  const target = targetOf(place)
  return (
    <RestoreFrame
      organization={organization}
      title={version === undefined ? t('file.restoreTitle') : t('file.restoreVersionTitle', { version })}
      lead={version === undefined ? t('file.restoreLead') : t('file.restoreVersionLead')}
      noRightsText={t('file.noRightsText')}
      request={
        folder && target
          ? {
              selection,
              folder,
              conflict,
              sharing,
              ...target,
              ...(version === undefined ? {} : { versions: [version] }),
            }
          : null
      }
      onClose={onClose}
    >
      <DriveTargetField organizationId={organization.id} draft={place} onDraft={setPlace} />
      <FolderField draft={draft} onDraft={setDraft} kinds={['original', 'dated', 'named']} />
      <Field label={t('file.conflict')}>
        <RadioGroup value={conflict} onChange={(_, { value }) => setConflict(value as FileConflict)}>
          {conflicts.map((one) => (
            <Radio key={one} value={one} label={t(`file.conflicts.${one}`)} />
          ))}
        </RadioGroup>
      </Field>
      <Field hint={t('file.restoreSharingHint')}>
        <Checkbox
          checked={sharing}
          label={t('file.restoreSharing')}
          onChange={(_, { checked }) => setSharing(checked === true)}
        />
      </Field>
    </RestoreFrame>
  )
}
