import { Button } from '@fluentui/react-components'
import { useTranslation } from 'react-i18next'
import type { OnboardingView } from '../../../../src/contract/index.ts'
import { ProblemBar, StandingDialog } from '../../elements/index.ts'
import { ApprovalContent } from './approval-content.tsx'
import { useDeviceCode, useMicrosoftSignIn, useOnboardingStep } from './onboarding.ts'

/** 'Need Admin Approval': who is signed in, what is missing, and the ways on. */
export function ApprovalDialog({ view }: { view: OnboardingView }) {
  const { t } = useTranslation()
  const signIn = useMicrosoftSignIn(view.id)
  const renew = useDeviceCode(view.id)
  const cancel = useOnboardingStep(view.id, 'cancel')
  const byCode = view.method === 'device-code'
  return (
    <StandingDialog
      title={t('onboarding.approvalTitle')}
      fluid
      actions={
        <>
          <Button onClick={() => cancel.mutate()} disabledFocusable={cancel.isPending}>
            {t('onboarding.cancel')}
          </Button>
          <Button
            appearance="primary"
            onClick={() => (byCode ? renew.mutate() : signIn.mutate(true))}
            disabledFocusable={signIn.isPending || signIn.isSuccess || renew.isPending}
          >
            {byCode ? t('onboarding.otherAccountByCode') : t('onboarding.otherAccount')}
          </Button>
        </>
      }
    >
      <ProblemBar error={signIn.error ?? renew.error ?? cancel.error} />
      <ApprovalContent approval={view.approval} account={view.account} />
    </StandingDialog>
  )
}
