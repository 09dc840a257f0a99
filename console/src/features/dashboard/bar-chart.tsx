import { makeStyles, tokens } from '@fluentui/react-components'
import { useId } from 'react'

const useStyles = makeStyles({
  figure: { margin: 0, minWidth: 0 },
  chart: { width: '100%', height: '120px', display: 'block' },
  bar: { fill: tokens.colorBrandBackground },
  bad: { fill: tokens.colorPaletteRedBackground3 },
  axis: { stroke: tokens.colorNeutralStroke1 },
  caption: { fontWeight: tokens.fontWeightSemibold, paddingBottom: '4px' },
})

export interface Bar {
  readonly key: string
  readonly value: number
  readonly isBad?: boolean
  /** What hovering tells. */
  readonly label: string
}

/** Bars side by side; what they say stands in a table beside them. */
export function BarChart({ title, bars }: { title: string; bars: readonly Bar[] }) {
  const styles = useStyles()
  const id = useId()
  const most = Math.max(1, ...bars.map(({ value }) => value))
  const width = 100 / Math.max(bars.length, 8)
  return (
    <figure className={styles.figure} aria-labelledby={id}>
      <figcaption id={id} className={styles.caption}>
        {title}
      </figcaption>
      <svg className={styles.chart} viewBox="0 0 100 40" preserveAspectRatio="none" aria-hidden>
        {bars.map(({ key, value, isBad, label }, index) => {
          const height = value === 0 ? 0 : Math.max(0.8, (value / most) * 38)
          return (
            <rect
              key={key}
              className={isBad ? styles.bad : styles.bar}
              x={index * width + width * 0.1}
              y={39 - height}
              width={width * 0.8}
              height={height}
            >
              <title>{label}</title>
            </rect>
          )
        })}
        <line className={styles.axis} x1="0" y1="39.5" x2="100" y2="39.5" strokeWidth="0.4" />
      </svg>
    </figure>
  )
}
