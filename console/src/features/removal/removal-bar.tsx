import {
  Button,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  MessageBarTitle,
} from '@fluentui/react-components'
import { useTranslation } from 'react-i18next'
import type { OrganizationView } from '../../../../src/contract/index.ts'
import { announce, BusyMark, ProblemBar, RouterButton, usePageStyles } from '../../elements/index.ts'
import { formatTime } from '../../format/format.ts'
import { useMay } from '../operator/operator.ts'
import { FateButtons, FateText } from './backups-fate.tsx'
import { useTakeBackRemoval } from './removal.ts'

/** On every page of an organization that is removed, or about to be: how far it is, and what can still be done. */
export function RemovalBar({ organization }: { organization: OrganizationView }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const { removal, state } = organization
  if (!removal || state === 'active') return null
  if (removal.state === 'awaiting-administrator') return <AwaitingBar organization={organization} />
  if (removal.state !== 'removed') {
    return (
      <MessageBar intent="info" layout="multiline" icon={<BusyMark />}>
        <MessageBarBody>
          <MessageBarTitle>{t('manage.stopping')}</MessageBarTitle>{' '}
          {removal.state === 'finishing' ? t('manage.finishing') : t('manage.stoppingText')}
        </MessageBarBody>
      </MessageBar>
    )
  }
  return (
    <section className={page.card} aria-label={t('manage.removedList')}>
      <MessageBar intent="warning" layout="multiline">
        <MessageBarBody>
          {t('manage.removedBar', { time: formatTime(removal.removedAt) })} <FateText removal={removal} />
        </MessageBarBody>
      </MessageBar>
      <FateButtons organization={organization} />
    </section>
  )
}

function AwaitingBar({ organization }: { organization: OrganizationView }) {
  const { t } = useTranslation()
  const { id, removal } = organization
  const mayManage = useMay()('organizations.manage')
  const takeBack = useTakeBackRemoval(id)
  return (
    <>
      <MessageBar intent="warning" layout="multiline">
        <MessageBarBody>
          <MessageBarTitle>{t('manage.awaiting')}</MessageBarTitle> {t('manage.awaitingText')}
        </MessageBarBody>
        {mayManage && (
          <MessageBarActions>
            {removal?.taskId && (
              <RouterButton
                to="/organizations/$organizationId/tasks/$taskId"
                params={{ organizationId: id, taskId: removal.taskId }}
              >
                {t('manage.toTask')}
              </RouterButton>
            )}
            <Button
              disabledFocusable={takeBack.isPending}
              onClick={() => takeBack.mutate(undefined, { onSuccess: () => announce(t('manage.takenBack')) })}
            >
              {t('manage.takeBack')}
            </Button>
          </MessageBarActions>
        )}
      </MessageBar>
      <ProblemBar error={takeBack.error} />
    </>
  )
}
