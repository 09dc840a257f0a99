import { ArrowUndoRegular } from '@fluentui/react-icons'
import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { usePollInterval } from '../../api/live.ts'
import { rowsOf } from '../../api/pages.ts'
import {
  EmptyState,
  LoadMore,
  ProblemBar,
  RouterButton,
  RouterLink,
  Rows,
  usePageStyles,
} from '../../elements/index.ts'
import { formatTime } from '../../format/format.ts'
import { restoresQuery } from './restore.ts'
import { RestoreBadge } from './restore-badge.tsx'

const route = getRouteApi('/frame/organizations/$organizationId')

export function RestoresSection() {
  const { t } = useTranslation()
  const page = usePageStyles()
  const { organizationId } = route.useParams()
  const restores = useInfiniteQuery({
    ...restoresQuery(organizationId),
    refetchInterval: usePollInterval(true),
  })
  const rows = rowsOf(restores.data)
  return (
    <section className={page.card} aria-labelledby="restores">
      <h2 id="restores" className={page.heading}>
        {t('restore.title')}
      </h2>
      <ProblemBar error={restores.error} onRetry={() => void restores.refetch()} />
      {restores.isPending && <Rows count={3} height={40} />}
      {restores.isSuccess && rows.length === 0 && (
        <EmptyState
          level={3}
          icon={<ArrowUndoRegular />}
          title={t('restore.emptyTitle')}
          text={t('restore.emptyText')}
        >
          <RouterButton
            to="/organizations/$organizationId/mail"
            params={{ organizationId }}
            appearance="primary"
          >
            {t('restore.toMail')}
          </RouterButton>
        </EmptyState>
      )}
      <ul className={page.list} aria-label={t('restore.list')}>
        {rows.map((restore) => (
          <li key={restore.id} className={page.between}>
            <span>
              <RouterLink
                to="/organizations/$organizationId/restores/$restoreId"
                params={{ organizationId, restoreId: restore.id }}
              >
                {t('restore.detail', { time: formatTime(restore.createdAt) })}
              </RouterLink>
              <span className={page.small} style={{ display: 'block' }}>
                {restore.folderName} · {restore.counts.restored + restore.counts.alreadyThere} /{' '}
                {restore.counts.total}
              </span>
            </span>
            <RestoreBadge state={restore.state} />
          </li>
        ))}
      </ul>
      <LoadMore query={restores} />
    </section>
  )
}
