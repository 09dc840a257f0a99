import { Button, Field, Input } from '@fluentui/react-components'
import { KeyMultipleRegular } from '@fluentui/react-icons'
import { getRouteApi, useRouter } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ProblemBar, usePageStyles } from '../../elements/index.ts'
import { ProviderButton } from '../single-sign-on/provider-button.tsx'
import { PasswordField } from './password-field.tsx'
import { SecondStepForm } from './second-step-form.tsx'
import { needsSecondStep, passkeysOffered, useSignIn, useSignInByPasskey } from './session.ts'
import { SignedOutPage } from './signed-out-page.tsx'

const route = getRouteApi('/sign-in')

export function SignInPage() {
  const { t } = useTranslation()
  const page = usePageStyles()
  const router = useRouter()
  const { returnTo } = route.useSearch()
  const [userName, setUserName] = useState('')
  const [password, setPassword] = useState('')
  const signIn = useSignIn()
  const byPasskey = useSignInByPasskey()

  const goOn = () => void router.navigate({ href: returnTo ?? '/' })
  function submit(event: FormEvent) {
    event.preventDefault()
    byPasskey.reset()
    signIn.mutate(
      { userName: userName.trim(), password },
      {
        onSuccess: (answer) => {
          if (!needsSecondStep(answer)) goOn()
        },
        onSettled: () => setPassword(''),
      },
    )
  }
  if (needsSecondStep(signIn.data)) {
    return (
      <SignedOutPage title={t('security.secondStep')} lead={t('security.secondStepLead')}>
        <SecondStepForm
          methods={signIn.data.secondStep.methods}
          onSignedIn={goOn}
          onBack={() => signIn.reset()}
        />
      </SignedOutPage>
    )
  }
  return (
    <SignedOutPage title={t('session.signIn')} lead={t('session.signInLead')}>
      <form onSubmit={submit} className={page.column}>
        <ProblemBar error={signIn.error ?? byPasskey.error} />
        <Field label={t('session.userName')} required>
          <Input
            value={userName}
            autoComplete="username"
            autoFocus
            onChange={(_, data) => setUserName(data.value)}
          />
        </Field>
        <PasswordField
          label={t('session.password')}
          value={password}
          onChange={setPassword}
          autoComplete="current-password"
        />
        <Button
          type="submit"
          appearance="primary"
          size="large"
          disabledFocusable={signIn.isPending || !userName || !password}
        >
          {t('session.signIn')}
        </Button>
        {passkeysOffered() && (
          <Button
            size="large"
            icon={<KeyMultipleRegular />}
            disabledFocusable={byPasskey.isPending}
            onClick={() => {
              signIn.reset()
              byPasskey.mutate(undefined, { onSuccess: goOn })
            }}
          >
            {t('security.signInByPasskey')}
          </Button>
        )}
        <ProviderButton {...(returnTo === undefined ? {} : { returnTo })} />
      </form>
    </SignedOutPage>
  )
}
