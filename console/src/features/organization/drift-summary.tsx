import { MessageBar, MessageBarBody } from '@fluentui/react-components'
import { useTranslation } from 'react-i18next'
import type { OrganizationView } from '../../../../src/contract/index.ts'

/** In the list: what should be looked at, before a backup fails because of it. */
export function DriftSummary({ organization }: { organization: OrganizationView }) {
  const { t } = useTranslation()
  const found = organization.drift.filter(({ severity }) => severity !== 'information')
  const [first] = found
  if (!first) return null
  return (
    <MessageBar
      intent={found.some(({ severity }) => severity === 'error') ? 'error' : 'warning'}
      layout="multiline"
    >
      <MessageBarBody>
        {first.title} {found.length > 1 && t('manage.moreFound', { count: found.length - 1 })}
      </MessageBarBody>
    </MessageBar>
  )
}
