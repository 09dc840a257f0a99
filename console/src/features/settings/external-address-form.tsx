import { Button, Field, Input } from '@fluentui/react-components'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { SignInSettings } from '../../../../src/contract/index.ts'
import { announce, CopyButton, Facts, ProblemBar, usePageStyles } from '../../elements/index.ts'
import { ProofField, useProof } from '../session/proof-field.tsx'
import { useSetExternalAddress } from './sign-in-settings.ts'

/** The address this console is open at is the likely one, unless it is localhost. */
function likelyAddress(): string {
  const { origin, hostname } = window.location
  return hostname === 'localhost' ? '' : origin
}

/** Under which address browsers elsewhere reach this server, and the redirect URI that follows from it. */
export function ExternalAddressForm({ settings }: { settings: SignInSettings }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const save = useSetExternalAddress()
  const [address, setAddress] = useState(settings.externalAddress ?? likelyAddress())
  const { proof, clear, fields } = useProof()

  function submit(event: FormEvent) {
    event.preventDefault()
    if (!proof || save.isPending) return
    save.mutate(
      { externalAddress: address.trim() === '' ? null : address.trim(), proof },
      {
        onSuccess: () => announce(t('settings.addressSaved')),
        onSettled: clear,
      },
    )
  }
  return (
    <section className={page.card} aria-labelledby="external-address">
      <h2 id="external-address" className={page.heading}>
        {t('settings.addressHeading')}
      </h2>
      <p className={page.lead}>{t('settings.addressText')}</p>
      <Facts
        wide
        facts={[
          [t('settings.allowedHosts'), settings.allowedHosts.join(', ') || t('settings.noHosts')],
          ...(settings.redirectUri
            ? [
                [
                  t('settings.redirectUri'),
                  <span key="uri" className={page.row}>
                    <span className={page.mono}>{settings.redirectUri}</span>
                    <CopyButton value={settings.redirectUri} name={t('settings.redirectUri')} />
                  </span>,
                ] as const,
              ]
            : []),
        ]}
      />
      <form className={page.column} style={{ maxWidth: 520 }} onSubmit={submit}>
        <Field label={t('settings.address')}>
          <Input
            type="url"
            value={address}
            placeholder="https://backup.example.com"
            maxLength={300}
            onChange={(_, data) => setAddress(data.value)}
          />
        </Field>
        <ProofField {...fields} />
        <ProblemBar error={save.error} />
        <div>
          <Button type="submit" disabledFocusable={!proof || save.isPending}>
            {t('settings.saveAddress')}
          </Button>
        </div>
      </form>
    </section>
  )
}
