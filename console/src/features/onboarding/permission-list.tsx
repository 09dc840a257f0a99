import { Badge, makeStyles, tokens } from '@fluentui/react-components'
import { useTranslation } from 'react-i18next'
import type { PermissionView } from '../../../../src/contract/index.ts'
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
    padding: '8px 12px',
    ':not(:last-child)': { borderBottom: `1px solid ${tokens.colorNeutralStroke2}` },
  },
})

/** Each permission by Microsoft's name, and one sentence on why it is needed. */
export function PermissionList({
  permissions,
  label,
}: {
  permissions: readonly PermissionView[]
  label: string
}) {
  const { t } = useTranslation()
  const styles = useStyles()
  const page = usePageStyles()
  return (
    <ul className={styles.list} aria-label={label}>
      {permissions.map((permission) => (
        <li key={permission.value} className={styles.item}>
          <div className={page.row}>
            <strong>{permission.value}</strong>
            <Badge appearance="outline" color={permission.access === 'write' ? 'warning' : 'informative'}>
              {t(`organization.${permission.access}`)}
            </Badge>
          </div>
          <div className={page.small}>{permission.why}</div>
        </li>
      ))}
    </ul>
  )
}
