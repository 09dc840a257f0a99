import { MessageBar, MessageBarBody } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { usePollInterval } from '../../api/live.ts'
import { Facts, ProblemBar, RouterLink, Rows, usePageStyles } from '../../elements/index.ts'
import { formatBytes, formatCount, formatDuration, formatTime, secondsBetween } from '../../format/format.ts'
import { FailureTable } from './failure-table.tsx'
import { ResourceTable } from './resource-table.tsx'
import { isActive, runQuery } from './run.ts'
import { RunBadge } from './run-badge.tsx'
import { RunProgress } from './run-progress.tsx'

const route = getRouteApi('/frame/organizations/$organizationId/runs/$runId')

/** One run: how it goes or went, mailbox by mailbox, and what is missing. */
export function RunSection() {
  const { t } = useTranslation()
  const page = usePageStyles()
  const { organizationId, runId } = route.useParams()
  const interval = usePollInterval(true)
  const {
    data: run,
    error,
    refetch,
  } = useQuery({
    ...runQuery(runId),
    refetchInterval: (query) => (query.state.data && !isActive(query.state.data) ? false : interval),
  })
  if (!run)
    return error ? (
      <ProblemBar error={error} onRetry={() => void refetch()} />
    ) : (
      <Rows count={6} height={32} />
    )
  const { counts } = run
  const seconds = secondsBetween(run.startedAt, run.finishedAt)
  return (
    <>
      <div>
        <RouterLink to="/organizations/$organizationId/runs" params={{ organizationId }}>
          {t('run.all')}
        </RouterLink>
      </div>
      <ProblemBar error={run.error} />
      {run.state === 'partial' && (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>{t('run.partialText')}</MessageBarBody>
        </MessageBar>
      )}
      {isActive(run) ? (
        <RunProgress run={run} />
      ) : (
        <section className={page.card} aria-labelledby="run">
          <div className={page.row}>
            <h2 id="run" className={page.heading}>
              {t('run.number', { sequence: run.sequence })}
            </h2>
            <RunBadge state={run.state} />
          </div>
          <Facts
            facts={[
              [t('run.started'), formatTime(run.startedAt ?? run.createdAt)],
              [t('run.duration'), seconds === null ? '–' : formatDuration(seconds)],
              [
                t('run.mailboxes'),
                t('run.mailboxesOf', {
                  done: formatCount(counts.resourcesDone),
                  total: formatCount(counts.resourcesTotal),
                }),
              ],
              [t('run.stored'), formatCount(counts.itemsStored)],
              [t('run.updated'), formatCount(counts.itemsUpdated)],
              [t('run.removed'), formatCount(counts.itemsRemoved)],
              [t('run.failed'), formatCount(counts.itemsFailed)],
              [t('run.skipped'), formatCount(counts.itemsSkipped)],
              [t('run.read'), formatBytes(counts.bytesRead)],
              [t('run.written'), formatBytes(counts.bytesStored)],
              [t('run.requests'), formatCount(counts.requests)],
              [t('run.throttled'), formatCount(counts.throttled)],
              [
                t('run.snapshot'),
                <span key="s" className={page.mono}>
                  {run.snapshotId?.slice(0, 8) ?? t('common.none')}
                </span>,
              ],
            ]}
          />
        </section>
      )}
      <ResourceTable runId={runId} active={isActive(run)} />
      {counts.itemsFailed + counts.itemsSkipped > 0 && <FailureTable runId={runId} />}
    </>
  )
}
