import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { OnboardingView } from '../../../../src/contract/index.ts'
import { Facts, usePageStyles } from '../../elements/index.ts'
import { cloudsQuery } from './onboarding.ts'

/** What was chosen in the first step. */
export function ChosenCard({ view }: { view: OnboardingView }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const clouds = useQuery(cloudsQuery)
  return (
    <section className={page.card} aria-labelledby="choices">
      <h2 id="choices" className={page.heading}>
        {t('onboarding.choices')}
      </h2>
      <Facts
        wide
        facts={[
          [t('onboarding.chosenCloud'), clouds.data?.find(({ id }) => id === view.cloud)?.name ?? view.cloud],
          [t('onboarding.chosenMethod'), t(`onboarding.methods.${view.method}`)],
          [t('onboarding.chosenCredential'), t(`onboarding.${view.credentialKind}`)],
          [
            t('onboarding.chosenRights'),
            view.restoreRights ? t('onboarding.restoreNow') : t('onboarding.restoreLater'),
          ],
        ]}
      />
    </section>
  )
}
