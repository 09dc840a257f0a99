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
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type {
  CreateRestore,
  FileConflict,
  OrganizationView,
  Selection,
} from '../../../../src/contract/index.ts'
import { ProblemBar, RouterButton, usePageStyles } from '../../elements/index.ts'
import { useStartRestore } from '../restore/restore.ts'
import { RestoreProgress } from '../restore/restore-progress.tsx'

const conflicts: readonly FileConflict[] = ['keepBoth', 'skip', 'replaceIfNewer', 'replace']

interface RestoreFilesDialogProps {
  organization: OrganizationView
  selection: Selection
  onClose: () => void
}

/** Where files go and what happens where a name is taken, then the progress. Closing it does not stop the restore. */
export function RestoreFilesDialog({ organization, selection, onClose }: RestoreFilesDialogProps) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const [kind, setKind] = useState<NonNullable<CreateRestore['folder']>['kind']>('original')
  const [conflict, setConflict] = useState<FileConflict>('keepBoth')
  const [name, setName] = useState('')
  const start = useStartRestore(organization.id)
  const restore = start.data
  const incomplete = kind === 'named' && name.trim() === ''

  function submit(event: FormEvent) {
    event.preventDefault()
    if (incomplete || start.isPending || !organization.restoreRights) return
    const folder = kind === 'named' ? { kind, name: name.trim() } : { kind }
    start.mutate({ selection, folder, conflict })
  }
  return (
    <Dialog open onOpenChange={(_, { open }) => !open && onClose()}>
      <DialogSurface>
        <form onSubmit={submit}>
          <DialogBody>
            <DialogTitle>{t('file.restoreTitle')}</DialogTitle>
            <DialogContent className={page.dialog}>
              <ProblemBar error={start.error} />
              {restore ? (
                <RestoreProgress restoreId={restore.id} />
              ) : (
                <>
                  <p className={page.lead}>{t('file.restoreLead')}</p>
                  {!organization.restoreRights && (
                    <MessageBar intent="warning" layout="multiline">
                      <MessageBarBody>
                        <MessageBarTitle>{t('restore.noRights')}</MessageBarTitle> {t('file.noRightsText')}
                      </MessageBarBody>
                    </MessageBar>
                  )}
                  <Field label={t('restore.target')}>
                    <RadioGroup value={kind} onChange={(_, data) => setKind(data.value as typeof kind)}>
                      <Radio value="original" label={t('restore.original')} />
                      <Radio
                        value="dated"
                        label={t('restore.dated', { date: new Date().toISOString().slice(0, 10) })}
                      />
                      <Radio value="named" label={t('restore.named')} />
                    </RadioGroup>
                  </Field>
                  {kind === 'named' && (
                    <Field label={t('restore.folderName')} required>
                      <Input value={name} maxLength={120} onChange={(_, data) => setName(data.value)} />
                    </Field>
                  )}
                  <Field label={t('file.conflict')}>
                    <RadioGroup
                      value={conflict}
                      onChange={(_, data) => setConflict(data.value as FileConflict)}
                    >
                      {conflicts.map((one) => (
                        <Radio key={one} value={one} label={t(`file.conflicts.${one}`)} />
                      ))}
                    </RadioGroup>
                  </Field>
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
