import {
  Button,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  MessageBarTitle,
} from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { sessionQuery } from '../session/session.ts'
import { openApprovalsQuery } from './approval.ts'

/** Tells whoever asked that it can be done now; nothing where nothing is ready. */
export function ReadyApprovals({ className }: { className: string }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { data: session } = useQuery(sessionQuery)
  const { data } = useQuery(openApprovalsQuery)
  const ready = (data?.items ?? []).filter(
    ({ state, requestedBy }) => state === 'ready' && requestedBy.id === session?.operator.id,
  )
  const [first] = ready
  if (!first) return null
  const name = t(`approval.operations.${first.operation}` as 'approval.operations.deleteBackups', {
    defaultValue: first.operation,
  })
  return (
    <aside className={className} aria-label={t('approval.readyLabel')}>
      <MessageBar intent="success" layout="auto">
        <MessageBarBody>
          <MessageBarTitle>{t('approval.readyTitle', { count: ready.length, what: name })}</MessageBarTitle>{' '}
          {t('approval.readyHint')}
        </MessageBarBody>
        <MessageBarActions>
          <Button onClick={() => void navigate({ to: '/settings/approvals' })}>
            {t('approval.readyOpen')}
          </Button>
        </MessageBarActions>
      </MessageBar>
    </aside>
  )
}
