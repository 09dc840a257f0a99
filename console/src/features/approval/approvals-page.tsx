import { PeopleCheckmarkRegular } from '@fluentui/react-icons'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { rowsOf } from '../../api/pages.ts'
import { EmptyState, LoadMore, PageTitle, ProblemBar, Rows, usePageStyles } from '../../elements/index.ts'
import { approvalsQuery, twoPersonRuleQuery } from './approval.ts'
import { ApprovalCard } from './approval-card.tsx'

/** 'Settings > Approvals': what one operator asked for and another has to agree to. */
export function ApprovalsPage() {
  const { t } = useTranslation()
  const page = usePageStyles()
  const approvals = useInfiniteQuery({ ...approvalsQuery, staleTime: 0 })
  const { data: rule } = useQuery(twoPersonRuleQuery)
  const rows = rowsOf(approvals.data)
  return (
    <div className={`${page.page} ${page.narrow}`}>
      <PageTitle title={t('approval.title')} />
      <p className={page.lead}>{t('approval.lead')}</p>
      <ProblemBar error={approvals.error} onRetry={() => void approvals.refetch()} />
      {approvals.isPending && <Rows count={2} height={96} />}
      {approvals.isSuccess && rows.length === 0 && (
        <EmptyState
          icon={<PeopleCheckmarkRegular />}
          title={t('approval.none')}
          text={t(rule?.enabled ? 'approval.noneOn' : 'approval.noneOff')}
        />
      )}
      {rows.map((approval) => (
        <ApprovalCard key={approval.id} approval={approval} />
      ))}
      <LoadMore query={approvals} />
    </div>
  )
}
