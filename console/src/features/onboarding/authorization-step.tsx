import { Button } from '@fluentui/react-components'
import { PersonKeyRegular } from '@fluentui/react-icons'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { OnboardingView } from '../../../../src/contract/index.ts'
import { ProblemBar, usePageStyles } from '../../elements/index.ts'
import { LinksCard } from '../customer/links-card.tsx'
import { ChosenCard } from './chosen-card.tsx'
import { ErrorLookUp } from './error-look-up.tsx'
import { useMicrosoftSignIn, useOnboardingStep } from './onboarding.ts'
import { ElsewhereBar, signInWaysQuery } from './sign-in-ways.tsx'

/** 'Step 2: BDRCloud Server Authorization': what was chosen, what will happen, and the way to Microsoft. */
export function AuthorizationStep({ view }: { view: OnboardingView }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const signIn = useMicrosoftSignIn(view.id)
  const cancel = useOnboardingStep(view.id, 'cancel')
  const { data: ways, error: waysError } = useQuery(signInWaysQuery(view.cloud))
  const leaving = signIn.isPending || signIn.isSuccess

  return (
    <>
      {ways?.browser.reason && <ElsewhereBar reason={ways.browser.reason} />}
      <section className={page.card} aria-labelledby="sign-in">
        <h2 id="sign-in" className={page.heading}>
          {t('onboarding.signInHeading')}
        </h2>
        <p className={page.lead}>
          {t('onboarding.signInText')} {ways?.browser.client === 'built-in' && t('onboarding.signInClient')}
        </p>
        <ol style={{ margin: 0, paddingInlineStart: 20 }} aria-label={t('onboarding.whatHappens')}>
          <li>{t('onboarding.what1')}</li>
          <li>{t('onboarding.what2')}</li>
          <li>{t('onboarding.what3')}</li>
        </ol>
        <ProblemBar error={signIn.error ?? cancel.error ?? waysError} />
        <div className={page.row}>
          <Button
            appearance="primary"
            size="large"
            icon={<PersonKeyRegular />}
            disabledFocusable={leaving || !ways?.browser.available}
            onClick={() => signIn.mutate(false)}
          >
            {leaving ? t('onboarding.goingToMicrosoft') : t('onboarding.signIn')}
          </Button>
          <Button
            appearance="subtle"
            aria-label={t('onboarding.cancelOnboarding')}
            disabledFocusable={cancel.isPending}
            onClick={() => cancel.mutate()}
          >
            {t('onboarding.cancel')}
          </Button>
        </div>
      </section>
      <ErrorLookUp />
      <LinksCard onboardingId={view.id} />
      <ChosenCard view={view} />
    </>
  )
}
