import { Badge } from '@fluentui/react-components'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { rowsOf } from '../../api/pages.ts'
import { LoadMore, ProblemBar, Rows, usePageStyles } from '../../elements/index.ts'
import { runFailuresQuery } from './run.ts'

/** Each mail that is not in the restore point, and why. */
export function FailureTable({ runId }: { runId: string }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const failures = useInfiniteQuery(runFailuresQuery(runId))
  return (
    <section className={page.card} aria-labelledby="failures">
      <h2 id="failures" className={page.heading}>
        {t('run.failures')}
      </h2>
      <p className={page.lead}>{t('run.failuresText')}</p>
      <ProblemBar error={failures.error} onRetry={() => void failures.refetch()} />
      {failures.isPending && <Rows count={3} height={40} />}
      <ul className={page.list} aria-labelledby="failures">
        {rowsOf(failures.data).map((failure) => (
          <li key={`${failure.mailboxId}/${failure.itemId}`}>
            <div className={page.row}>
              <strong>{failure.subject || t('run.noSubject')}</strong>
              <Badge appearance="tint" color={failure.outcome === 'permanent' ? 'danger' : 'warning'}>
                {t(`run.outcomes.${failure.outcome}`)}
              </Badge>
            </div>
            <div className={page.small}>
              {failure.userPrincipalName} · {failure.folderPath} · {t('run.attempts')}: {failure.attempts}
            </div>
            <div>{failure.reason}</div>
          </li>
        ))}
      </ul>
      <LoadMore query={failures} />
    </section>
  )
}
