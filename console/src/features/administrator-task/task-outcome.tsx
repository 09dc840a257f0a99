import { MessageBar, MessageBarBody, MessageBarTitle } from '@fluentui/react-components'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import type { TaskView } from '../../../../src/contract/index.ts'
import { announce, ProblemBar, RouterButton, usePageStyles } from '../../elements/index.ts'
import { StepList } from '../onboarding/step-list.tsx'
import { ChangeList } from './change-list.tsx'

/** How a task ended: what was changed, what is left in the tenant. */
export function TaskOutcome({ view }: { view: TaskView }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const kind = t(`task.kinds.${view.kind}`)
  const { state, outcome } = view
  const titles = {
    done: t('task.doneTitle', { kind }),
    failed: t('task.failedTitle', { kind }),
    cancelled: t('task.cancelledTitle', { kind }),
    expired: t('task.expiredTitle', { kind }),
  } as const
  const title = titles[state as keyof typeof titles]
  useEffect(() => announce(title), [title])
  const began = view.steps.some((step) => step.state === 'done' || step.state === 'failed')
  return (
    <section className={page.card} aria-labelledby="task-outcome">
      <h3 id="task-outcome" className={page.heading}>
        {title}
      </h3>
      {state === 'failed' && <p className={page.lead}>{t('task.failedText')}</p>}
      {state === 'expired' && <p className={page.lead}>{t('task.expiredText')}</p>}
      <ProblemBar error={view.error} />
      {outcome && outcome.left.length > 0 && (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>
            <MessageBarTitle>{t('task.left')}</MessageBarTitle>
            <ul style={{ margin: 0, paddingInlineStart: 20 }}>
              {outcome.left.map((sentence) => (
                <li key={sentence}>{sentence}</li>
              ))}
            </ul>
          </MessageBarBody>
        </MessageBar>
      )}
      {outcome && outcome.done.length > 0 && (
        <div className={page.column}>
          <h4 className={page.heading}>{t('task.doneLead')}</h4>
          <ChangeList changes={outcome.done} label={t('task.doneLead')} />
        </div>
      )}
      {began && <StepList steps={view.steps} />}
      <div className={page.row}>
        <RouterButton
          to="/organizations/$organizationId"
          params={{ organizationId: view.organizationId }}
          appearance="primary"
        >
          {t('task.back', { name: view.organizationName })}
        </RouterButton>
      </div>
    </section>
  )
}
