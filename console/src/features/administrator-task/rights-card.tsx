import { MessageBar, MessageBarBody, MessageBarTitle } from '@fluentui/react-components'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { OptionalAccess, OrganizationView, TaskView } from '../../../../src/contract/index.ts'
import { rowsOf } from '../../api/pages.ts'
import { Facts, ProblemBar, RouterButton, usePageStyles } from '../../elements/index.ts'
import { formatTime } from '../../format/format.ts'
import { useCountdown } from '../onboarding/countdown.ts'
import { cloudsQuery } from '../onboarding/onboarding.ts'
import { useBeginTask } from './begin-task.tsx'
import { ChooseDialog } from './choose-dialog.tsx'
import { GrantRestoreDialog } from './grant-restore-dialog.tsx'
import { isOver, tasksQuery } from './task.ts'

const lastShown = 3

/** 'Rights and workloads': how things are, what is under way, and what an administrator's sign-in can change. */
export function RightsCard({ organization }: { organization: OrganizationView }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const tasks = useInfiniteQuery({ ...tasksQuery(organization.id), staleTime: 0 })
  const rows = rowsOf(tasks.data)
  return (
    <section className={page.card} aria-labelledby="rights">
      <h2 id="rights" className={page.heading}>
        {t('task.section')}
      </h2>
      <Rights organization={organization} />
      <p className={page.lead}>{t('task.startText')}</p>
      <TaskButtons organization={organization} />
      <ProblemBar error={tasks.error} onRetry={() => void tasks.refetch()} />
      <TaskRows title={t('task.open')} tasks={rows.filter((task) => !isOver(task))} />
      <TaskRows title={t('task.last')} tasks={rows.filter(isOver).slice(0, lastShown)} />
    </section>
  )
}

function Rights({ organization }: { organization: OrganizationView }) {
  const { t } = useTranslation()
  const { restoreRights, restoreRightsUntil: until, writeGranted, workloads } = organization
  // The end comes by itself, without an event.
  const secondsLeft = useCountdown(until)
  const mayWrite = restoreRights && (until === null || secondsLeft !== null)
  const text = mayWrite
    ? until === null
      ? t('task.rightsNoEnd')
      : t('task.rightsUntil', { time: formatTime(until) })
    : until === null
      ? t('task.rightsNone')
      : t('task.rightsEnded', { time: formatTime(until) })
  return (
    <>
      <Facts
        wide
        facts={[
          [t('task.restoreRights'), text],
          [
            t('manage.workloads'),
            workloads.map((workload) => t(`organization.workloads.${workload}`)).join(', ') ||
              t('common.none'),
          ],
        ]}
      />
      {writeGranted && !mayWrite && (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>
            <MessageBarTitle>{t('task.stillGranted')}</MessageBarTitle> {t('task.stillGrantedText')}
          </MessageBarBody>
        </MessageBar>
      )}
    </>
  )
}

function TaskButtons({ organization }: { organization: OrganizationView }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const { begin, button, error, isPending, reset } = useBeginTask(organization)
  const [dialog, setDialog] = useState<'grant-restore' | 'add-workloads' | 'grant-optional' | null>(null)
  const clouds = useQuery(cloudsQuery)
  const offered = clouds.data?.find(({ id }) => id === organization.cloud)?.workloads ?? []
  const missing = offered
    .filter(({ workload, available }) => available && !organization.workloads.includes(workload))
    .map(({ workload }) => workload)
  const optional: readonly OptionalAccess[] = organization.workloads.includes('mail')
    ? ['groups', 'mailbox-settings', 'mailbox-settings-restore']
    : ['groups']
  const close = () => {
    setDialog(null)
    reset()
  }
  return (
    <>
      <ProblemBar error={dialog === null ? error : null} />
      <div className={page.row}>
        {button('grant-restore', () => setDialog('grant-restore'))}
        {(organization.writeGranted || organization.restoreRights) &&
          button('revoke-restore', { kind: 'revoke-restore' })}
        {missing.length > 0 && button('add-workloads', () => setDialog('add-workloads'))}
        {button('grant-optional', () => setDialog('grant-optional'))}
      </div>
      {clouds.isSuccess && missing.length === 0 && (
        <span className={page.small}>{t('task.allWorkloads')}</span>
      )}
      {dialog === 'grant-restore' && (
        <GrantRestoreDialog
          name={organization.name}
          error={error}
          busy={isPending}
          onStart={(endsAt) => begin({ kind: 'grant-restore', endsAt })}
          onClose={close}
        />
      )}
      {dialog === 'add-workloads' && (
        <ChooseDialog
          title={t('task.workloadsTitle')}
          text={t('task.workloadsLead', { name: organization.name })}
          options={missing}
          labelOf={(workload) => t(`organization.workloads.${workload}`)}
          error={error}
          busy={isPending}
          onStart={(workloads) => begin({ kind: 'add-workloads', workloads })}
          onClose={close}
        />
      )}
      {dialog === 'grant-optional' && (
        <ChooseDialog
          title={t('task.optionalTitle')}
          text={t('task.optionalLead', { name: organization.name })}
          options={optional}
          // To write is asked for by itself.
          preselected={optional.filter((one) => one !== 'mailbox-settings-restore')}
          labelOf={(one) => t(`task.optional.${one}`)}
          error={error}
          busy={isPending}
          onStart={(access) => begin({ kind: 'grant-optional', access })}
          onClose={close}
        />
      )}
    </>
  )
}

function TaskRows({ title, tasks }: { title: string; tasks: readonly TaskView[] }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  if (tasks.length === 0) return null
  return (
    <div className={page.column}>
      <h3 className={page.heading}>{title}</h3>
      <ul className={page.list}>
        {tasks.map((task) => {
          const kind = t(`task.kinds.${task.kind}`)
          const time = formatTime(task.createdAt)
          const over = isOver(task)
          return (
            <li key={task.id} className={page.between}>
              <span>
                {kind}
                <span className={page.small} style={{ display: 'block' }}>
                  {time}, {t(`task.openState.${task.state}`)}
                </span>
              </span>
              <RouterButton
                to="/organizations/$organizationId/tasks/$taskId"
                params={{ organizationId: task.organizationId, taskId: task.id }}
                size="small"
                aria-label={over ? t('task.showNamed', { kind, time }) : t('task.continueNamed', { kind })}
              >
                {over ? t('task.show') : t('task.continue')}
              </RouterButton>
            </li>
          )
        })}
      </ul>
    </div>
  )
}
