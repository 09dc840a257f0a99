import { Badge } from '@fluentui/react-components'
import { useTranslation } from 'react-i18next'
import type { RestoreItemView, RestoreState } from '../../../../src/contract/index.ts'

const stateColors = {
  queued: 'informative',
  running: 'brand',
  succeeded: 'success',
  partial: 'warning',
  failed: 'danger',
  cancelled: 'informative',
} as const
const itemColors = {
  waiting: 'informative',
  creating: 'brand',
  restored: 'success',
  'already-there': 'success',
  failed: 'danger',
} as const

export function RestoreBadge({ state }: { state: RestoreState }) {
  const { t } = useTranslation()
  return (
    <Badge appearance="tint" color={stateColors[state]}>
      {t(`restore.states.${state}`)}
    </Badge>
  )
}

export function RestoreItemBadge({ state }: { state: RestoreItemView['state'] }) {
  const { t } = useTranslation()
  return (
    <Badge appearance="tint" color={itemColors[state]}>
      {t(`restore.itemStates.${state}`)}
    </Badge>
  )
}
