import { Button, Field, Input } from '@fluentui/react-components'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { PasskeyView } from '../../../../src/contract/index.ts'
import { announce, ConfirmDialog } from '../../elements/index.ts'
import { ProofField, useProof } from '../session/proof-field.tsx'
import { RecoveryCodesShown } from './recovery-codes-shown.tsx'
import { useAddPasskey, useRemovePasskey, useRenamePasskey } from './security.ts'

export function AddPasskeyDialog() {
  const { t } = useTranslation()
  const { proof, clear, fields } = useProof()
  const [name, setName] = useState('')
  const add = useAddPasskey()
  const codes = add.data?.recoveryCodes
  return (
    <ConfirmDialog
      trigger={<Button>{t('security.addPasskey')}</Button>}
      title={t('security.addPasskey')}
      text={t('security.addPasskeyText')}
      confirm={t('security.addPasskey')}
      incomplete={proof === null || name.trim() === ''}
      busy={add.isPending}
      error={add.error}
      onConfirm={() => {
        if (!proof) return
        const onSuccess = () => announce(t('security.passkeyAdded'))
        add.mutate({ proof, name: name.trim() }, { onSuccess, onSettled: clear })
      }}
      onClose={() => {
        add.reset()
        clear()
        setName('')
      }}
      result={
        add.data &&
        (codes ? (
          <RecoveryCodesShown codes={codes} />
        ) : (
          <p style={{ margin: 0 }}>{t('security.passkeyAdded')}</p>
        ))
      }
    >
      <NameField name={name} onChange={setName} />
      <ProofField {...fields} />
    </ConfirmDialog>
  )
}

export function RenamePasskeyDialog({ passkey }: { passkey: PasskeyView }) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  const [name, setName] = useState(passkey.name)
  const rename = useRenamePasskey()
  const close = () => {
    setOpen(false)
    rename.reset()
    setName(passkey.name)
  }
  return (
    <>
      <Button
        size="small"
        aria-label={t('security.renameNamed', { name: passkey.name })}
        onClick={() => setOpen(true)}
      >
        {t('security.rename')}
      </Button>
      {open && (
        <ConfirmDialog
          title={t('security.renameNamed', { name: passkey.name })}
          confirm={t('security.rename')}
          incomplete={name.trim() === ''}
          busy={rename.isPending}
          error={rename.error}
          onConfirm={() => {
            const onSuccess = () => {
              announce(t('security.passkeyRenamed'))
              setOpen(false)
            }
            rename.mutate({ id: passkey.id, name: name.trim() }, { onSuccess })
          }}
          onClose={close}
        >
          <NameField name={name} onChange={setName} />
        </ConfirmDialog>
      )}
    </>
  )
}

export function RemovePasskeyDialog({ passkey }: { passkey: PasskeyView }) {
  const { t } = useTranslation()
  const { proof, clear, fields } = useProof()
  const remove = useRemovePasskey()
  const { name } = passkey
  return (
    <ConfirmDialog
      trigger={
        <Button size="small" aria-label={t('security.removeNamed', { name })}>
          {t('security.remove')}
        </Button>
      }
      title={t('security.removePasskeyTitle', { name })}
      text={t('security.removePasskeyText')}
      confirm={t('security.remove')}
      incomplete={proof === null}
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => {
        if (!proof) return
        const onSuccess = () => announce(t('security.passkeyRemoved'))
        remove.mutate({ id: passkey.id, proof }, { onSuccess, onSettled: clear })
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

function NameField({ name, onChange }: { name: string; onChange: (name: string) => void }) {
  const { t } = useTranslation()
  return (
    <Field label={t('security.passkeyName')} hint={t('security.passkeyNameHint')} required>
      <Input value={name} maxLength={80} onChange={(_, data) => onChange(data.value)} />
    </Field>
  )
}
