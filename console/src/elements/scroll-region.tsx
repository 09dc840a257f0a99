import { makeStyles } from '@fluentui/react-components'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

const useStyles = makeStyles({ region: { overflowX: 'auto' } })

/** Scrolls a wide table sideways on a narrow screen, by keyboard too. `name` is what the table shows. */
export function ScrollRegion({ name, children }: { name: string; children: ReactNode }) {
  const { t } = useTranslation()
  const styles = useStyles()
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section className={styles.region} tabIndex={0} aria-label={t('common.table', { name })}>
      {children}
    </section>
  )
}
