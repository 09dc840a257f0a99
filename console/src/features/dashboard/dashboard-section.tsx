import {
  makeStyles,
  Table,
  TableBody,
  TableCell,
  TableHeader,
  TableHeaderCell,
  TableRow,
} from '@fluentui/react-components'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { DashboardView } from '../../../../src/contract/index.ts'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { Facts, ProblemBar, RouterLink, Rows, ScrollRegion, usePageStyles } from '../../elements/index.ts'
import { formatBytes, formatCount, formatTime } from '../../format/format.ts'
import { BarChart } from './bar-chart.tsx'

const route = getRouteApi('/frame/organizations/$organizationId')

const dashboardQuery = (organizationId: string) =>
  queryOptions({
    queryKey: keys.dashboard(organizationId),
    queryFn: ({ signal }) => api.get<DashboardView>(`/organizations/${organizationId}/dashboard`, { signal }),
    refetchInterval: 30_000,
  })

const useStyles = makeStyles({
  charts: {
    display: 'grid',
    gap: '24px',
    gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 320px), 1fr))',
  },
})

/** How the protection of the organization stands. */
export function DashboardSection() {
  const { t } = useTranslation()
  const page = usePageStyles()
  const styles = useStyles()
  const { organizationId } = route.useParams()
  const { data: view, error, refetch } = useQuery(dashboardQuery(organizationId))
  if (error) return <ProblemBar error={error} onRetry={() => void refetch()} />
  if (!view) return <Rows count={4} height={48} />
  const { users, workloads, runs, days, unprotected, nextRunAt, laterRunsAt, restorePoints } = view
  return (
    <>
      <section className={page.card} aria-labelledby="protection-now">
        <h2 id="protection-now" className={page.heading}>
          {t('dashboard.now')}
        </h2>
        <Facts
          facts={[
            [t('dashboard.protected'), formatCount(users.protected)],
            [
              t('dashboard.unprotected'),
              <RouterLink key="link" to="/organizations/$organizationId/coverage" params={{ organizationId }}>
                {formatCount(users.unprotected)}
              </RouterLink>,
            ],
            [t('dashboard.restorePoints'), formatCount(restorePoints)],
            [
              t('dashboard.nextRuns'),
              nextRunAt === null
                ? t('protectionSettings.byHand')
                : [nextRunAt, ...laterRunsAt.slice(0, 2)].map(formatTime).join(' · '),
            ],
          ]}
        />
        <NamedTable
          name={t('dashboard.reasons')}
          header={[t('coverage.reason'), t('dashboard.entries')]}
          rows={unprotected.map(({ reason, count }) => [t(`coverage.reasons.${reason}`), formatCount(count)])}
        />
      </section>
      <section className={page.card} aria-labelledby="per-workload">
        <h2 id="per-workload" className={page.heading}>
          {t('dashboard.perWorkload')}
        </h2>
        <NamedTable
          name={t('dashboard.perWorkload')}
          header={[
            t('organization.workload'),
            t('dashboard.resources'),
            t('dashboard.items'),
            t('dashboard.failing'),
            t('dashboard.lastSuccess'),
          ]}
          rows={workloads.map((one) => [
            t(`coverage.workloads.${one.workload}`),
            formatCount(one.resources),
            formatCount(one.items),
            formatCount(one.failing),
            formatTime(one.lastSuccessAt),
          ])}
        />
      </section>
      <section className={page.card} aria-labelledby="data">
        <h2 id="data" className={page.heading}>
          {t('dashboard.data')}
        </h2>
        <div className={styles.charts}>
          <BarChart
            title={t('dashboard.in')}
            bars={days.map(({ day, bytesRead }) => ({
              key: day,
              value: bytesRead,
              label: `${day}: ${formatBytes(bytesRead)}`,
            }))}
          />
          <BarChart
            title={t('dashboard.growth')}
            bars={days.map(({ day, bytesStoredInAll }) => ({
              key: day,
              value: bytesStoredInAll,
              label: `${day}: ${formatBytes(bytesStoredInAll)}`,
            }))}
          />
          <BarChart
            title={t('dashboard.failures')}
            bars={runs.map(({ id, sequence, itemsFailed, state }) => ({
              key: id,
              value: itemsFailed,
              isBad: true,
              label: `${sequence}: ${itemsFailed} (${t(`run.states.${state}`)})`,
            }))}
          />
        </div>
        <NamedTable
          name={t('dashboard.perDay')}
          header={[t('dashboard.day'), t('dashboard.in'), t('dashboard.stored'), t('dashboard.growth')]}
          rows={days
            .toReversed()
            .map((one) => [
              one.day,
              formatBytes(one.bytesRead),
              formatBytes(one.bytesStored),
              formatBytes(one.bytesStoredInAll),
            ])}
        />
        <NamedTable
          name={t('dashboard.lastRuns')}
          header={[t('dashboard.run'), t('run.state'), t('dashboard.ended'), t('dashboard.failures')]}
          rows={runs
            .toReversed()
            .map((one) => [
              String(one.sequence),
              t(`run.states.${one.state}`),
              formatTime(one.finishedAt),
              formatCount(one.itemsFailed),
            ])}
        />
      </section>
    </>
  )
}

function NamedTable(props: {
  name: string
  header: readonly string[]
  rows: readonly (readonly ReactNode[])[]
}) {
  const { t } = useTranslation()
  const page = usePageStyles()
  if (props.rows.length === 0) return <p className={page.small}>{t('dashboard.nothingYet')}</p>
  return (
    <ScrollRegion name={props.name}>
      <Table size="small" aria-label={props.name} style={{ minWidth: 110 * props.header.length }}>
        <TableHeader>
          <TableRow>
            {props.header.map((cell) => (
              <TableHeaderCell key={cell}>{cell}</TableHeaderCell>
            ))}
          </TableRow>
        </TableHeader>
        <TableBody>
          {props.rows.map((row) => (
            <TableRow key={row.map((cell) => (typeof cell === 'string' ? cell : '')).join('|')}>
              {row.map((cell, index) => (
                <TableCell key={props.header[index]}>{cell}</TableCell>
              ))}
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </ScrollRegion>
  )
}
