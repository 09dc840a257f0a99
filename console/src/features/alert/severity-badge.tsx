import { Badge } from '@fluentui/react-components'
import { ErrorCircleRegular, InfoRegular, WarningRegular } from '@fluentui/react-icons'
import { useTranslation } from 'react-i18next'
import type { AlertSeverity } from '../../../../src/contract/index.ts'

const looks = {
  critical: { color: 'danger', icon: <ErrorCircleRegular /> },
  warning: { color: 'warning', icon: <WarningRegular /> },
  information: { color: 'informative', icon: <InfoRegular /> },
} as const

export function SeverityBadge({ severity }: { severity: AlertSeverity }) {
  const { t } = useTranslation()
  const { color, icon } = looks[severity]
  return (
    <Badge appearance="tint" color={color} icon={icon}>
      {t(`alert.severities.${severity}`)}
    </Badge>
  )
}
