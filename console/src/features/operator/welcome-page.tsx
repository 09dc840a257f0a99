import { Button, MessageBar, MessageBarBody, MessageBarTitle } from '@fluentui/react-components'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import type { AcceptOperatorLink, SecondStepNeeded, SessionView } from '../../../../src/contract/index.ts'
import { api } from '../../api/client.ts'
import { ProblemBar, RouterButton, usePageStyles } from '../../elements/index.ts'
import { SecondStepForm } from '../session/second-step-form.tsx'
import { acceptSession, needsSecondStep } from '../session/session.ts'
import { SignedOutPage } from '../session/signed-out-page.tsx'
import { takeToken } from '../setup/take-token.ts'
import { ProviderButton } from '../single-sign-on/provider-button.tsx'
import { NewPasswordFields, useNewPassword } from './new-password-fields.tsx'

// At the loading of the module: before the router looks at the address again.
const token = takeToken()

/** Where an invitation's link leads: the operator chooses a password and is signed in. */
export function WelcomePage() {
  const { t } = useTranslation()
  const page = usePageStyles()
  const client = useQueryClient()
  const navigate = useNavigate()
  const chosen = useNewPassword()
  const accept = useMutation({
    mutationFn: (body: AcceptOperatorLink) =>
      api.post<SessionView | SecondStepNeeded>('/operator-links/accept', body),
    onSuccess: async (session) => {
      // Whoever was signed in before in this browser is not any more.
      client.clear()
      if (needsSecondStep(session)) return
      acceptSession(client, session)
      await navigate({ to: '/' })
    },
  })
  function submit(event: FormEvent) {
    event.preventDefault()
    if (token && chosen.check()) accept.mutate({ token, password: chosen.password })
  }
  if (needsSecondStep(accept.data)) {
    return (
      <SignedOutPage title={t('security.secondStep')} lead={t('security.secondStepLead')}>
        <SecondStepForm
          methods={accept.data.secondStep.methods}
          onSignedIn={() => void navigate({ to: '/' })}
          onBack={() => void navigate({ to: '/sign-in' })}
        />
      </SignedOutPage>
    )
  }
  return (
    <SignedOutPage title={t('operator.welcome')} lead={t('operator.welcomeLead')}>
      {token ? (
        <form onSubmit={submit} className={page.column} noValidate>
          <ProblemBar error={accept.error} />
          <NewPasswordFields label={t('session.password')} {...chosen.fields} />
          <Button type="submit" appearance="primary" size="large" disabledFocusable={accept.isPending}>
            {t('operator.setPassword')}
          </Button>
          <ProviderButton invitation={token} />
        </form>
      ) : (
        <>
          <MessageBar intent="info" layout="multiline">
            <MessageBarBody>
              <MessageBarTitle>{t('operator.welcomeNoLink')}</MessageBarTitle>{' '}
              {t('operator.welcomeNoLinkText')}
            </MessageBarBody>
          </MessageBar>
          <RouterButton to="/sign-in" appearance="primary">
            {t('session.toSignIn')}
          </RouterButton>
        </>
      )}
    </SignedOutPage>
  )
}
