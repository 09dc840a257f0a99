import { Badge } from '@fluentui/react-components'
import {
  CheckmarkCircleRegular,
  CircleRegular,
  ErrorCircleRegular,
  ProhibitedRegular,
  WarningRegular,
} from '@fluentui/react-icons'
import { useTranslation } from 'react-i18next'
import type { HealthState } from '../../../../src/contract/index.ts'

const looks = {
  ok: { color: 'success', icon: <CheckmarkCircleRegular /> },
  'missing-permission': { color: 'warning', icon: <WarningRegular /> },
  failed: { color: 'danger', icon: <ErrorCircleRegular /> },
  'not-granted': { color: 'informative', icon: <CircleRegular /> },
  'not-available': { color: 'informative', icon: <ProhibitedRegular /> },
  unknown: { color: 'informative', icon: <CircleRegular /> },
} as const

/** One cell of the health grid: never by colour alone. */
export function HealthBadge({ state, label }: { state: HealthState; label?: string }) {
  const { t } = useTranslation()
  const look = looks[state]
  return (
    <Badge appearance="tint" color={look.color} icon={look.icon} style={{ whiteSpace: 'nowrap' }}>
      {label ? `${label}: ` : ''}
      {t(`organization.healthStates.${state}`)}
    </Badge>
  )
}
