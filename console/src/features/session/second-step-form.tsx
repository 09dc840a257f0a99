import { Button, Field, Input } from '@fluentui/react-components'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ProblemBar, usePageStyles } from '../../elements/index.ts'
import { useCompleteSignIn } from './session.ts'

/** What follows a right password: a code of the authenticator app, or a recovery code. */
export function SecondStepForm(props: { onSignedIn: () => void; onBack: () => void }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const [code, setCode] = useState('')
  const [recovering, setRecovering] = useState(false)
  const complete = useCompleteSignIn()

  function submit(event: FormEvent) {
    event.preventDefault()
    const typed = code.trim()
    if (typed.length < 6) return
    complete.mutate({ code: typed }, { onSuccess: props.onSignedIn, onError: () => setCode('') })
  }
  return (
    <form onSubmit={submit} className={page.column} noValidate>
      <ProblemBar error={complete.error} />
      <Field
        key={recovering ? 'recovery' : 'app'}
        label={t(recovering ? 'security.recoveryCode' : 'security.code')}
        hint={t(recovering ? 'security.recoveryCodeHint' : 'security.codeHint')}
        required
      >
        <Input
          value={code}
          autoFocus
          autoComplete={recovering ? 'off' : 'one-time-code'}
          inputMode={recovering ? 'text' : 'numeric'}
          maxLength={40}
          onChange={(_, data) => setCode(data.value)}
        />
      </Field>
      <Button
        type="submit"
        appearance="primary"
        size="large"
        disabledFocusable={complete.isPending || code.trim().length < 6}
      >
        {t('session.signIn')}
      </Button>
      <div className={page.between}>
        <Button
          appearance="subtle"
          onClick={() => {
            setRecovering(!recovering)
            setCode('')
            complete.reset()
          }}
        >
          {t(recovering ? 'security.useApp' : 'security.useRecoveryCode')}
        </Button>
        <Button appearance="subtle" onClick={props.onBack}>
          {t('security.startAgain')}
        </Button>
      </div>
    </form>
  )
}
