import { MessageBar, MessageBarBody } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { ProblemBar, Rows, usePageStyles } from '../../elements/index.ts'
import { signInWaysQuery } from '../onboarding/sign-in-ways.tsx'
import { isOver, useTask } from './task.ts'
import { TaskApprovalDialog, TaskGrantDialog, TaskProgressDialog } from './task-dialogs.tsx'
import { TaskOutcome } from './task-outcome.tsx'
import { TaskSignIn } from './task-sign-in.tsx'

const route = getRouteApi('/frame/organizations/$organizationId/tasks/$taskId')

/** Draws the state that the server keeps, so that a reload, another browser or a restart goes on where it was. */
export function TaskSection() {
  const { t } = useTranslation()
  const page = usePageStyles()
  const { taskId } = route.useParams()
  const { data: view, error, refetch } = useTask(taskId)
  const ways = useQuery(signInWaysQuery(view?.cloud))
  if (!view || !ways.data) {
    return (
      <>
        <ProblemBar error={error ?? ways.error} onRetry={() => void refetch()} />
        {!error && (
          <section className={page.card}>
            <Rows count={4} height={32} />
          </section>
        )}
      </>
    )
  }
  const { browser } = ways.data
  if (isOver(view)) return <TaskOutcome view={view} />
  return (
    <>
      <div className={page.column}>
        <h2 className={page.heading}>{t(`task.kinds.${view.kind}`)}</h2>
        <p className={page.lead}>{t(`task.texts.${view.kind}`)}</p>
      </div>
      {view.notice && (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>{view.notice}</MessageBarBody>
        </MessageBar>
      )}
      {view.state !== 'awaiting-grant' && <ProblemBar error={view.error} />}
      <TaskSignIn view={view} browser={browser} />
      {view.state === 'need-admin-approval' && (
        <TaskApprovalDialog view={view} byBrowser={browser.available} />
      )}
      {view.state === 'awaiting-grant' && <TaskGrantDialog view={view} />}
      {view.state === 'running' && <TaskProgressDialog view={view} />}
    </>
  )
}
