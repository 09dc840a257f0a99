import { Checkbox, Field, Input } from '@fluentui/react-components'
import { useTranslation } from 'react-i18next'
import type { ReplaceCredential } from '../../../../src/contract/index.ts'
import { usePageStyles } from '../../elements/index.ts'
import { guid } from './credential.ts'

interface ApplicationDraft {
  readonly isOther: boolean
  readonly applicationId: string
  readonly objectId: string
}

export const noApplication: ApplicationDraft = { isOther: false, applicationId: '', objectId: '' }

/** What to send of it: nothing for the application in use. */
export function otherApplication(
  draft: ApplicationDraft,
): Pick<ReplaceCredential, 'applicationId' | 'applicationObjectId'> | 'wrong' {
  if (!draft.isOther) return {}
  const isWrong =
    !guid.test(draft.applicationId) || (draft.objectId.trim() !== '' && !guid.test(draft.objectId))
  if (isWrong) return 'wrong'
  return {
    applicationId: draft.applicationId.trim(),
    ...(draft.objectId.trim() !== '' && { applicationObjectId: draft.objectId.trim() }),
  }
}

/** Another application of the same tenant, where that is wanted. */
export function ApplicationFields(props: {
  value: ApplicationDraft
  onChange: (value: ApplicationDraft) => void
  tried: boolean
}) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const { value, onChange, tried } = props
  const isWrongId = !guid.test(value.applicationId)
  const isWrongObject = value.objectId.trim() !== '' && !guid.test(value.objectId)
  return (
    <div className={page.column}>
      <Checkbox
        label={t('manage.otherApplication')}
        checked={value.isOther}
        onChange={(_, { checked }) => onChange({ ...value, isOther: checked === true })}
      />
      {value.isOther && (
        <>
          <Field
            label={t('onboarding.applicationId')}
            required
            hint={t('manage.otherApplicationHint')}
            validationMessage={
              (tried || value.applicationId !== '') && isWrongId
                ? t('onboarding.applicationWrong')
                : undefined
            }
          >
            <Input
              value={value.applicationId}
              maxLength={60}
              spellCheck={false}
              autoComplete="off"
              onChange={(_, data) => onChange({ ...value, applicationId: data.value })}
            />
          </Field>
          <Field
            label={t('manage.objectIdOptional')}
            hint={t('manage.objectIdOptionalHint')}
            validationMessage={isWrongObject ? t('manage.objectIdWrong') : undefined}
          >
            <Input
              value={value.objectId}
              maxLength={60}
              spellCheck={false}
              autoComplete="off"
              onChange={(_, data) => onChange({ ...value, objectId: data.value })}
            />
          </Field>
        </>
      )}
    </div>
  )
}
