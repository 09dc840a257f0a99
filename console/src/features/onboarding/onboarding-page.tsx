import { MessageBar, MessageBarBody, MessageBarTitle } from '@fluentui/react-components'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { OnboardingState } from '../../../../src/contract/index.ts'
import { ProblemBar, Rows, usePageStyles } from '../../elements/index.ts'
import { ApprovalDialog } from './approval-dialog.tsx'
import { AuthorizationStep } from './authorization-step.tsx'
import { CompletionStep } from './completion-step.tsx'
import { DeviceCodeStep } from './device-code-step.tsx'
import { GrantDialog } from './grant-dialog.tsx'
import { ManualStep } from './manual-step.tsx'
import { useOnboarding } from './onboarding.ts'
import { OutcomeCard } from './outcome-card.tsx'
import { ProgressDialog } from './progress-dialog.tsx'
import { WizardPage } from './wizard-page.tsx'

const route = getRouteApi('/frame/onboarding/$onboardingId')

const ends: readonly OnboardingState[] = ['saved', 'failed', 'cancelled', 'expired']
const isOpen = (state: OnboardingState) => !ends.includes(state)

/** Draws the state that the server keeps, so that a reload, another browser or a restart goes on where it was. */
export function OnboardingPage() {
  const page = usePageStyles()
  const { onboardingId } = route.useParams()
  const { step } = route.useSearch()
  const { data: view, error, refetch } = useOnboarding(onboardingId)

  // Saved while this page was open: on to the list. Opened again later, the page says how it ended instead.
  const navigate = useNavigate()
  const wasOpen = useRef(false)
  const name = view?.completion?.organizationName ?? view?.tenant?.name
  useEffect(() => {
    if (!view) return
    if (view.state !== 'saved') wasOpen.current = true
    else if (wasOpen.current) void navigate({ to: '/organizations', search: { added: name }, replace: true })
  }, [view, name, navigate])

  if (!view) {
    return (
      <WizardPage step={2}>
        <ProblemBar error={error} onRetry={() => void refetch()} />
        {!error && (
          <section className={page.card}>
            <Rows count={5} height={32} />
          </section>
        )}
      </WizardPage>
    )
  }
  const { state } = view
  const manual = view.method === 'manual'
  if (manual && isOpen(state)) {
    return (
      <WizardPage step={2} manual>
        <ManualStep view={view} />
      </WizardPage>
    )
  }
  if (state === 'failed' || state === 'cancelled' || state === 'expired') {
    return (
      <WizardPage step={2} manual={manual}>
        <OutcomeCard view={view} />
      </WizardPage>
    )
  }
  const isCompleting =
    state === 'verifying' || state === 'saved' || (state === 'completing' && step === 'completion')
  if (isCompleting) {
    return (
      <WizardPage step={manual ? 2 : 3} manual={manual}>
        {state === 'saved' ? <OutcomeCard view={view} /> : <CompletionStep view={view} />}
      </WizardPage>
    )
  }
  return (
    <WizardPage step={2}>
      {view.notice && (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>{view.notice}</MessageBarBody>
        </MessageBar>
      )}
      <ProblemBar error={view.error} />
      {view.method === 'device-code' ? <DeviceCodeStep view={view} /> : <AuthorizationStep view={view} />}
      {state === 'need-admin-approval' && <ApprovalDialog view={view} />}
      {state === 'awaiting-grant' && (view.customerSignedIn ? <TheirsBar /> : <GrantDialog view={view} />)}
      {(state === 'creating' || state === 'completing') && <ProgressDialog view={view} />}
    </WizardPage>
  )
}

/** A customer's administrator is at it: the provider watches. */
function TheirsBar() {
  const { t } = useTranslation()
  return (
    <MessageBar intent="info" layout="multiline">
      <MessageBarBody>
        <MessageBarTitle>{t('customer.theirs')}</MessageBarTitle> {t('customer.theirsText')}
      </MessageBarBody>
    </MessageBar>
  )
}
