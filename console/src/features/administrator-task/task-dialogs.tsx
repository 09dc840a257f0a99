import { Button } from '@fluentui/react-components'
import { useTranslation } from 'react-i18next'
import type { TaskView } from '../../../../src/contract/index.ts'
import { Facts, ProblemBar, StandingDialog, usePageStyles } from '../../elements/index.ts'
import { ApprovalContent } from '../onboarding/approval-content.tsx'
import { StepList } from '../onboarding/step-list.tsx'
import { ChangeList } from './change-list.tsx'
import { useTaskSignIn, useTaskVerb } from './task.ts'

/** 'Grant Access': who, where, and exactly what will change. Nothing is changed before this. */
export function TaskGrantDialog({ view }: { view: TaskView }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const grant = useTaskVerb(view, 'grant')
  const cancel = useTaskVerb(view, 'cancel')
  const busy = grant.isPending || cancel.isPending
  const isGrant = view.changes.some(({ action }) => action === 'grant')
  return (
    <StandingDialog
      title={isGrant ? t('task.grantTitle') : t(`task.kinds.${view.kind}`)}
      actions={
        <>
          <Button onClick={() => cancel.mutate()} disabledFocusable={busy}>
            {t('task.cancel')}
          </Button>
          <Button appearance="primary" onClick={() => grant.mutate()} disabledFocusable={busy}>
            {isGrant ? t('task.grant') : t('task.confirm')}
          </Button>
        </>
      }
    >
      <ProblemBar error={grant.error ?? cancel.error ?? view.error} />
      <Facts
        facts={[
          ...(view.account ? [[t('onboarding.account'), view.account.userPrincipalName] as const] : []),
          [
            t('onboarding.organization'),
            <span key="tenant">
              {view.tenant.name}
              <span className={page.small} style={{ display: 'block' }}>
                {view.tenant.defaultDomain}
              </span>
            </span>,
          ],
        ]}
      />
      <p className={page.lead}>{t('task.grantLead')}</p>
      {view.changes.length === 0 ? (
        <p className={page.lead}>{t('task.nothing')}</p>
      ) : (
        <ChangeList changes={view.changes} label={t('task.changes')} />
      )}
    </StandingDialog>
  )
}

/** 'Need Admin Approval'. */
export function TaskApprovalDialog({ view, byBrowser }: { view: TaskView; byBrowser: boolean }) {
  const { t } = useTranslation()
  const signIn = useTaskSignIn(view.id)
  const code = useTaskVerb(view, 'device-code')
  const cancel = useTaskVerb(view, 'cancel')
  const leaving = signIn.isPending || signIn.isSuccess || code.isPending
  return (
    <StandingDialog
      title={t('onboarding.approvalTitle')}
      fluid
      actions={
        <>
          <Button onClick={() => cancel.mutate()} disabledFocusable={cancel.isPending}>
            {t('task.cancel')}
          </Button>
          {byBrowser && (
            <Button onClick={() => code.mutate()} disabledFocusable={leaving}>
              {t('task.code')}
            </Button>
          )}
          <Button
            appearance="primary"
            onClick={() => (byBrowser ? signIn.mutate(true) : code.mutate())}
            disabledFocusable={leaving}
          >
            {byBrowser ? t('onboarding.otherAccount') : t('onboarding.otherAccountByCode')}
          </Button>
        </>
      }
    >
      <ProblemBar error={signIn.error ?? code.error ?? cancel.error} />
      <ApprovalContent approval={view.approval} account={view.account} />
    </StandingDialog>
  )
}

/** The live steps. */
export function TaskProgressDialog({ view }: { view: TaskView }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const cancel = useTaskVerb(view, 'cancel')
  return (
    <StandingDialog
      title={t('task.progressTitle', { kind: t(`task.kinds.${view.kind}`) })}
      busy
      actions={
        <Button onClick={() => cancel.mutate()} disabledFocusable={cancel.isPending}>
          {t('task.cancel')}
        </Button>
      }
    >
      <p className={page.lead}>{t('task.progressText')}</p>
      <ProblemBar error={cancel.error} />
      <StepList steps={view.steps} />
    </StandingDialog>
  )
}
