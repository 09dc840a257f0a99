import { useInfiniteQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { OrganizationView } from '../../../../src/contract/index.ts'
import { rowsOf } from '../../api/pages.ts'
import { LoadMore, ProblemBar, RouterLink, usePageStyles } from '../../elements/index.ts'
import { formatTime } from '../../format/format.ts'
import { FateButtons, FateText } from './backups-fate.tsx'
import { removedOrganizationsQuery } from './removal.ts'

/** 'Removed organizations': those whose backups are still here, until when their deletion can be undone. */
export function RemovedList() {
  const { t } = useTranslation()
  const page = usePageStyles()
  const removed = useInfiniteQuery(removedOrganizationsQuery)
  const rows = rowsOf(removed.data)
  if (rows.length === 0) return <ProblemBar error={removed.error} onRetry={() => void removed.refetch()} />
  return (
    <section className={page.card} aria-labelledby="removed">
      <h2 id="removed" className={page.heading}>
        {t('manage.removedList')}
      </h2>
      <p className={page.lead}>{t('manage.removedLead')}</p>
      <ul className={page.list}>
        {rows.map((organization) => (
          <RemovedRow key={organization.id} organization={organization} />
        ))}
      </ul>
      <LoadMore query={removed} />
    </section>
  )
}

function RemovedRow({ organization }: { organization: OrganizationView }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const { id, name, removal } = organization
  return (
    <li className={page.between}>
      <span style={{ flex: '1 1 300px', minWidth: 0, overflowWrap: 'anywhere' }}>
        <RouterLink to="/organizations/$organizationId" params={{ organizationId: id }}>
          {name}
        </RouterLink>
        <span className={page.small} style={{ display: 'block' }}>
          {organization.defaultDomain}, {organization.cloudName}.{' '}
          {t('manage.removed', { time: formatTime(removal?.removedAt ?? null) })}.{' '}
          {removal && <FateText removal={removal} />}
        </span>
      </span>
      <div className={page.column} style={{ gap: 4 }}>
        <FateButtons organization={organization} />
      </div>
    </li>
  )
}
