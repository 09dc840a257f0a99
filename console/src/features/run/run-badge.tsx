import { Badge } from '@fluentui/react-components'
import { useTranslation } from 'react-i18next'
import type { ResourceState, RunState } from '../../../../src/contract/index.ts'

const colors = {
  queued: 'informative',
  waiting: 'informative',
  running: 'brand',
  publishing: 'brand',
  succeeded: 'success',
  partial: 'warning',
  failed: 'danger',
  cancelled: 'informative',
  skipped: 'informative',
} as const

export function RunBadge({ state }: { state: RunState }) {
  const { t } = useTranslation()
  return (
    <Badge appearance="tint" color={colors[state]}>
      {t(`run.states.${state}`)}
    </Badge>
  )
}

export function ResourceBadge({ state }: { state: ResourceState }) {
  const { t } = useTranslation()
  return (
    <Badge appearance="tint" color={colors[state]}>
      {t(`run.resourceStates.${state}`)}
    </Badge>
  )
}
