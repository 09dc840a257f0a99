import { Badge, Button, makeStyles, tokens } from '@fluentui/react-components'
import {
  CheckmarkCircleRegular,
  ErrorCircleRegular,
  InfoRegular,
  WarningRegular,
} from '@fluentui/react-icons'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { DriftFinding, DriftKind, OrganizationView } from '../../../../src/contract/index.ts'
import { announce, ConfirmDialog, usePageStyles } from '../../elements/index.ts'
import { formatTime } from '../../format/format.ts'
import { useMay } from '../operator/operator.ts'
import { useAcceptDrift } from './organization.ts'

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
    gridTemplateColumns: '96px minmax(0, 1fr)',
    columnGap: '12px',
    rowGap: '4px',
    padding: '10px 12px',
    ':not(:last-child)': { borderBottom: `1px solid ${tokens.colorNeutralStroke2}` },
    '@media (max-width: 480px)': { gridTemplateColumns: 'minmax(0, 1fr)' },
  },
  badge: { justifySelf: 'start', marginTop: '1px' },
  text: { display: 'flex', flexDirection: 'column', gap: '2px', overflowWrap: 'anywhere' },
  title: { fontWeight: tokens.fontWeightSemibold },
  well: { color: tokens.colorPaletteGreenForeground1, fontSize: '20px', flexShrink: 0 },
})

const looks = {
  information: { color: 'informative', icon: <InfoRegular /> },
  warning: { color: 'warning', icon: <WarningRegular /> },
  error: { color: 'danger', icon: <ErrorCircleRegular /> },
} as const

/** What somebody may have added on purpose. */
const acceptable: readonly DriftKind[] = ['permission-added', 'foreign-credential', 'foreign-owner']

/** What changed in the tenant: what, since when, what to do; and the way to say that it is meant to be so. */
export function DriftReport({ organization }: { organization: OrganizationView }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const styles = useStyles()
  const mayManage = useMay()('organizations.manage')
  const accept = useAcceptDrift(organization.id)
  const [asking, setAsking] = useState(false)
  const { drift, lastCheck, state } = organization
  if (!lastCheck) return null
  if (drift.length === 0) {
    return (
      <p className={page.row} style={{ margin: 0, flexWrap: 'nowrap' }}>
        <CheckmarkCircleRegular className={styles.well} aria-hidden />
        {t('manage.noDrift')}
      </p>
    )
  }
  return (
    <div className={page.column}>
      <div className={page.between}>
        <h3 id="drift" className={page.heading}>
          {t('manage.drift')}
        </h3>
        {state === 'active' && mayManage && drift.some(({ kind }) => acceptable.includes(kind)) && (
          <Button onClick={() => setAsking(true)}>{t('manage.accept')}</Button>
        )}
      </div>
      <ul className={styles.list} aria-labelledby="drift">
        {drift.map((finding) => (
          <Finding key={`${finding.kind} ${finding.subject}`} finding={finding} />
        ))}
      </ul>
      {asking && (
        <ConfirmDialog
          title={t('manage.acceptTitle')}
          text={t('manage.acceptText')}
          confirm={t('manage.accept')}
          busy={accept.isPending}
          error={accept.error}
          onClose={() => setAsking(false)}
          onConfirm={() =>
            accept.mutate(undefined, {
              onSuccess: () => {
                setAsking(false)
                announce(t('manage.accepted'))
              },
            })
          }
        />
      )}
    </div>
  )
}

function Finding({ finding }: { finding: DriftFinding }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const styles = useStyles()
  const { color, icon } = looks[finding.severity]
  return (
    <li className={styles.item}>
      <Badge appearance="tint" color={color} icon={icon} className={styles.badge}>
        {t(`manage.severities.${finding.severity}`)}
      </Badge>
      <div className={styles.text}>
        <span className={styles.title}>{finding.title}</span>
        <span>{finding.detail}</span>
        <span className={page.small}>{t('manage.since', { time: formatTime(finding.since) })}</span>
      </div>
    </li>
  )
}
