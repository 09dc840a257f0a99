import { Badge } from '@fluentui/react-components'
import { AddRegular, BuildingMultipleRegular } from '@fluentui/react-icons'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import {
  EmptyState,
  Facts,
  PageTitle,
  ProblemBar,
  RouterButton,
  Rows,
  usePageStyles,
} from '../../elements/index.ts'
import { formatBytes, formatCount } from '../../format/format.ts'
import { statusQuery } from '../session/session.ts'

/** Landing page: section 'Data Source' of the tab 'SaaS Applications'. */
export function DataSourcePage() {
  const { t } = useTranslation()
  const page = usePageStyles()
  const status = useQuery(statusQuery)
  const { data } = status
  const add = (
    <RouterButton to="/organizations" appearance="primary" icon={<AddRegular />}>
      {t('source.add')}
    </RouterButton>
  )
  return (
    <div className={page.page}>
      <PageTitle title={t('frame.dataSource')}>{data && data.organizations > 0 && add}</PageTitle>
      <p className={page.lead}>{t('source.lead')}</p>
      <ProblemBar error={status.error} onRetry={() => void status.refetch()} />
      <section className={page.card} aria-label={t('source.microsoft')}>
        {status.isPending && <Rows count={4} height={32} />}
        {data?.organizations === 0 && (
          <EmptyState
            icon={<BuildingMultipleRegular />}
            title={t('source.emptyTitle')}
            text={t('source.emptyText')}
          >
            {add}
          </EmptyState>
        )}
        {data && data.organizations > 0 && (
          <>
            <div className={page.between}>
              <h2 className={page.heading}>
                {t('source.microsoft')}{' '}
                {data.activeRuns > 0 && (
                  <Badge appearance="tint" color="brand">
                    {t('source.activeRuns')}: {data.activeRuns}
                  </Badge>
                )}
              </h2>
              <RouterButton to="/organizations">{t('source.manage')}</RouterButton>
            </div>
            <Facts
              facts={[
                [t('source.organizations'), formatCount(data.organizations)],
                [t('source.activeRuns'), formatCount(data.activeRuns)],
                [
                  t('source.vault'),
                  <span key="vault">
                    <span className={page.mono}>{data.vault.location}</span>
                    {data.vault.freeBytes !== null &&
                      ` · ${t('source.free', { size: formatBytes(data.vault.freeBytes) })}`}
                  </span>,
                ],
              ]}
            />
          </>
        )}
      </section>
    </div>
  )
}
