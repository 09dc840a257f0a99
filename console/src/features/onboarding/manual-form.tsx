import { Button, Field, Input, MessageBar, MessageBarBody } from '@fluentui/react-components'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { CredentialKind, OnboardingView } from '../../../../src/contract/index.ts'
import { problemOf } from '../../api/problem.ts'
import { BusyMark, ProblemBar, usePageStyles } from '../../elements/index.ts'
import { type CredentialDraft, emptyDraft, suppliedCredential } from './credential-draft.ts'
import { CredentialFields } from './credential-fields.tsx'
import { KeptCertificate, MadeCertificate } from './made-certificate.tsx'
import { useGiveDetails, useOnboardingStep, useSaveOnboarding } from './onboarding.ts'

const guid = /^\s*[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\s*$/i

/** Name, tenant, application and credential. What is left is kept on the server at once; 'Save' proves that it works. */
export function ManualForm(props: {
  view: OnboardingView
  kind: CredentialKind
  onKindChange: (kind: CredentialKind) => void
}) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const { view, kind } = props
  const { completion } = view
  const tenantName = useGiveDetails(view.id)
  const details = useGiveDetails(view.id)
  const save = useSaveOnboarding(view.id)
  const cancel = useOnboardingStep(view.id, 'cancel')
  const [name, setName] = useState(completion?.organizationName ?? '')
  const [tenant, setTenant] = useState(completion?.tenantId ?? '')
  const [applicationId, setApplicationId] = useState(completion?.applicationId ?? '')
  const [draft, setDraft] = useState<CredentialDraft>(emptyDraft)
  const [tried, setTried] = useState(false)
  const saving = details.isPending || save.isPending || view.state === 'verifying'
  const kept = completion?.credentialGiven === true && completion.credentialKind === kind
  const credential = suppliedCredential(kind, draft)
  const missing = {
    name: name.trim() === '',
    tenant: tenant.trim() === '',
    application: !guid.test(applicationId),
    credential: credential === 'incomplete' || (credential === undefined && !kept),
  }

  /** Asked at once, so that the organization is shown while the rest is typed. */
  function resolveTenant() {
    if (!missing.tenant && tenant.trim() !== completion?.tenantId)
      tenantName.mutate({ tenant: tenant.trim() })
  }
  async function submit(event: FormEvent) {
    event.preventDefault()
    setTried(true)
    if (saving || Object.values(missing).includes(true)) return
    const given = credential === 'incomplete' ? undefined : credential
    try {
      const next = await details.mutateAsync({
        organizationName: name.trim(),
        tenant: tenant.trim(),
        applicationId: applicationId.trim(),
        ...(given && { credential: given }),
      })
      setDraft({ ...emptyDraft, source: draft.source })
      if (next.state === 'completing') await save.mutateAsync({ organizationName: name.trim() })
    } catch {
      // Shown by the bars below.
    }
  }
  const isResolved = completion?.tenantId !== undefined && completion.tenantId !== '' && !tenantName.isPending
  const tenantProblem = tenantName.error ? problemOf(tenantName.error) : undefined
  return (
    <form className={page.card} onSubmit={(event) => void submit(event)} noValidate aria-labelledby="details">
      <h2 id="details" className={page.heading}>
        {t('onboarding.detailsHeading')}
      </h2>
      <Field
        label={t('onboarding.organizationName')}
        required
        hint={t('onboarding.organizationNameHint')}
        validationMessage={tried && missing.name ? t('onboarding.nameMissing') : undefined}
      >
        <Input value={name} maxLength={120} onChange={(_, data) => setName(data.value)} />
      </Field>
      <Field
        label={t('onboarding.tenantId')}
        required
        hint={t('onboarding.tenantHint')}
        validationState={
          tenantProblem ? 'error' : tried && missing.tenant ? 'error' : isResolved ? 'success' : 'none'
        }
        validationMessage={
          tenantName.isPending
            ? t('onboarding.tenantAsking')
            : tenantProblem
              ? `${tenantProblem.title} ${tenantProblem.detail}`
              : tried && missing.tenant
                ? t('onboarding.tenantMissing')
                : isResolved
                  ? t('onboarding.tenantResolved', { id: completion.tenantId, name: view.tenant?.name ?? '' })
                  : undefined
        }
      >
        <Input
          value={tenant}
          maxLength={320}
          spellCheck={false}
          autoComplete="off"
          onChange={(_, data) => setTenant(data.value)}
          onBlur={resolveTenant}
        />
      </Field>
      <Field
        label={t('onboarding.applicationId')}
        required
        hint={t('onboarding.applicationHint')}
        validationMessage={
          (tried || applicationId !== '') && missing.application
            ? t('onboarding.applicationWrong')
            : undefined
        }
      >
        <Input
          value={applicationId}
          maxLength={60}
          spellCheck={false}
          autoComplete="off"
          onChange={(_, data) => setApplicationId(data.value)}
        />
      </Field>
      <CredentialFields
        madeHere={<MadeCertificate view={view} missing={tried && missing.credential} />}
        brought={kept && completion?.certificateOrigin === 'given' && <KeptCertificate view={view} />}
        kind={kind}
        onKindChange={props.onKindChange}
        draft={draft}
        onChange={setDraft}
        kept={kept}
        missing={tried && missing.credential}
      />
      {saving && (
        <MessageBar intent="info" layout="multiline" icon={<BusyMark />}>
          <MessageBarBody>{t('onboarding.savingText')}</MessageBarBody>
        </MessageBar>
      )}
      <ProblemBar error={details.error ?? save.error ?? cancel.error ?? view.error} />
      <div className={page.between}>
        <Button
          appearance="subtle"
          aria-label={t('onboarding.cancelOnboarding')}
          disabledFocusable={saving || cancel.isPending}
          onClick={() => cancel.mutate()}
        >
          {t('onboarding.cancel')}
        </Button>
        <Button type="submit" appearance="primary" size="large" disabledFocusable={saving}>
          {saving ? t('onboarding.saving') : t('onboarding.save')}
        </Button>
      </div>
    </form>
  )
}
