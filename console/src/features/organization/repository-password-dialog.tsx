import { Button } from '@fluentui/react-components'
import { KeyRegular } from '@fluentui/react-icons'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { RepositoryPassword } from '../../../../src/contract/index.ts'
import { api } from '../../api/client.ts'
import { ConfirmDialog, CopyField } from '../../elements/index.ts'
import { PasswordField } from '../session/password-field.tsx'

/** The repository's own password, after the operator has proved who is asking. Forgotten when the dialog closes. */
export function RepositoryPasswordDialog({ organizationId }: { organizationId: string }) {
  const { t } = useTranslation()
  const [own, setOwn] = useState('')
  const reveal = useMutation({
    mutationFn: (operatorPassword: string) =>
      api.post<RepositoryPassword>(`/organizations/${organizationId}/repository/password`, {
        operatorPassword,
      }),
    onSettled: () => setOwn(''),
    gcTime: 0,
  })
  return (
    <ConfirmDialog
      trigger={<Button icon={<KeyRegular />}>{t('organization.showPassword')}</Button>}
      title={t('organization.showPassword')}
      text={t('organization.showPasswordText')}
      confirm={t('organization.reveal')}
      incomplete={own === ''}
      busy={reveal.isPending}
      error={reveal.error}
      onConfirm={() => reveal.mutate(own)}
      onClose={() => {
        reveal.reset()
        setOwn('')
      }}
      result={
        reveal.data && <CopyField name={t('organization.repositoryPassword')} value={reveal.data.password} />
      }
    >
      <PasswordField
        label={t('organization.operatorPassword')}
        value={own}
        onChange={setOwn}
        autoComplete="current-password"
      />
    </ConfirmDialog>
  )
}
