import {
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
} from '@fluentui/react-components'
import type { ReactNode } from 'react'
import { usePageStyles } from './page-styles.ts'

/** A dialog that stands as long as the state that it shows: only its own buttons lead on. */
export function StandingDialog(props: {
  title: string
  actions: ReactNode
  /** Many or long buttons, one below the other where there is no room. */
  fluid?: boolean
  busy?: boolean
  children: ReactNode
}) {
  const page = usePageStyles()
  return (
    <Dialog open>
      <DialogSurface aria-busy={props.busy ?? false}>
        <DialogBody>
          <DialogTitle>{props.title}</DialogTitle>
          {/* What is longer than the screen can be scrolled by keyboard. */}
          <DialogContent className={page.dialog} tabIndex={0} role="group" aria-label={props.title}>
            {props.children}
          </DialogContent>
          <DialogActions fluid={props.fluid ?? false}>{props.actions}</DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  )
}
