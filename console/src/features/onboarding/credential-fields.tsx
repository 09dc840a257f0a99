import { Field, Input } from '@fluentui/react-components'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { CredentialKind } from '../../../../src/contract/index.ts'
import { usePageStyles } from '../../elements/index.ts'
import { CertificateFields } from './certificate-fields.tsx'
import { ChoiceCards } from './choice-cards.tsx'
import type { CredentialDraft } from './credential-draft.ts'
import { SecretField } from './secret-field.tsx'

export interface CredentialFieldsProps {
  draft: CredentialDraft
  onChange: (draft: CredentialDraft) => void
  /** The server keeps a credential of this kind. */
  kept: boolean
  missing: boolean
  /** Makes a certificate on the server, and shows the one that was made. */
  madeHere: ReactNode
  /** What is known of a certificate that was brought along before. */
  brought?: ReactNode
}

/** 'Application Password' or 'Application Certificate (SSL)'. What the server keeps already is said, never shown. */
export function CredentialFields(
  props: CredentialFieldsProps & {
    kind: CredentialKind
    onKindChange: (kind: CredentialKind) => void
    /** Between the kind and its fields. */
    before?: ReactNode
  },
) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const { kind, draft, kept, missing, onChange } = props
  return (
    <div className={page.column}>
      <h3 className={page.heading}>{t('onboarding.credential')}</h3>
      <ChoiceCards
        label={t('onboarding.credential')}
        value={kind}
        onChange={(value) => props.onKindChange(value as CredentialKind)}
        choices={[
          { value: 'password', label: t('onboarding.password'), text: t('onboarding.typedPasswordText') },
          {
            value: 'certificate',
            label: t('onboarding.certificate'),
            text: t('onboarding.typedCertificateText'),
            badge: t('onboarding.moreSecure'),
          },
        ]}
      />
      {props.before}
      {kind === 'password' ? (
        <>
          <SecretField
            label={t('onboarding.password')}
            value={draft.password}
            onChange={(password) => onChange({ ...draft, password })}
            hint={kept ? t('onboarding.passwordKept') : t('onboarding.passwordValueHint')}
            error={missing ? t('onboarding.passwordMissing') : undefined}
            required={!kept}
          />
          <Field label={t('onboarding.passwordExpires')} hint={t('onboarding.passwordExpiresHint')}>
            <Input
              type="date"
              value={draft.expires}
              onChange={(_, data) => onChange({ ...draft, expires: data.value })}
            />
          </Field>
        </>
      ) : (
        <CertificateFields {...props} />
      )}
    </div>
  )
}
