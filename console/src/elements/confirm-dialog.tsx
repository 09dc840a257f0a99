import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  DialogTrigger,
} from '@fluentui/react-components'
import { type FormEvent, type ReactElement, type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { BusyMark } from './busy-mark.tsx'
import { usePageStyles } from './page-styles.ts'
import { ProblemBar } from './problem-bar.tsx'

/**
 * Asks before something is done: what it is, perhaps a form, what went wrong, and two buttons. Enter confirms. What is to be seen once
 * afterwards takes the place of the question. With a `trigger` it opens by that button, otherwise it is open.
 */
export function ConfirmDialog(props: {
  title: string
  text?: string
  confirm: string
  /** Not yet to be confirmed: something is missing. */
  incomplete?: boolean
  busy: boolean
  error: unknown
  trigger?: ReactElement
  /** What came of it; the caller forgets it when the dialog closes. */
  result?: ReactNode
  onConfirm: () => void
  onClose: () => void
  children?: ReactNode
}) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const [open, setOpen] = useState(props.trigger === undefined)
  const blocked = props.busy || props.incomplete === true
  const done = props.result !== undefined

  function submit(event: FormEvent) {
    event.preventDefault()
    if (!blocked && !done) props.onConfirm()
  }
  function change(next: boolean) {
    if (props.busy) return
    setOpen(next)
    if (!next) props.onClose()
  }
  return (
    <Dialog open={open} onOpenChange={(_, data) => change(data.open)}>
      {props.trigger ? <DialogTrigger disableButtonEnhancement>{props.trigger}</DialogTrigger> : <></>}
      <DialogSurface aria-busy={props.busy}>
        <form onSubmit={submit} noValidate>
          <DialogBody>
            <DialogTitle>{props.title}</DialogTitle>
            <DialogContent className={page.dialog}>
              <ProblemBar error={props.error} />
              {done ? (
                props.result
              ) : (
                <>
                  {props.text && <p className={page.lead}>{props.text}</p>}
                  {props.children}
                </>
              )}
            </DialogContent>
            <DialogActions>
              <Button type="button" disabledFocusable={props.busy} onClick={() => change(false)}>
                {t(done ? 'common.close' : 'common.cancel')}
              </Button>
              {!done && (
                <Button
                  type="submit"
                  appearance="primary"
                  icon={props.busy ? <BusyMark /> : undefined}
                  disabledFocusable={blocked}
                >
                  {props.confirm}
                </Button>
              )}
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  )
}
