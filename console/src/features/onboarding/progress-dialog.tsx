import { Button } from '@fluentui/react-components'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { OnboardingView } from '../../../../src/contract/index.ts'
import { ProblemBar, StandingDialog, usePageStyles } from '../../elements/index.ts'
import { useOnboardingStep } from './onboarding.ts'
import { StepList } from './step-list.tsx'

/** 'Application Creation is in Progress', and when all is done the way to the completion steps. */
export function ProgressDialog({ view }: { view: OnboardingView }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const navigate = useNavigate()
  const cancel = useOnboardingStep(view.id, 'cancel')
  const done = view.state === 'completing'
  return (
    <StandingDialog
      title={done ? t('onboarding.createdTitle') : t('onboarding.creatingTitle')}
      busy={!done}
      actions={
        <>
          {!done && (
            <Button onClick={() => cancel.mutate()} disabledFocusable={cancel.isPending}>
              {t('onboarding.cancel')}
            </Button>
          )}
          {done && (
            <Button
              appearance="primary"
              onClick={() =>
                void navigate({
                  to: '/onboarding/$onboardingId',
                  params: { onboardingId: view.id },
                  search: { step: 'completion' },
                })
              }
            >
              {t('onboarding.nextCompletion')}
            </Button>
          )}
        </>
      }
    >
      <p className={page.lead}>{done ? t('onboarding.createdText') : t('onboarding.creatingText')}</p>
      <ProblemBar error={cancel.error} />
      <StepList steps={view.steps} />
    </StandingDialog>
  )
}
