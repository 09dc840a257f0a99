import { makeStyles } from '@fluentui/react-components'
import { useSyncExternalStore } from 'react'

let message = ''
const listeners = new Set<() => void>()

/** Says a sentence to screen readers, politely. */
export function announce(text: string) {
  message = text
  for (const listener of listeners) listener()
}

const useStyles = makeStyles({
  hidden: {
    position: 'absolute',
    width: '1px',
    height: '1px',
    overflow: 'hidden',
    clipPath: 'inset(50%)',
    whiteSpace: 'nowrap',
  },
})

export function Announcer() {
  const styles = useStyles()
  const text = useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => message,
  )
  return (
    <div role="status" aria-live="polite" className={styles.hidden}>
      {text}
    </div>
  )
}
