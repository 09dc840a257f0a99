import { MessageBar, MessageBarBody } from '@fluentui/react-components'
import { AddRegular, BuildingMultipleRegular } from '@fluentui/react-icons'
import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { usePollInterval } from '../../api/live.ts'
import { rowsOf } from '../../api/pages.ts'
import {
  EmptyState,
  LoadMore,
  PageTitle,
  ProblemBar,
  RouterButton,
  Rows,
  usePageStyles,
} from '../../elements/index.ts'
import { formatTime } from '../../format/format.ts'
import { onboardingsQuery } from '../onboarding/onboarding.ts'
import { useMay } from '../operator/operator.ts'
import { RemovedList } from '../removal/removed-list.tsx'
import { organizationsQuery } from './organization.ts'
import { OrganizationCard } from './organization-card.tsx'

const route = getRouteApi('/frame/organizations')

/** 'Add & Manage Microsoft 365 Organizations': the list, and the way into the wizard. */
export function OrganizationsPage() {
  const { t } = useTranslation()
  const page = usePageStyles()
  const { added } = route.useSearch()
  const interval = usePollInterval(true)
  const organizations = useInfiniteQuery({ ...organizationsQuery, refetchInterval: interval && interval * 2 })
  const mayAdd = useMay()('organizations.manage')
  const onboardings = useInfiniteQuery({ ...onboardingsQuery, staleTime: 0, enabled: mayAdd })
  const rows = rowsOf(organizations.data)
  const unfinished = rowsOf(onboardings.data).filter(
    ({ state }) => !['saved', 'failed', 'cancelled', 'expired'].includes(state),
  )
  const add = mayAdd && (
    <RouterButton to="/organizations/add" appearance="primary" icon={<AddRegular />}>
      {t('organization.add')}
    </RouterButton>
  )
  return (
    <div className={page.page}>
      <PageTitle title={t('organization.title')}>{rows.length > 0 && add}</PageTitle>
      <p className={page.lead}>{t('organization.lead')}</p>
      {added && (
        <MessageBar intent="success">
          <MessageBarBody>{t('organization.added', { name: added })}</MessageBarBody>
        </MessageBar>
      )}
      <ProblemBar
        error={organizations.error ?? onboardings.error}
        onRetry={() => void Promise.all([organizations.refetch(), onboardings.refetch()])}
      />
      {unfinished.length > 0 && (
        <section className={page.card} aria-labelledby="unfinished">
          <h2 id="unfinished" className={page.heading}>
            {t('organization.unfinished')}
          </h2>
          <ul className={page.list}>
            {unfinished.map((onboarding) => (
              <li key={onboarding.id} className={page.between}>
                <span>
                  {onboarding.tenant?.name ?? t(`organization.methods.${onboarding.method}`)}{' '}
                  <span className={page.small}>
                    {t('organization.unfinishedText', { time: formatTime(onboarding.createdAt) })}
                  </span>
                </span>
                <RouterButton to="/onboarding/$onboardingId" params={{ onboardingId: onboarding.id }}>
                  {t('organization.continue')}
                </RouterButton>
              </li>
            ))}
          </ul>
        </section>
      )}
      {organizations.isPending && (
        <section className={page.card}>
          <Rows count={4} height={32} />
        </section>
      )}
      {organizations.isSuccess && rows.length === 0 && (
        <section className={page.card} aria-label={t('organization.list')}>
          <EmptyState
            icon={<BuildingMultipleRegular />}
            title={t('organization.emptyTitle')}
            text={t('organization.emptyText')}
          >
            {add}
          </EmptyState>
        </section>
      )}
      {rows.length > 0 && (
        <section aria-labelledby="list" className={page.column}>
          <h2 id="list" className={page.heading}>
            {t('organization.list')}
          </h2>
          <ul className={page.list}>
            {rows.map((organization) => (
              <OrganizationCard key={organization.id} organization={organization} />
            ))}
          </ul>
          <LoadMore query={organizations} />
        </section>
      )}
      <RemovedList />
    </div>
  )
}
