import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  DialogTrigger,
  Field,
  Input,
} from '@fluentui/react-components'
import { KeyRegular } from '@fluentui/react-icons'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { RepositoryPassword } from '../../../../src/contract/index.ts'
import { api } from '../../api/client.ts'
import { CopyButton, ProblemBar, usePageStyles } from '../../elements/index.ts'
import { PasswordField } from '../session/password-field.tsx'

/** The repository's own password, after the operator has proved who is asking. Forgotten when the dialog closes. */
export function RepositoryPasswordDialog({ organizationId }: { organizationId: string }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const [own, setOwn] = useState('')
  const reveal = useMutation({
    mutationFn: (operatorPassword: string) =>
      api.post<RepositoryPassword>(`/organizations/${organizationId}/repository/password`, {
        operatorPassword,
      }),
    onSettled: () => setOwn(''),
    gcTime: 0,
  })
  function submit(event: FormEvent) {
    event.preventDefault()
    if (own) reveal.mutate(own)
  }
  return (
    <Dialog
      onOpenChange={(_, { open }) => {
        if (!open) {
          reveal.reset()
          setOwn('')
        }
      }}
    >
      <DialogTrigger disableButtonEnhancement>
        <Button icon={<KeyRegular />}>{t('organization.showPassword')}</Button>
      </DialogTrigger>
      <DialogSurface>
        <form onSubmit={submit}>
          <DialogBody>
            <DialogTitle>{t('organization.showPassword')}</DialogTitle>
            <DialogContent className={page.dialog}>
              <ProblemBar error={reveal.error} />
              {reveal.data ? (
                <div className={page.row} style={{ alignItems: 'flex-end' }}>
                  <Field label={t('organization.repositoryPassword')} style={{ flexGrow: 1 }}>
                    <Input readOnly value={reveal.data.password} />
                  </Field>
                  <CopyButton value={reveal.data.password} name={t('organization.repositoryPassword')} />
                </div>
              ) : (
                <>
                  <p className={page.lead}>{t('organization.showPasswordText')}</p>
                  <PasswordField
                    label={t('organization.operatorPassword')}
                    value={own}
                    onChange={setOwn}
                    autoComplete="current-password"
                  />
                </>
              )}
            </DialogContent>
            <DialogActions>
              <DialogTrigger disableButtonEnhancement>
                <Button>{t('common.close')}</Button>
              </DialogTrigger>
              {!reveal.data && (
                <Button type="submit" appearance="primary" disabledFocusable={!own || reveal.isPending}>
                  {t('organization.reveal')}
                </Button>
              )}
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  )
}
