import { Button } from '@fluentui/react-components'
import { KeyRegular } from '@fluentui/react-icons'
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { OperatorProof, RepositoryPassword } from '../../../../src/contract/index.ts'
import { api } from '../../api/client.ts'
import { ConfirmDialog, CopyField } from '../../elements/index.ts'
import { ProofField, useProof } from '../session/proof-field.tsx'

/** The repository's own password, after the operator has proved who is asking. Forgotten when the dialog closes. */
export function RepositoryPasswordDialog({ organizationId }: { organizationId: string }) {
  const { t } = useTranslation()
  const { proof, clear, fields } = useProof()
  const reveal = useMutation({
    mutationFn: (given: OperatorProof) =>
      api.post<RepositoryPassword>(`/organizations/${organizationId}/repository/password`, {
        proof: given,
      }),
    onSettled: clear,
    gcTime: 0,
  })
  return (
    <ConfirmDialog
      trigger={<Button icon={<KeyRegular />}>{t('organization.showPassword')}</Button>}
      title={t('organization.showPassword')}
      text={t('organization.showPasswordText')}
      confirm={t('organization.reveal')}
      incomplete={proof === null}
      busy={reveal.isPending}
      error={reveal.error}
      onConfirm={() => {
        if (proof) reveal.mutate(proof)
      }}
      onClose={() => {
        reveal.reset()
        clear()
      }}
      result={
        reveal.data && <CopyField name={t('organization.repositoryPassword')} value={reveal.data.password} />
      }
    >
      <ProofField {...fields} />
    </ConfirmDialog>
  )
}
