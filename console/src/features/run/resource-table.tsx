import {
  Table,
  TableBody,
  TableCell,
  TableHeader,
  TableHeaderCell,
  TableRow,
} from '@fluentui/react-components'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { rowsOf } from '../../api/pages.ts'
import { LoadMore, ProblemBar, Rows, ScrollRegion, usePageStyles } from '../../elements/index.ts'
import { formatCount } from '../../format/format.ts'
import { runResourcesQuery } from './run.ts'
import { ResourceBadge } from './run-badge.tsx'

/** The mailboxes of a run. No event announces them one by one, so they are asked for while the run goes on. */
export function ResourceTable({ runId, active }: { runId: string; active: boolean }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const resources = useInfiniteQuery({ ...runResourcesQuery(runId), refetchInterval: active ? 3_000 : false })
  const rows = rowsOf(resources.data)
  return (
    <section className={page.card} aria-labelledby="resources">
      <h2 id="resources" className={page.heading}>
        {t('run.perMailbox')}
      </h2>
      <ProblemBar error={resources.error} onRetry={() => void resources.refetch()} />
      {resources.isPending && <Rows count={4} height={32} />}
      {rows.length > 0 && (
        <ScrollRegion name={t('run.perMailbox')}>
          <Table size="small" aria-labelledby="resources" style={{ minWidth: 560 }}>
            <TableHeader>
              <TableRow>
                <TableHeaderCell style={{ width: '45%' }}>{t('run.mailbox')}</TableHeaderCell>
                <TableHeaderCell>{t('run.state')}</TableHeaderCell>
                <TableHeaderCell>{t('run.stored')}</TableHeaderCell>
                <TableHeaderCell>{t('run.items')}</TableHeaderCell>
                <TableHeaderCell>{t('run.failed')}</TableHeaderCell>
              </TableRow>
            </TableHeader>
            <TableBody>
              {rows.map((row) => (
                <TableRow key={row.mailboxId}>
                  <TableCell style={{ padding: '6px 8px', overflowWrap: 'anywhere' }}>
                    <div>{row.displayName || row.userPrincipalName}</div>
                    <div className={page.small}>{row.userPrincipalName}</div>
                    {(row.error || row.notice) && (
                      <div className={page.small}>
                        {row.error
                          ? `${row.error.title} ${row.error.detail} (${row.error.code})`
                          : row.notice}
                      </div>
                    )}
                  </TableCell>
                  <TableCell>
                    <ResourceBadge state={row.state} />
                  </TableCell>
                  <TableCell>{formatCount(row.itemsStored)}</TableCell>
                  <TableCell>{formatCount(row.itemsTotal)}</TableCell>
                  <TableCell>{formatCount(row.itemsFailed)}</TableCell>
                </TableRow>
              ))}
            </TableBody>
          </Table>
        </ScrollRegion>
      )}
      <LoadMore query={resources} />
    </section>
  )
}
