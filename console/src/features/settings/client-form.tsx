import { Button, Field, Input, Link, Radio, RadioGroup } from '@fluentui/react-components'
import { ArrowDownloadRegular, CertificateRegular } from '@fluentui/react-icons'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { SaveSignInClient, SignInCloudView, SignInSettings } from '../../../../src/contract/index.ts'
import { announce, CopyButton, ProblemBar, usePageStyles } from '../../elements/index.ts'
import { PasswordField } from '../session/password-field.tsx'
import { ProofField, useProof } from '../session/proof-field.tsx'
import { useMakeCertificate, useSaveClient } from './sign-in-settings.ts'

type Kind = SaveSignInClient['credential']['kind']

/** The guided registration: numbered, with the portal's address, exact permissions, and what to enter in the end. */
export function ClientForm(props: { cloud: SignInCloudView; settings: SignInSettings; onSaved: () => void }) {
  const { cloud, settings, onSaved } = props
  const { t } = useTranslation()
  const page = usePageStyles()
  const save = useSaveClient(cloud.cloud)
  const make = useMakeCertificate(cloud.cloud)
  const [kind, setKind] = useState<Kind>(cloud.client ? 'unchanged' : 'certificate')
  const [clientId, setClientId] = useState(cloud.client?.clientId ?? '')
  const [homeTenant, setHomeTenant] = useState(cloud.client?.homeTenant ?? '')
  const [secret, setSecret] = useState('')
  const { proof, clear, fields } = useProof()
  const pending = cloud.pendingCertificate
  const isIncomplete =
    !clientId.trim() ||
    !homeTenant.trim() ||
    proof === null ||
    (kind === 'password' && !secret) ||
    (kind === 'certificate' && !pending)

  function submit(event: FormEvent) {
    event.preventDefault()
    if (isIncomplete || save.isPending) return
    save.mutate(
      {
        clientId: clientId.trim(),
        homeTenant: homeTenant.trim(),
        credential: kind === 'password' ? { kind, secret } : { kind },
        proof,
      },
      {
        onSuccess: () => {
          announce(t('settings.saved'))
          onSaved()
        },
        onSettled: clear,
      },
    )
  }
  return (
    <form className={page.column} onSubmit={submit}>
      <h3 className={page.heading}>{t('settings.guideHeading')}</h3>
      <ol className={page.column} style={{ margin: 0, paddingInlineStart: 20 }}>
        <li>
          {t('settings.step1')}{' '}
          <Link href={cloud.entra} target="_blank" rel="noopener noreferrer">
            {cloud.entra}
          </Link>
        </li>
        <li>
          {t('settings.step2')}
          <div className={page.row}>
            {settings.redirectUri ? (
              <>
                <span className={page.mono}>{settings.redirectUri}</span>
                <CopyButton value={settings.redirectUri} name={t('settings.redirectUri')} />
              </>
            ) : (
              <strong>{t('settings.noAddress')}</strong>
            )}
          </div>
        </li>
        <li>
          {t('settings.step3')}
          <ul style={{ margin: 0, paddingInlineStart: 20 }} aria-label={t('settings.permissions')}>
            {settings.permissions.map(({ value, why }) => (
              <li key={value}>
                <strong>{value}</strong> <span className={page.small}>{why}</span>
              </li>
            ))}
          </ul>
        </li>
        <li>
          <Field label={t('settings.credential')}>
            <RadioGroup value={kind} onChange={(_, data) => setKind(data.value as Kind)}>
              {cloud.client && <Radio value="unchanged" label={t('settings.unchangedChoice')} />}
              <Radio value="certificate" label={t('settings.certificateChoice')} />
              <Radio value="password" label={t('settings.passwordChoice')} />
            </RadioGroup>
          </Field>
          {kind === 'password' && <p className={page.lead}>{t('settings.step4Password')}</p>}
          {kind === 'certificate' && (
            <div className={page.column}>
              <p className={page.lead}>{t('settings.step4Certificate')}</p>
              <ProblemBar error={make.error} />
              <div className={page.row}>
                <Button
                  icon={<CertificateRegular />}
                  disabledFocusable={make.isPending}
                  onClick={() => make.mutate()}
                >
                  {pending ? t('settings.makeAnother') : t('settings.makeCertificate')}
                </Button>
                {pending && (
                  <Button
                    as="a"
                    icon={<ArrowDownloadRegular />}
                    href={`data:application/x-pem-file;charset=utf-8,${encodeURIComponent(pending.certificatePem)}`}
                    download={`bdrcloud-sign-in-${cloud.cloud}.cer`}
                  >
                    {t('settings.download')}
                  </Button>
                )}
              </div>
              {pending && (
                <span className={page.small}>
                  {t('settings.thumbprint')}: <span className={page.mono}>{pending.thumbprint}</span>
                </span>
              )}
            </div>
          )}
        </li>
        <li>
          {t('settings.step5')}
          <div className={page.column} style={{ maxWidth: 520 }}>
            <Field label={t('settings.clientId')} required>
              <Input value={clientId} maxLength={36} onChange={(_, data) => setClientId(data.value)} />
            </Field>
            <Field label={t('settings.homeTenant')} hint={t('settings.homeTenantHint')} required>
              <Input value={homeTenant} maxLength={255} onChange={(_, data) => setHomeTenant(data.value)} />
            </Field>
            {kind === 'password' && (
              <PasswordField
                label={t('settings.secret')}
                value={secret}
                onChange={setSecret}
                autoComplete="new-password"
              />
            )}
            <ProofField {...fields} />
          </div>
        </li>
      </ol>
      <ProblemBar error={save.error} />
      <div>
        <Button type="submit" appearance="primary" disabledFocusable={isIncomplete || save.isPending}>
          {save.isPending ? t('settings.saving') : t('settings.save')}
        </Button>
      </div>
    </form>
  )
}
