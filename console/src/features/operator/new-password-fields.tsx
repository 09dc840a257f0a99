import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { PasswordField } from '../session/password-field.tsx'

/** A new password, typed twice, with what is wrong about it once somebody tried to send it. */
export function useNewPassword() {
  const [password, setPassword] = useState('')
  const [repeated, setRepeated] = useState('')
  const [tried, setTried] = useState(false)
  const isShort = password.length < 12
  const differs = repeated !== password
  return {
    password,
    /** Marks what is wrong; true when nothing is. */
    check: () => {
      setTried(true)
      return !isShort && !differs
    },
    clear: () => {
      setPassword('')
      setRepeated('')
      setTried(false)
    },
    fields: {
      password,
      setPassword,
      repeated,
      setRepeated,
      isShort: tried && isShort,
      differs: tried && differs,
    },
  }
}

export function NewPasswordFields(props: ReturnType<typeof useNewPassword>['fields'] & { label: string }) {
  const { t } = useTranslation()
  return (
    <>
      <PasswordField
        label={props.label}
        value={props.password}
        onChange={props.setPassword}
        autoComplete="new-password"
        hint={t('session.passwordHint')}
        error={props.isShort ? t('session.passwordShort') : undefined}
      />
      <PasswordField
        label={t('session.repeatPassword')}
        value={props.repeated}
        onChange={props.setRepeated}
        autoComplete="new-password"
        error={props.differs ? t('session.passwordDifferent') : undefined}
      />
    </>
  )
}
