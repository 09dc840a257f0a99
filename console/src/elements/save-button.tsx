import { Button } from '@fluentui/react-components'
import { BusyMark } from './busy-mark.tsx'

/** Sends the form that it stands in; turns while that is under way. */
export function SaveButton(props: { label: string; busy: boolean; ready: boolean; primary?: boolean }) {
  return (
    <Button
      type="submit"
      appearance={props.primary ? 'primary' : 'secondary'}
      icon={props.busy ? <BusyMark /> : undefined}
      disabledFocusable={!props.ready || props.busy}
    >
      {props.label}
    </Button>
  )
}
