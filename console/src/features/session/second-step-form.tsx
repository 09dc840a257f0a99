import { Button, Field, Input } from '@fluentui/react-components'
import { KeyMultipleRegular } from '@fluentui/react-icons'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { SecondStepMethod } from '../../../../src/contract/index.ts'
import { ProblemBar, usePageStyles } from '../../elements/index.ts'
import { askPasskey, passkeysOffered, useCompleteSignIn } from './session.ts'

/** What follows a right password: a passkey, a code of the authenticator app, or a recovery code. */
export function SecondStepForm(props: {
  methods: readonly SecondStepMethod[]
  onSignedIn: () => void
  onBack: () => void
}) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const offered = props.methods.filter((one) => one !== 'passkey' || passkeysOffered())
  const [method, setMethod] = useState<SecondStepMethod>(offered[0] ?? 'recovery-code')
  const [code, setCode] = useState('')
  const complete = useCompleteSignIn()
  const recovering = method === 'recovery-code'
  const others = offered.filter((one) => one !== method)

  function submit(event: FormEvent) {
    event.preventDefault()
    const typed = code.trim()
    const answer = async () =>
      method === 'passkey'
        ? { passkey: await askPasskey('/session/second-step/passkey-options') }
        : { code: typed }
    if (method !== 'passkey' && typed.length < 6) return
    complete.mutate(answer, { onSuccess: props.onSignedIn, onError: () => setCode('') })
  }
  return (
    <form onSubmit={submit} className={page.column} noValidate>
      <ProblemBar error={complete.error} />
      {method === 'passkey' ? (
        <p className={page.lead}>{t('security.passkeyStep')}</p>
      ) : (
        <Field
          key={method}
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
      )}
      <Button
        type="submit"
        appearance="primary"
        size="large"
        icon={method === 'passkey' ? <KeyMultipleRegular /> : null}
        disabledFocusable={complete.isPending || (method !== 'passkey' && code.trim().length < 6)}
      >
        {t(method === 'passkey' ? 'security.usePasskey' : 'session.signIn')}
      </Button>
      <div className={page.between}>
        {others.map((one) => (
          <Button
            key={one}
            appearance="subtle"
            onClick={() => {
              setMethod(one)
              setCode('')
              complete.reset()
            }}
          >
            {t(names[one])}
          </Button>
        ))}
        <Button appearance="subtle" onClick={props.onBack}>
          {t('security.startAgain')}
        </Button>
      </div>
    </form>
  )
}

const names = {
  passkey: 'security.usePasskey',
  code: 'security.useApp',
  'recovery-code': 'security.useRecoveryCode',
} as const
