import { Field, makeStyles, Select, tokens } from '@fluentui/react-components'
import { AlertOnRegular } from '@fluentui/react-icons'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { AlertQuery, AlertSeverity, AlertView } from '../../../../src/contract/index.ts'
import { rowsOf } from '../../api/pages.ts'
import {
  EmptyState,
  LoadMore,
  PageTitle,
  ProblemBar,
  RouterLink,
  Rows,
  usePageStyles,
} from '../../elements/index.ts'
import { formatTime } from '../../format/format.ts'
import { organizationsQuery } from '../organization/organization.ts'
import { type AlertFilter, alertsQuery } from './alert.ts'
import { SeverityBadge } from './severity-badge.tsx'

const useStyles = makeStyles({
  filters: {
    display: 'grid',
    gap: '12px',
    gridTemplateColumns: 'repeat(auto-fill, minmax(min(100%, 180px), 1fr))',
  },
  row: {
    display: 'flex',
    flexDirection: 'column',
    gap: '4px',
    paddingBottom: '12px',
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    ':last-child': { borderBottomStyle: 'none', paddingBottom: 0 },
  },
})

const states: readonly NonNullable<AlertQuery['state']>[] = ['open', 'acknowledged', 'resolved']
const severities: readonly AlertSeverity[] = ['critical', 'warning', 'information']

/** What operators should know without looking for it. */
export function AlertsPage() {
  const { t } = useTranslation()
  const page = usePageStyles()
  const styles = useStyles()
  const [filter, setFilter] = useState<AlertFilter>({ state: 'open' })
  const alerts = useInfiniteQuery(alertsQuery(filter))
  const rows = rowsOf(alerts.data)
  const onlyOpen = filter.state === 'open' && !filter.severity && !filter.organization
  return (
    <div className={page.page}>
      <PageTitle title={t('alert.title')} />
      <p className={page.lead}>{t('alert.lead')}</p>
      <Filters filter={filter} onChange={setFilter} />
      <section className={page.card} aria-label={t('alert.list')}>
        <ProblemBar error={alerts.error} onRetry={() => void alerts.refetch()} />
        {alerts.isPending && <Rows count={4} height={48} />}
        {alerts.isSuccess && rows.length === 0 && (
          <EmptyState
            icon={<AlertOnRegular />}
            title={t(onlyOpen ? 'alert.noneOpen' : 'alert.none')}
            text={t(onlyOpen ? 'alert.noneOpenText' : 'alert.noneText')}
          />
        )}
        {rows.length > 0 && (
          <ul className={page.list}>
            {rows.map((alert) => (
              <li key={alert.id} className={styles.row}>
                <Row alert={alert} />
              </li>
            ))}
          </ul>
        )}
        <LoadMore query={alerts} />
      </section>
    </div>
  )
}

function Row({ alert }: { alert: AlertView }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const stateText = useStateText()
  const { id, severity, title, organizationName, lastAt, count } = alert
  return (
    <>
      <span className={page.row}>
        <SeverityBadge severity={severity} />
        <RouterLink to="/alerts/$alertId" params={{ alertId: id }}>
          {title}
        </RouterLink>
      </span>
      <span className={page.small}>
        {[
          organizationName ?? t('alert.server'),
          formatTime(lastAt),
          count > 1 ? t('alert.times', { count }) : null,
          stateText(alert),
        ]
          .filter(Boolean)
          .join(' · ')}
      </span>
    </>
  )
}

/** In which state an alert is, in words. */
export function useStateText(): (alert: AlertView) => string {
  const { t } = useTranslation()
  return ({ resolvedAt, acknowledgement }) => {
    if (acknowledgement) return t('alert.acknowledgedBy', { name: acknowledgement.by })
    return resolvedAt === null ? t('alert.states.open') : t('alert.states.resolved')
  }
}

function Filters({ filter, onChange }: { filter: AlertFilter; onChange: (filter: AlertFilter) => void }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const styles = useStyles()
  const organizations = rowsOf(useInfiniteQuery(organizationsQuery).data)
  const changed = (name: keyof AlertFilter, value: string) => {
    const { [name]: _before, ...others } = filter
    onChange((value === '' ? others : { ...others, [name]: value }) as AlertFilter)
  }
  return (
    <section className={page.card} aria-label={t('alert.filter')}>
      <div className={styles.filters}>
        <Field label={t('alert.state')}>
          <Select value={filter.state ?? ''} onChange={(_, { value }) => changed('state', value)}>
            <option value="">{t('alert.any')}</option>
            {states.map((state) => (
              <option key={state} value={state}>
                {t(`alert.states.${state}`)}
              </option>
            ))}
          </Select>
        </Field>
        <Field label={t('alert.severity')}>
          <Select value={filter.severity ?? ''} onChange={(_, { value }) => changed('severity', value)}>
            <option value="">{t('alert.any')}</option>
            {severities.map((severity) => (
              <option key={severity} value={severity}>
                {t(`alert.severities.${severity}`)}
              </option>
            ))}
          </Select>
        </Field>
        <Field label={t('alert.organization')}>
          <Select
            value={filter.organization ?? ''}
            onChange={(_, { value }) => changed('organization', value)}
          >
            <option value="">{t('alert.any')}</option>
            {organizations.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </Select>
        </Field>
      </div>
    </section>
  )
}
