import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { OrganizationView } from '../../../../src/contract/index.ts'
import { announce, ConfirmDialog } from '../../elements/index.ts'
import { isTyped, NameField } from './name-field.tsx'
import { useDeleteBackups } from './removal.ts'

/** Asks for the deletion of the backups of an organization that is removed already. */
export function DeleteBackupsDialog(props: { organization: OrganizationView; onClose: () => void }) {
  const { t } = useTranslation()
  const { id, name } = props.organization
  const ask = useDeleteBackups(id)
  const [typed, setTyped] = useState('')
  return (
    <ConfirmDialog
      title={t('manage.deleteTitle')}
      text={t('manage.deleteText', { name })}
      confirm={t('manage.deleteStart')}
      incomplete={!isTyped(name, typed)}
      busy={ask.isPending}
      error={ask.error}
      onClose={props.onClose}
      onConfirm={() =>
        ask.mutate(
          { name: typed.trim() },
          {
            onSuccess: () => {
              announce(t('manage.deletionAsked', { name }))
              props.onClose()
            },
          },
        )
      }
    >
      <NameField name={name} value={typed} onChange={setTyped} />
    </ConfirmDialog>
  )
}
