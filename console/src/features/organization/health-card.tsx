import {
  Table,
  TableBody,
  TableCell,
  TableHeader,
  TableHeaderCell,
  TableRow,
} from '@fluentui/react-components'
import { useTranslation } from 'react-i18next'
import type { OrganizationView } from '../../../../src/contract/index.ts'
import { ScrollRegion, usePageStyles } from '../../elements/index.ts'
import { formatTime } from '../../format/format.ts'
import { CheckHistoryDialog } from './check-history-dialog.tsx'
import { DriftReport } from './drift-report.tsx'
import { HealthBadge } from './health-badge.tsx'
import { NotAvailableBar } from './not-available-bar.tsx'

/** What the last check found: the grid of workloads, and what changed in the tenant. */
export function HealthCard({ organization }: { organization: OrganizationView }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const { health, lastCheck } = organization
  return (
    <section className={page.card} aria-labelledby="health">
      <div className={page.between}>
        <div>
          <h2 id="health" className={page.heading}>
            {t('organization.health')}
          </h2>
          <span className={page.small}>
            {lastCheck
              ? t('manage.lastCheck', {
                  time: formatTime(lastCheck.checkedAt),
                  trigger: t(`manage.triggers.${lastCheck.trigger}`),
                })
              : t('manage.neverChecked')}
          </span>
        </div>
        <CheckHistoryDialog organizationId={organization.id} />
      </div>
      <ScrollRegion name={t('organization.health')}>
        <Table size="small" aria-labelledby="health" style={{ minWidth: 480 }}>
          <TableHeader>
            <TableRow>
              <TableHeaderCell>{t('organization.workload')}</TableHeaderCell>
              <TableHeaderCell>{t('organization.read')}</TableHeaderCell>
              <TableHeaderCell>{t('organization.write')}</TableHeaderCell>
              <TableHeaderCell>{t('organization.checked')}</TableHeaderCell>
            </TableRow>
          </TableHeader>
          <TableBody>
            {health.map(({ workload, read, write, checkedAt }) => (
              <TableRow key={workload}>
                <TableCell>{t(`organization.workloads.${workload}`)}</TableCell>
                <TableCell>
                  <HealthBadge state={read} />
                </TableCell>
                <TableCell>
                  <HealthBadge state={write} />
                </TableCell>
                <TableCell>{checkedAt ? formatTime(checkedAt) : t('organization.notChecked')}</TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      </ScrollRegion>
      {health
        .filter(({ message, missingPermissions }) => message || missingPermissions.length > 0)
        .map(({ workload, message, missingPermissions }) => (
          <p key={workload} className={page.lead}>
            {message}{' '}
            {missingPermissions.length > 0 &&
              t('organization.missing', { list: missingPermissions.join(', ') })}
          </p>
        ))}
      <NotAvailableBar notAvailable={organization.notAvailable} />
      <DriftReport organization={organization} />
    </section>
  )
}
