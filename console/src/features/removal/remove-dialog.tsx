import { Checkbox, MessageBar, MessageBarBody, MessageBarTitle } from '@fluentui/react-components'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { OrganizationView, RemovalView } from '../../../../src/contract/index.ts'
import { announce, BusyMark, ConfirmDialog, SentenceList, usePageStyles } from '../../elements/index.ts'
import { ChoiceCards } from '../onboarding/choice-cards.tsx'
import { isTyped, NameField } from './name-field.tsx'
import { useRemoveOrganization } from './removal.ts'

/** What happens, whether the application goes too, and what becomes of the backups: their deletion needs the name typed. */
export function RemoveDialog(props: {
  organization: OrganizationView
  onClose: () => void
  onRemoved: () => void
}) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const navigate = useNavigate()
  const { id, name } = props.organization
  const remove = useRemoveOrganization(id)
  const [deleteApplication, setDeleteApplication] = useState(false)
  const [backups, setBackups] = useState('keep')
  const [typed, setTyped] = useState('')
  const deletes = backups === 'delete'

  function removed({ taskId, state }: RemovalView) {
    props.onClose()
    if (taskId !== null && state === 'awaiting-administrator') {
      void navigate({
        to: '/organizations/$organizationId/tasks/$taskId',
        params: { organizationId: id, taskId },
      })
    } else if (state === 'removed') {
      announce(t('manage.announceRemoved', { name }))
      props.onRemoved()
    }
  }
  return (
    <ConfirmDialog
      title={t('manage.remove')}
      confirm={t('manage.removeConfirm', { name })}
      incomplete={deletes && !isTyped(name, typed)}
      busy={remove.isPending}
      error={remove.error}
      onClose={props.onClose}
      onConfirm={() =>
        remove.mutate(
          { deleteApplication, ...(deletes && { deleteBackupsOf: typed.trim() }) },
          { onSuccess: removed },
        )
      }
    >
      <SentenceList
        label={t('manage.removeWhat')}
        sentences={[t('manage.removeStop'), t('manage.removeKey'), t('manage.removeStatement')]}
      />
      <div>
        <Checkbox
          label={t('manage.removeApplication')}
          aria-describedby="remove-application"
          checked={deleteApplication}
          onChange={(_, { checked }) => setDeleteApplication(checked === true)}
        />
        <div id="remove-application" className={page.small} style={{ paddingLeft: 36, marginTop: -4 }}>
          {t('manage.removeApplicationText')}
        </div>
      </div>
      <h3 className={page.heading}>{t('manage.removeBackups')}</h3>
      <ChoiceCards
        label={t('manage.removeBackups')}
        value={backups}
        onChange={setBackups}
        choices={[
          { value: 'keep', label: t('manage.keepBackups'), text: t('manage.keepBackupsText') },
          { value: 'delete', label: t('manage.deleteBackups'), text: t('manage.deleteBackupsText') },
        ]}
      />
      {deletes && <NameField name={name} value={typed} onChange={setTyped} />}
      {remove.isPending && (
        <MessageBar intent="info" layout="multiline" icon={<BusyMark />}>
          <MessageBarBody>
            <MessageBarTitle>{t('manage.removing')}</MessageBarTitle> {t('manage.removingText')}
          </MessageBarBody>
        </MessageBar>
      )}
    </ConfirmDialog>
  )
}
