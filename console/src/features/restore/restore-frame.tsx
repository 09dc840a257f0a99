import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
} from '@fluentui/react-components'
import { type FormEvent, type ReactNode, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { CreateRestore, OrganizationView } from '../../../../src/contract/index.ts'
import { ProblemBar, RouterButton, usePageStyles } from '../../elements/index.ts'
import { useStartRestore } from './restore.ts'
import { RestoreProgress } from './restore-progress.tsx'

interface RestoreFrameProps {
  organization: OrganizationView
  title: string
  lead: string
  noRightsText: string
  /** What will be asked for; null while something is missing. */
  request: CreateRestore | null
  /** The fields that make the request. */
  children: ReactNode
  onClose: () => void
}

/** The dialog of every restore: what is wanted, then its progress in the same place. Closing it does not stop the restore. */
export function RestoreFrame({
  organization,
  title,
  lead,
  noRightsText,
  request,
  children,
  onClose,
}: RestoreFrameProps) {
  const { t } = useTranslation()
  const page = usePageStyles()
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
  const ready = request !== null && !start.isPending && organization.restoreRights

  function submit(event: FormEvent) {
    event.preventDefault()
    if (ready) start.mutate(request)
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
                  <p className={page.lead}>{lead}</p>
                  {!organization.restoreRights && (
                    <MessageBar intent="warning" layout="multiline">
                      <MessageBarBody>
                        <MessageBarTitle>{t('restore.noRights')}</MessageBarTitle> {noRightsText}
                      </MessageBarBody>
                    </MessageBar>
                  )}
                  {children}
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
                <Button type="submit" appearance="primary" disabledFocusable={!ready}>
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
