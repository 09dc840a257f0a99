import { Button, Field, Input } from '@fluentui/react-components'
import { ArrowSyncRegular } from '@fluentui/react-icons'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { OrganizationView } from '../../../../src/contract/index.ts'
import { announce, ConfirmDialog, usePageStyles } from '../../elements/index.ts'
import { formatDate } from '../../format/format.ts'
import { guid, isOver, useStartRotation } from './credential.ts'

/** 'Rotate credential' of a certificate: what happens, and the one thing that the server may lack. */
export function RotateButton({ organization }: { organization: OrganizationView }) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  const { rotation, credential } = organization
  const running = rotation !== null && !isOver(rotation)
  return (
    <>
      <Button
        icon={<ArrowSyncRegular />}
        disabledFocusable={running || credential.standing === 'expired'}
        onClick={() => setOpen(true)}
      >
        {t('manage.rotate')}
      </Button>
      {open && <RotateDialog organization={organization} onClose={() => setOpen(false)} />}
    </>
  )
}

function RotateDialog({ organization, onClose }: { organization: OrganizationView; onClose: () => void }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const start = useStartRotation(organization.id)
  const [objectId, setObjectId] = useState('')
  const { dueAt, objectIdMissing } = organization.credential.renewal
  const wrong = objectIdMissing && !guid.test(objectId)
  return (
    <ConfirmDialog
      title={t('manage.rotateTitle')}
      text={t('manage.rotateText')}
      confirm={t('manage.rotateStart')}
      incomplete={wrong}
      busy={start.isPending}
      error={start.error}
      onClose={onClose}
      onConfirm={() =>
        start.mutate(objectIdMissing ? { applicationObjectId: objectId.trim() } : {}, {
          onSuccess: ({ state }) => {
            announce(t(`manage.rotations.${state}`))
            onClose()
          },
        })
      }
    >
      {dueAt && <p className={page.lead}>{t('manage.rotateAutomatic', { date: formatDate(dueAt) })}</p>}
      {objectIdMissing && (
        <Field
          label={t('manage.objectId')}
          required
          hint={t('manage.objectIdHint', { applicationId: organization.applicationId })}
          validationMessage={objectId !== '' && wrong ? t('manage.objectIdWrong') : undefined}
        >
          <Input
            value={objectId}
            maxLength={60}
            spellCheck={false}
            autoComplete="off"
            onChange={(_, data) => setObjectId(data.value)}
          />
        </Field>
      )}
    </ConfirmDialog>
  )
}
