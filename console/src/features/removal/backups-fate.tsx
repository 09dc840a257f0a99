import { Button } from '@fluentui/react-components'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { OrganizationView, RemovalView } from '../../../../src/contract/index.ts'
import { announce, BusyMark, ProblemBar, RouterButton, usePageStyles } from '../../elements/index.ts'
import { formatTime } from '../../format/format.ts'
import { useMay } from '../operator/operator.ts'
import { DeleteBackupsDialog } from './delete-backups-dialog.tsx'
import { useUndoDeletion } from './removal.ts'

/** What becomes of the backups of a removed organization, in a sentence. */
export function FateText({ removal }: { removal: RemovalView }) {
  const { t } = useTranslation()
  const { state, deleteAt, deletedAt } = removal.backups
  if (state === 'deleted') return t('manage.removedDeleted', { time: formatTime(deletedAt) })
  if (state === 'being-deleted') return t('manage.removedBeing')
  if (state === 'pending-deletion') return t('manage.removedPending', { time: formatTime(deleteAt) })
  return t('manage.removedKept')
}

/** Keep them, delete them, or go on with them. */
export function FateButtons({ organization }: { organization: OrganizationView }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const undo = useUndoDeletion(organization.id)
  const mayManage = useMay()('organizations.manage')
  const [asking, setAsking] = useState(false)
  const { removal, name } = organization
  if (!removal || !mayManage) return null
  const { state, error } = removal.backups
  return (
    <>
      <ProblemBar error={undo.error ?? error} />
      <div className={page.row}>
        {state === 'pending-deletion' && (
          <Button
            appearance="primary"
            icon={undo.isPending ? <BusyMark /> : undefined}
            disabledFocusable={undo.isPending}
            aria-label={t('manage.undoNamed', { name })}
            onClick={() =>
              undo.mutate(undefined, { onSuccess: () => announce(t('manage.undone', { name })) })
            }
          >
            {t('manage.undo')}
          </Button>
        )}
        {state === 'kept' && (
          <Button onClick={() => setAsking(true)} aria-label={t('manage.deleteNamed', { name })}>
            {t('manage.deleteTitle')}
          </Button>
        )}
        {(state === 'kept' || state === 'pending-deletion') && (
          <RouterButton to="/organizations/add" aria-label={t('manage.addAgainNamed', { name })}>
            {t('manage.addAgain')}
          </RouterButton>
        )}
      </div>
      {asking && <DeleteBackupsDialog organization={organization} onClose={() => setAsking(false)} />}
    </>
  )
}
