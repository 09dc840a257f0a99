import { Button } from '@fluentui/react-components'
import { ArrowClockwiseRegular, PersonKeyRegular } from '@fluentui/react-icons'
import { useTranslation } from 'react-i18next'
import type { SignInWays, TaskView } from '../../../../src/contract/index.ts'
import { BusyMark, ProblemBar, usePageStyles } from '../../elements/index.ts'
import { ShownCode } from '../onboarding/device-code-step.tsx'
import { useTaskSignIn, useTaskVerb } from './task.ts'

/** What the change is, and both ways to sign in for it. */
export function TaskSignIn({ view, browser }: { view: TaskView; browser: SignInWays['browser'] }) {
  const { t } = useTranslation()
  const byBrowser = browser.available
  const page = usePageStyles()
  const signIn = useTaskSignIn(view.id)
  const renew = useTaskVerb(view, 'device-code')
  const check = useTaskVerb(view, 'device-code/check')
  const cancel = useTaskVerb(view, 'cancel')
  const code = view.deviceCode
  const leaving = signIn.isPending || signIn.isSuccess
  // The task's own error says the same as the answer to the request that failed.
  const codeError = renew.error && !view.error ? renew.error : null
  return (
    <section className={page.card} aria-labelledby="task-sign-in">
      <h3 id="task-sign-in" className={page.heading}>
        {t('task.signInHeading', { name: view.organizationName })}
      </h3>
      <p className={page.lead}>
        {t('task.signInText')} {browser.client !== 'own' && t('onboarding.signInClient')}
      </p>
      {browser.reason && (
        <p className={page.lead}>
          {t('task.noBrowser')} {browser.reason}
        </p>
      )}
      {code && <ShownCode key={code.userCode} code={code} check={check} />}
      <ProblemBar error={signIn.error ?? codeError ?? cancel.error} />
      <div className={page.row}>
        {byBrowser && (
          <Button
            appearance={code ? 'secondary' : 'primary'}
            size="large"
            icon={<PersonKeyRegular />}
            disabledFocusable={leaving || code?.accepted === true}
            onClick={() => signIn.mutate(view.error !== null)}
          >
            {leaving ? t('onboarding.goingToMicrosoft') : t('task.browser')}
          </Button>
        )}
        <Button
          appearance={byBrowser || code ? 'secondary' : 'primary'}
          size="large"
          icon={renew.isPending ? <BusyMark /> : code ? <ArrowClockwiseRegular /> : undefined}
          disabledFocusable={renew.isPending || leaving || code?.accepted === true}
          onClick={() => renew.mutate()}
        >
          {code || view.state === 'code-shown' ? t('onboarding.newCode') : t('task.code')}
        </Button>
        <Button
          appearance="subtle"
          size="large"
          aria-label={t('task.cancelTask')}
          disabledFocusable={cancel.isPending}
          onClick={() => cancel.mutate()}
        >
          {t('task.cancel')}
        </Button>
      </div>
    </section>
  )
}
