import { Button, Field, Input } from '@fluentui/react-components'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { CreateFirstOperator, SessionView } from '../../../../src/contract/index.ts'
import { api } from '../../api/client.ts'
import { ProblemBar, usePageStyles } from '../../elements/index.ts'
import { PasswordField } from '../session/password-field.tsx'
import { acceptSession } from '../session/session.ts'

export function FirstOperatorForm({ token, onCreated }: { token: string; onCreated: () => void }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const client = useQueryClient()
  const [userName, setUserName] = useState('')
  const [displayName, setDisplayName] = useState('')
  const [password, setPassword] = useState('')
  const [repeated, setRepeated] = useState('')
  const [tried, setTried] = useState(false)
  const create = useMutation({
    mutationFn: (body: CreateFirstOperator) => api.post<SessionView>('/setup/operator', body),
    onSuccess: (session) => {
      acceptSession(client, session)
      onCreated()
    },
  })
  const nameIsWrong = !/^\S{3,120}$/.test(userName.trim())
  const isShort = password.length < 12
  const differs = repeated !== password

  function submit(event: FormEvent) {
    event.preventDefault()
    setTried(true)
    if (nameIsWrong || isShort || differs) return
    const name = displayName.trim()
    create.mutate({ token, userName: userName.trim(), password, ...(name ? { displayName: name } : {}) })
  }
  return (
    <form onSubmit={submit} className={page.column} noValidate>
      <ProblemBar error={create.error} />
      <Field
        label={t('session.userName')}
        required
        hint={t('session.userNameHint')}
        validationMessage={tried && nameIsWrong ? t('session.userNameWrong') : undefined}
      >
        <Input value={userName} autoComplete="username" onChange={(_, data) => setUserName(data.value)} />
      </Field>
      <Field label={t('session.displayName')}>
        <Input
          value={displayName}
          autoComplete="name"
          maxLength={120}
          onChange={(_, data) => setDisplayName(data.value)}
        />
      </Field>
      <PasswordField
        label={t('session.password')}
        value={password}
        onChange={setPassword}
        autoComplete="new-password"
        hint={t('session.passwordHint')}
        error={tried && isShort ? t('session.passwordShort') : undefined}
      />
      <PasswordField
        label={t('session.repeatPassword')}
        value={repeated}
        onChange={setRepeated}
        autoComplete="new-password"
        error={tried && differs ? t('session.passwordDifferent') : undefined}
      />
      <Button type="submit" appearance="primary" size="large" disabledFocusable={create.isPending}>
        {t('session.create')}
      </Button>
    </form>
  )
}
