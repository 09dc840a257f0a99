import { Badge, makeStyles, tokens } from '@fluentui/react-components'
import { useTranslation } from 'react-i18next'
import type { TaskChange } from '../../../../src/contract/index.ts'
import { usePageStyles } from '../../elements/index.ts'

const useStyles = makeStyles({
  list: {
    listStyleType: 'none',
    margin: 0,
    padding: 0,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusLarge,
  },
  item: {
    display: 'grid',
    gridTemplateColumns: '76px 1fr',
    columnGap: '12px',
    alignItems: 'start',
    padding: '8px 12px',
    ':not(:last-child)': { borderBottom: `1px solid ${tokens.colorNeutralStroke2}` },
  },
  badge: { justifySelf: 'start', marginTop: '1px' },
  text: { overflowWrap: 'anywhere', minWidth: 0 },
  why: { display: 'block' },
})

const colors = {
  grant: 'warning',
  revoke: 'success',
  create: 'brand',
  remove: 'danger',
  change: 'informative',
} as const

/** Each change: what is done, to what, and for a permission why. */
export function ChangeList({ changes, label }: { changes: readonly TaskChange[]; label: string }) {
  const { t } = useTranslation()
  const styles = useStyles()
  const page = usePageStyles()
  return (
    <ul className={styles.list} aria-label={label}>
      {changes.map((change) => (
        <li key={`${change.action} ${change.text}`} className={styles.item}>
          <Badge appearance="tint" color={colors[change.action]} className={styles.badge}>
            {t(`task.actions.${change.action}`)}
          </Badge>
          <span className={styles.text}>
            {change.text}
            {change.permission && (
              <span className={`${page.small} ${styles.why}`}>{change.permission.why}</span>
            )}
          </span>
        </li>
      ))}
    </ul>
  )
}
