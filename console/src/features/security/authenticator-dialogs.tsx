import { Button, Field, Input } from '@fluentui/react-components'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { announce, ConfirmDialog, CopyField } from '../../elements/index.ts'
import { ProofField, useProof } from '../session/proof-field.tsx'
import { QrCode } from './qr-code.tsx'
import { RecoveryCodesShown } from './recovery-codes-shown.tsx'
import { useBeginAuthenticator, useConfirmAuthenticator, useRemoveAuthenticator } from './security.ts'

/** Proof, then key and code, then the recovery codes where there were none. */
export function SetUpAuthenticatorDialog({ again }: { again: boolean }) {
  const { t } = useTranslation()
  const { proof, clear, fields } = useProof()
  const begin = useBeginAuthenticator()
  const confirm = useConfirmAuthenticator()
  const [code, setCode] = useState('')
  const isCode = /^\s*\d{3}\s?\d{3}\s*$/.test(code)
  const codes = confirm.data?.recoveryCodes
  function next() {
    if (begin.data) {
      confirm.mutate(code, {
        onSuccess: () => announce(t('security.appSetUp')),
        onError: () => setCode(''),
      })
    } else if (proof) begin.mutate(proof, { onSettled: clear })
  }
  return (
    <ConfirmDialog
      trigger={
        <Button appearance={again ? 'secondary' : 'primary'}>
          {t(again ? 'security.changeApp' : 'security.setUpApp')}
        </Button>
      }
      title={t('security.setUpApp')}
      text={t(begin.data ? 'security.scanText' : 'security.proofText')}
      confirm={t(begin.data ? 'security.confirmCode' : 'security.continue')}
      incomplete={begin.data ? !isCode : proof === null}
      busy={begin.isPending || confirm.isPending}
      error={confirm.error ?? begin.error}
      onConfirm={next}
      onClose={() => {
        begin.reset()
        confirm.reset()
        clear()
        setCode('')
      }}
      result={
        confirm.data &&
        (codes ? <RecoveryCodesShown codes={codes} /> : <p style={{ margin: 0 }}>{t('security.appSetUp')}</p>)
      }
    >
      {begin.data ? (
        <>
          <QrCode text={begin.data.address} name={t('security.qrCode')} />
          <CopyField name={t('security.key')} value={begin.data.key.match(/.{1,4}/g)?.join(' ') ?? ''} />
          <Field label={t('security.code')} hint={t('security.codeHint')} required>
            <Input
              value={code}
              autoComplete="one-time-code"
              inputMode="numeric"
              maxLength={10}
              onChange={(_, data) => setCode(data.value)}
            />
          </Field>
        </>
      ) : (
        <ProofField {...fields} />
      )}
    </ConfirmDialog>
  )
}

export function RemoveAuthenticatorDialog() {
  const { t } = useTranslation()
  const { proof, clear, fields } = useProof()
  const remove = useRemoveAuthenticator()
  return (
    <ConfirmDialog
      trigger={<Button>{t('security.remove')}</Button>}
      title={t('security.removeAppTitle')}
      text={t('security.removeAppText')}
      confirm={t('security.remove')}
      incomplete={proof === null}
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => {
        if (!proof) return
        remove.mutate(proof, { onSuccess: () => announce(t('security.appRemoved')), onSettled: clear })
      }}
      onClose={() => {
        remove.reset()
        clear()
      }}
    >
      <ProofField {...fields} />
    </ConfirmDialog>
  )
}
