import { makeStyles, tokens } from '@fluentui/react-components'
import type { ReactNode } from 'react'

const useStyles = makeStyles({
  fields: {
    display: 'grid',
    gridTemplateColumns: 'minmax(96px, auto) minmax(0, 1fr)',
    gap: '4px 12px',
    margin: 0,
    lineHeight: tokens.lineHeightBase300,
  },
  row: { display: 'contents' },
  term: { color: tokens.colorNeutralForeground3 },
  value: { margin: 0, overflowWrap: 'anywhere', whiteSpace: 'pre-line' },
})

/** Names and values beneath each other; what has no value is left out. */
export function FactList({ facts }: { facts: readonly (readonly [name: string, value: ReactNode])[] }) {
  const styles = useStyles()
  return (
    <dl className={styles.fields}>
      {facts.map(
        ([name, value], index) =>
          value !== null &&
          value !== undefined &&
          value !== '' &&
          value !== false && (
            // biome-ignore lint/suspicious/noArrayIndexKey: a contact may have two numbers of one kind, and rows do not move
            <div key={`${name} ${index}`} className={styles.row}>
              <dt className={styles.term}>{name}</dt>
              <dd className={styles.value}>{value}</dd>
            </div>
          ),
      )}
    </dl>
  )
}

const useLinesStyles = makeStyles({ lines: { listStyleType: 'none', margin: 0, padding: 0 } })

/** Several values of one name. */
export function Lines({ of }: { of: readonly ReactNode[] }) {
  const styles = useLinesStyles()
  return (
    <ul className={styles.lines}>
      {of.map((one, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes
        <li key={index}>{one}</li>
      ))}
    </ul>
  )
}
