import { Button, Field, Input, MessageBar, MessageBarBody } from '@fluentui/react-components'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { OnboardingView } from '../../../../src/contract/index.ts'
import { BusyMark, CopyButton, ProblemBar, usePageStyles } from '../../elements/index.ts'
import { formatDate } from '../../format/format.ts'
import { NotAvailableBar } from '../organization/not-available-bar.tsx'
import { KnownBackups } from '../removal/known-backups.tsx'
import { ApplicationPasswordField } from './application-password-field.tsx'
import { useOnboardingStep, useSaveOnboarding } from './onboarding.ts'

/** 'Step 3: Completion Steps': what was made, a name for it, and 'Save', which verifies once more. */
export function CompletionStep({ view }: { view: OnboardingView }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const save = useSaveOnboarding(view.id)
  const cancel = useOnboardingStep(view.id, 'cancel')
  const [name, setName] = useState<string>()
  const { completion } = view
  if (!completion) return <ProblemBar error={view.error} />
  const organizationName = name ?? completion.organizationName
  const saving = save.isPending || view.state === 'verifying'
  const isEmpty = organizationName.trim() === ''

  function submit(event: FormEvent) {
    event.preventDefault()
    if (isEmpty || saving) return
    save.mutate({ organizationName: organizationName.trim() })
  }
  const fixed = (label: string, value: string) => (
    <div className={page.row} style={{ alignItems: 'flex-end', flexWrap: 'nowrap' }}>
      <Field label={label} style={{ flexGrow: 1 }}>
        <Input readOnly value={value} />
      </Field>
      <CopyButton value={value} name={label} />
    </div>
  )
  return (
    <form className={page.card} onSubmit={submit} aria-label={t('onboarding.step3')}>
      <p className={page.lead}>{t('onboarding.completionLead')}</p>
      <KnownBackups tenantId={completion.tenantId} />
      <ProblemBar error={save.error ?? cancel.error ?? view.error} />
      {completion.credentialNotice && (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>{completion.credentialNotice}</MessageBarBody>
        </MessageBar>
      )}
      <NotAvailableBar notAvailable={view.notAvailable} />
      <Field
        label={t('onboarding.organizationName')}
        required
        hint={t('onboarding.organizationNameHint')}
        validationMessage={isEmpty ? t('onboarding.nameMissing') : undefined}
      >
        <Input value={organizationName} maxLength={120} onChange={(_, data) => setName(data.value)} />
      </Field>
      {fixed(t('onboarding.tenantId'), completion.tenantId)}
      {fixed(t('onboarding.applicationId'), completion.applicationId)}
      {completion.credentialKind === 'password' ? (
        <ApplicationPasswordField id={view.id} available={completion.passwordAvailable} />
      ) : (
        <Field
          label={t('onboarding.certificate')}
          hint={`${t('onboarding.expires')}: ${formatDate(completion.credentialExpiresAt)}`}
        >
          <Input readOnly value={completion.certificateThumbprint ?? ''} />
        </Field>
      )}
      {saving && (
        <MessageBar intent="info" layout="multiline" icon={<BusyMark />}>
          <MessageBarBody>{t('onboarding.savingText')}</MessageBarBody>
        </MessageBar>
      )}
      <div className={page.between}>
        <Button
          appearance="subtle"
          disabledFocusable={saving || cancel.isPending}
          onClick={() => cancel.mutate()}
        >
          {t('onboarding.cancel')}
        </Button>
        <Button type="submit" appearance="primary" size="large" disabledFocusable={saving || isEmpty}>
          {saving ? t('onboarding.saving') : t('onboarding.save')}
        </Button>
      </div>
    </form>
  )
}
