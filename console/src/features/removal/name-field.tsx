import { Field, Input } from '@fluentui/react-components'
import { useTranslation } from 'react-i18next'

/** Letter for letter: what is deleted cannot be brought back. */
export const isTyped = (name: string, typed: string): boolean => typed.trim() === name

/** The name of the organization, typed to confirm that its backups are deleted. */
export function NameField(props: { name: string; value: string; onChange: (value: string) => void }) {
  const { t } = useTranslation()
  return (
    <Field
      label={t('manage.typeName', { name: props.name })}
      hint={t('manage.typeNameHint')}
      required
      validationState="none"
    >
      <Input
        value={props.value}
        maxLength={120}
        autoComplete="off"
        spellCheck={false}
        onChange={(_, data) => props.onChange(data.value)}
      />
    </Field>
  )
}
