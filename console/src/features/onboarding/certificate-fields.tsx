import { Field, Textarea } from '@fluentui/react-components'
import { useTranslation } from 'react-i18next'
import { usePageStyles } from '../../elements/index.ts'
import { ChoiceCards } from './choice-cards.tsx'
import { base64Of, type CertificateSource } from './credential-draft.ts'
import type { CredentialFieldsProps } from './credential-fields.tsx'
import { SecretField } from './secret-field.tsx'

/** 'Application Certificate (SSL)': made here, or brought along as PFX or PEM. */
export function CertificateFields(props: CredentialFieldsProps) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const { draft, onChange, kept, missing } = props
  const passphrase = (
    <SecretField
      label={t('onboarding.passphrase')}
      value={draft.passphrase}
      onChange={(value) => onChange({ ...draft, passphrase: value })}
      hint={draft.source === 'pem' ? t('onboarding.passphrasePemHint') : undefined}
    />
  )
  return (
    <div className={page.column}>
      <h4 className={page.heading}>{t('onboarding.certificateSource')}</h4>
      <ChoiceCards
        label={t('onboarding.certificateSource')}
        value={draft.source}
        onChange={(source) => onChange({ ...draft, source: source as CertificateSource })}
        choices={(['made-here', 'pfx', 'pem'] as const).map((source) => ({
          value: source,
          label: t(`onboarding.certificateSources.${source}`),
          text: t(`onboarding.certificateSourceTexts.${source}`),
        }))}
      />
      {draft.source === 'made-here' ? props.madeHere : props.brought}
      {draft.source === 'pfx' && (
        <>
          <Field
            label={t('onboarding.pfxFile')}
            required={!kept}
            validationMessage={missing ? t('onboarding.certificateMissing') : undefined}
            hint={draft.pfx?.name}
          >
            {(field) => (
              <input
                {...field}
                type="file"
                accept=".pfx,.p12,application/x-pkcs12"
                onChange={(event) => {
                  const [file] = event.target.files ?? []
                  if (!file) return onChange({ ...draft, pfx: null })
                  void base64Of(file).then((base64) =>
                    onChange({ ...draft, pfx: { name: file.name, base64 } }),
                  )
                }}
              />
            )}
          </Field>
          {passphrase}
        </>
      )}
      {draft.source === 'pem' && (
        <>
          <PemField
            label={t('onboarding.pemCertificate')}
            value={draft.certificate}
            placeholder="-----BEGIN CERTIFICATE-----"
            required={!kept}
            error={missing ? t('onboarding.certificateMissing') : undefined}
            onChange={(certificate) => onChange({ ...draft, certificate })}
          />
          <PemField
            label={t('onboarding.pemKey')}
            value={draft.privateKey}
            placeholder="-----BEGIN PRIVATE KEY-----"
            required={!kept}
            onChange={(privateKey) => onChange({ ...draft, privateKey })}
          />
          {passphrase}
        </>
      )}
    </div>
  )
}

/** Text pasted, or a file read into it. */
function PemField(props: {
  label: string
  value: string
  placeholder: string
  required: boolean
  error?: string | undefined
  onChange: (value: string) => void
}) {
  const { t } = useTranslation()
  const page = usePageStyles()
  return (
    <div className={page.column} style={{ gap: 4 }}>
      <Field label={props.label} required={props.required} validationMessage={props.error}>
        <Textarea
          value={props.value}
          placeholder={props.placeholder}
          rows={4}
          spellCheck={false}
          autoComplete="off"
          onChange={(_, data) => props.onChange(data.value)}
        />
      </Field>
      <input
        type="file"
        accept=".pem,.crt,.cer,.key,.txt"
        aria-label={t('onboarding.fromFile', { name: props.label })}
        onChange={(event) => {
          const [file] = event.target.files ?? []
          if (file) void file.text().then(props.onChange)
        }}
      />
    </div>
  )
}
