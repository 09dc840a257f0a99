import { useTranslation } from 'react-i18next'
import type { OnboardingView } from '../../../../src/contract/index.ts'
import { ProblemBar, RouterButton, usePageStyles } from '../../elements/index.ts'
import { NotAvailableBar } from '../organization/not-available-bar.tsx'
import { StepList } from './step-list.tsx'

/** How an onboarding ended: what happened, what is left in the tenant, what to do next. */
export function OutcomeCard({ view }: { view: OnboardingView }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  if (view.state === 'saved') {
    return (
      <section className={page.card}>
        <h2 className={page.heading}>
          {t('onboarding.savedTitle', { name: view.completion?.organizationName ?? view.tenant?.name ?? '' })}
        </h2>
        <p className={page.lead}>{t('onboarding.savedText')}</p>
        <NotAvailableBar notAvailable={view.notAvailable} />
        <div className={page.row}>
          {view.organizationId && (
            <RouterButton
              to="/organizations/$organizationId"
              params={{ organizationId: view.organizationId }}
              appearance="primary"
            >
              {t('onboarding.toOrganization')}
            </RouterButton>
          )}
          <RouterButton to="/organizations">{t('onboarding.toList')}</RouterButton>
        </div>
      </section>
    )
  }
  const words = {
    failed: [t('onboarding.failedTitle'), null],
    cancelled: [t('onboarding.cancelledTitle'), t('onboarding.cancelledText')],
    expired: [t('onboarding.expiredTitle'), t('onboarding.expiredText')],
  } as const
  const [title, text] = words[view.state as keyof typeof words]
  return (
    <section className={page.card}>
      <h2 className={page.heading}>{title}</h2>
      {text && <p className={page.lead}>{text}</p>}
      <ProblemBar error={view.error} />
      {view.steps.some(({ state }) => state === 'done' || state === 'failed') && (
        <StepList steps={view.steps} />
      )}
      <div>
        <h3 className={page.heading}>{t('onboarding.leftovers')}</h3>
        {view.leftovers.length === 0 ? (
          <p className={page.lead}>{t('onboarding.noLeftovers')}</p>
        ) : (
          <ul>
            {view.leftovers.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        )}
      </div>
      <div className={page.row}>
        <RouterButton to="/organizations/add" appearance="primary">
          {t('onboarding.startAgain')}
        </RouterButton>
        <RouterButton to="/organizations">{t('onboarding.toList')}</RouterButton>
      </div>
    </section>
  )
}
