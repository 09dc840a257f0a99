import { Button, Field, Input } from '@fluentui/react-components'
import { EyeOffRegular, EyeRegular } from '@fluentui/react-icons'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

/** A secret of another system: hidden while typed unless looked at, and kept out of the browser's password store. */
export function SecretField(props: {
  label: string
  value: string
  onChange: (value: string) => void
  hint?: string | undefined
  error?: string | undefined
  required?: boolean
}) {
  const { t } = useTranslation()
  const [visible, setVisible] = useState(false)
  return (
    <Field
      label={props.label}
      required={props.required ?? false}
      hint={props.error ? undefined : props.hint}
      validationMessage={props.error}
    >
      <Input
        type={visible ? 'text' : 'password'}
        value={props.value}
        maxLength={2048}
        autoComplete="off"
        data-1p-ignore
        spellCheck={false}
        onChange={(_, data) => props.onChange(data.value)}
        contentAfter={
          <Button
            appearance="transparent"
            size="small"
            icon={visible ? <EyeOffRegular /> : <EyeRegular />}
            aria-label={`${visible ? t('onboarding.hide') : t('onboarding.show')}: ${props.label}`}
            onClick={() => setVisible(!visible)}
          />
        }
      />
    </Field>
  )
}
