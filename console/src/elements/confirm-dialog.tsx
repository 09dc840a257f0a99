import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
} from '@fluentui/react-components'
import type { FormEvent, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { BusyMark } from './busy-mark.tsx'
import { usePageStyles } from './page-styles.ts'
import { ProblemBar } from './problem-bar.tsx'

/** Asks before something is done: what it is, perhaps a form, what went wrong, and two buttons. Enter confirms. */
export function ConfirmDialog(props: {
  title: string
  text?: string
  confirm: string
  /** Not yet to be confirmed: something is missing. */
  incomplete?: boolean
  busy: boolean
  error: unknown
  onConfirm: () => void
  onClose: () => void
  children?: ReactNode
}) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const blocked = props.busy || props.incomplete === true

  function submit(event: FormEvent) {
    event.preventDefault()
    if (!blocked) props.onConfirm()
  }
  return (
    <Dialog open onOpenChange={(_, { open }) => !open && !props.busy && props.onClose()}>
      <DialogSurface aria-busy={props.busy}>
        <form onSubmit={submit} noValidate>
          <DialogBody>
            <DialogTitle>{props.title}</DialogTitle>
            <DialogContent className={page.dialog}>
              <ProblemBar error={props.error} />
              {props.text && <p className={page.lead}>{props.text}</p>}
              {props.children}
            </DialogContent>
            <DialogActions>
              <Button type="button" disabledFocusable={props.busy} onClick={props.onClose}>
                {t('common.cancel')}
              </Button>
              <Button
                type="submit"
                appearance="primary"
                icon={props.busy ? <BusyMark /> : undefined}
                disabledFocusable={blocked}
              >
                {props.confirm}
              </Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  )
}
