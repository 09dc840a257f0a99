import { Button } from '@fluentui/react-components'
import { useTranslation } from 'react-i18next'
import { ConfirmDialog } from '../../elements/index.ts'
import { ProofField, useProof } from '../session/proof-field.tsx'
import { RecoveryCodesShown } from './recovery-codes-shown.tsx'
import { useRenewRecoveryCodes } from './security.ts'

export function RecoveryCodesDialog() {
  const { t } = useTranslation()
  const { proof, clear, fields } = useProof()
  const renew = useRenewRecoveryCodes()
  return (
    <ConfirmDialog
      trigger={<Button>{t('security.newCodes')}</Button>}
      title={t('security.newCodes')}
      text={t('security.newCodesText')}
      confirm={t('security.newCodes')}
      incomplete={proof === null}
      busy={renew.isPending}
      error={renew.error}
      onConfirm={() => {
        if (proof) renew.mutate(proof, { onSettled: clear })
      }}
      onClose={() => {
        renew.reset()
        clear()
      }}
      result={renew.data && <RecoveryCodesShown codes={renew.data.recoveryCodes ?? []} />}
    >
      <ProofField {...fields} />
    </ConfirmDialog>
  )
}
