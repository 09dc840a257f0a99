import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Field,
  Input,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  Radio,
  RadioGroup,
} from '@fluentui/react-components'
import { type FormEvent, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { CreateRestore, OrganizationView, Selection } from '../../../../src/contract/index.ts'
import { ProblemBar, RouterButton, usePageStyles } from '../../elements/index.ts'
import { useStartRestore } from './restore.ts'
import { RestoreProgress } from './restore-progress.tsx'
import { TargetField } from './target-field.tsx'

type FolderKind = NonNullable<CreateRestore['folder']>['kind']

interface RestoreDialogProps {
  organization: OrganizationView
  selection: Selection
  title: string
  onClose: () => void
}

/** Where to restore to, then the progress of the restore in the same dialog. Closing it does not stop the restore. */
export function RestoreDialog({ organization, selection, title, onClose }: RestoreDialogProps) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const [kind, setKind] = useState<FolderKind>('dated')
  const [name, setName] = useState('')
  const [user, setUser] = useState<string | null>(null)
  // What opened the dialog gets the focus back, since the dialog goes away as a whole.
  const [opener] = useState(() => document.activeElement)
  useEffect(
    () => () => {
      setTimeout(() => {
        if (document.activeElement === document.body && opener instanceof HTMLElement) opener.focus()
      })
    },
    [opener],
  )
  const start = useStartRestore(organization.id)
  const restore = start.data
  const incomplete = (kind === 'named' && name.trim() === '') || user?.trim() === ''

  function submit(event: FormEvent) {
    event.preventDefault()
    if (incomplete || start.isPending) return
    start.mutate({
      selection,
      folder: kind === 'named' ? { kind, name: name.trim() } : { kind },
      ...(user === null ? {} : { target: { user: user.trim() } }),
    })
  }
  return (
    <Dialog open onOpenChange={(_, { open }) => !open && onClose()}>
      <DialogSurface>
        <form onSubmit={submit}>
          <DialogBody>
            <DialogTitle>{title}</DialogTitle>
            <DialogContent className={page.dialog}>
              <ProblemBar error={start.error} />
              {restore ? (
                <RestoreProgress restoreId={restore.id} />
              ) : (
                <>
                  <p className={page.lead}>{t('restore.lead')}</p>
                  {!organization.restoreRights && (
                    <MessageBar intent="warning" layout="multiline">
                      <MessageBarBody>
                        <MessageBarTitle>{t('restore.noRights')}</MessageBarTitle> {t('restore.noRightsText')}
                      </MessageBarBody>
                    </MessageBar>
                  )}
                  <TargetField organizationId={organization.id} user={user} onUser={setUser} />
                  <Field label={t('restore.target')}>
                    <RadioGroup value={kind} onChange={(_, data) => setKind(data.value as FolderKind)}>
                      <Radio
                        value="dated"
                        label={t('restore.dated', { date: new Date().toISOString().slice(0, 10) })}
                      />
                      <Radio value="original" label={t('restore.original')} />
                      <Radio value="named" label={t('restore.named')} />
                    </RadioGroup>
                  </Field>
                  {kind === 'named' ? (
                    <Field label={t('restore.folderName')} required>
                      <Input value={name} maxLength={120} onChange={(_, data) => setName(data.value)} />
                    </Field>
                  ) : (
                    <span className={page.small}>
                      {t(kind === 'dated' ? 'restore.datedHint' : 'restore.originalHint')}
                    </span>
                  )}
                </>
              )}
            </DialogContent>
            <DialogActions>
              {restore && (
                <RouterButton
                  to="/organizations/$organizationId/restores/$restoreId"
                  params={{ organizationId: organization.id, restoreId: restore.id }}
                >
                  {t('restore.show')}
                </RouterButton>
              )}
              <Button type="button" appearance={restore ? 'primary' : 'secondary'} onClick={onClose}>
                {restore ? t('common.close') : t('common.cancel')}
              </Button>
              {!restore && (
                <Button
                  type="submit"
                  appearance="primary"
                  disabledFocusable={incomplete || start.isPending || !organization.restoreRights}
                >
                  {t('restore.start')}
                </Button>
              )}
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  )
}
