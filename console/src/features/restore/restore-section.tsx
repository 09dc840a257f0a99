import { Button } from '@fluentui/react-components'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { rowsOf } from '../../api/pages.ts'
import { LoadMore, ProblemBar, RouterLink, Rows, usePageStyles } from '../../elements/index.ts'
import { formatTime } from '../../format/format.ts'
import { isRestoring, restoreItemsQuery, restoreQuery, useCancelRestore } from './restore.ts'
import { RestoreItemBadge } from './restore-badge.tsx'
import { RestoreProgress } from './restore-progress.tsx'

const route = getRouteApi('/frame/organizations/$organizationId/restores/$restoreId')

/** One restore: its progress, and each mail's own outcome. */
export function RestoreSection() {
  const { t } = useTranslation()
  const page = usePageStyles()
  const { organizationId, restoreId } = route.useParams()
  const { data: restore } = useQuery(restoreQuery(restoreId))
  const running = restore !== undefined && isRestoring(restore)
  const items = useInfiniteQuery({
    ...restoreItemsQuery(restoreId),
    refetchInterval: running ? 3_000 : false,
  })
  const cancel = useCancelRestore(restoreId)
  return (
    <>
      <div>
        <RouterLink to="/organizations/$organizationId/restores" params={{ organizationId }}>
          {t('restore.title')}
        </RouterLink>
      </div>
      <section className={page.card} aria-labelledby="restore">
        <div className={page.between}>
          <h2 id="restore" className={page.heading}>
            {restore ? t('restore.detail', { time: formatTime(restore.createdAt) }) : t('restore.title')}
          </h2>
          {running && (
            <Button disabledFocusable={cancel.isPending} onClick={() => cancel.mutate()}>
              {t('restore.cancel')}
            </Button>
          )}
        </div>
        <ProblemBar error={cancel.error} />
        <RestoreProgress restoreId={restoreId} />
      </section>
      <section className={page.card} aria-labelledby="items">
        <h2 id="items" className={page.heading}>
          {t('restore.items')}
        </h2>
        <ProblemBar error={items.error} onRetry={() => void items.refetch()} />
        {items.isPending && <Rows count={4} height={32} />}
        <ul className={page.list} aria-labelledby="items">
          {rowsOf(items.data).map((item) => (
            <li key={item.itemId} className={page.between}>
              <span>
                {item.subject || t('run.noSubject')}
                {item.reason && (
                  <span className={page.small} style={{ display: 'block' }}>
                    {item.reason}
                  </span>
                )}
              </span>
              <RestoreItemBadge state={item.state} />
            </li>
          ))}
        </ul>
        <LoadMore query={items} />
      </section>
    </>
  )
}
