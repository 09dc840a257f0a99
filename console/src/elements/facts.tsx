import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import type { ReactNode } from 'react'

const useStyles = makeStyles({
  list: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fill, minmax(min(100%, 200px), 1fr))',
    gap: '12px 24px',
    margin: 0,
  },
  wide: { gridTemplateColumns: 'repeat(auto-fill, minmax(min(100%, 284px), 1fr))' },
  term: {
    color: tokens.colorNeutralForeground3,
    fontSize: tokens.fontSizeBase200,
    lineHeight: tokens.lineHeightBase200,
  },
  value: { margin: 0, overflowWrap: 'anywhere', fontVariantNumeric: 'tabular-nums' },
})

/** Names and values in a grid that becomes one column on a narrow screen. */
export function Facts({
  facts,
  wide = false,
}: {
  /** Columns wide enough for an id. */
  wide?: boolean
  facts: readonly (readonly [name: string, value: ReactNode])[]
}) {
  const styles = useStyles()
  return (
    <dl className={mergeClasses(styles.list, wide && styles.wide)}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt className={styles.term}>{name}</dt>
          <dd className={styles.value}>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
