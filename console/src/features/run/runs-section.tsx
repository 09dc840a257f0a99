import {
  Table,
  TableBody,
  TableCell,
  TableHeader,
  TableHeaderCell,
  TableRow,
} from '@fluentui/react-components'
import { HistoryRegular } from '@fluentui/react-icons'
import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { usePollInterval } from '../../api/live.ts'
import { rowsOf } from '../../api/pages.ts'
import {
  EmptyState,
  LoadMore,
  ProblemBar,
  RouterLink,
  Rows,
  ScrollRegion,
  usePageStyles,
} from '../../elements/index.ts'
import { formatCount, formatDuration, formatTime, secondsBetween } from '../../format/format.ts'
import { isActive, runsQuery } from './run.ts'
import { RunBadge } from './run-badge.tsx'
import { RunProgress } from './run-progress.tsx'

const route = getRouteApi('/frame/organizations/$organizationId')

/** History of an organization's runs, with the one that is going on first. */
export function RunsSection() {
  const { t } = useTranslation()
  const page = usePageStyles()
  const { organizationId } = route.useParams()
  const runs = useInfiniteQuery({ ...runsQuery(organizationId), refetchInterval: usePollInterval(true) })
  const rows = rowsOf(runs.data)
  const active = rows.find(isActive)
  return (
    <>
      <ProblemBar error={runs.error} onRetry={() => void runs.refetch()} />
      {active && <RunProgress run={active} />}
      <section className={page.card} aria-labelledby="runs">
        <h2 id="runs" className={page.heading}>
          {t('run.title')}
        </h2>
        {runs.isPending && <Rows count={4} height={32} />}
        {runs.isSuccess && rows.length === 0 && (
          <EmptyState
            level={3}
            icon={<HistoryRegular />}
            title={t('run.emptyTitle')}
            text={t('run.emptyText')}
          />
        )}
        {rows.length > 0 && (
          <ScrollRegion name={t('run.title')}>
            <Table aria-labelledby="runs" style={{ minWidth: 760 }}>
              <TableHeader>
                <TableRow>
                  {(
                    [
                      'run',
                      'state',
                      'started',
                      'duration',
                      'mailboxes',
                      'stored',
                      'removed',
                      'failed',
                    ] as const
                  ).map((name) => (
                    <TableHeaderCell key={name}>{t(`run.${name}`)}</TableHeaderCell>
                  ))}
                </TableRow>
              </TableHeader>
              <TableBody>
                {rows.map((run) => {
                  const seconds = secondsBetween(run.startedAt, run.finishedAt)
                  return (
                    <TableRow key={run.id}>
                      <TableCell>
                        <RouterLink
                          to="/organizations/$organizationId/runs/$runId"
                          params={{ organizationId, runId: run.id }}
                        >
                          {t('run.number', { sequence: run.sequence })}
                        </RouterLink>
                      </TableCell>
                      <TableCell>
                        <RunBadge state={run.state} />
                      </TableCell>
                      <TableCell>{formatTime(run.startedAt ?? run.createdAt)}</TableCell>
                      <TableCell>{seconds === null ? '–' : formatDuration(seconds)}</TableCell>
                      <TableCell>
                        {t('run.mailboxesOf', {
                          done: formatCount(run.counts.resourcesDone),
                          total: formatCount(run.counts.resourcesTotal),
                        })}
                      </TableCell>
                      <TableCell>{formatCount(run.counts.itemsStored)}</TableCell>
                      <TableCell>{formatCount(run.counts.itemsRemoved)}</TableCell>
                      <TableCell>{formatCount(run.counts.itemsFailed)}</TableCell>
                    </TableRow>
                  )
                })}
              </TableBody>
            </Table>
          </ScrollRegion>
        )}
        <LoadMore query={runs} />
      </section>
    </>
  )
}
