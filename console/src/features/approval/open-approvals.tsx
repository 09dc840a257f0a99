import { CounterBadge } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { openApprovalsQuery } from './approval.ts'

/** How many requests are open, for the navigation; nothing where there are none. */
export function OpenApprovals() {
  const { t } = useTranslation()
  const { data } = useQuery(openApprovalsQuery)
  const count = data?.items.length ?? 0
  return count === 0 ? null : (
    <CounterBadge count={count} size="small" aria-label={t('frame.openApprovals', { count })} />
  )
}
