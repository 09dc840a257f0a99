import { MessageBar, MessageBarBody, MessageBarTitle } from '@fluentui/react-components'
import { useTranslation } from 'react-i18next'
import { formatTime } from '../../format/format.ts'
import { useRemovedOfTenant } from './removal.ts'

/** In the wizard, once the tenant is known: it was here before, and its backups are found and continued. */
export function KnownBackups({ tenantId }: { tenantId: string | null | undefined }) {
  const { t } = useTranslation()
  const removal = useRemovedOfTenant(tenantId)?.removal
  if (!removal) return null
  return (
    <MessageBar intent="info" layout="multiline">
      <MessageBarBody>
        <MessageBarTitle>{t('manage.known')}</MessageBarTitle>{' '}
        {t('manage.knownText', { time: formatTime(removal.removedAt) })}{' '}
        {removal.backups.state === 'pending-deletion' &&
          t('manage.knownPending', { time: formatTime(removal.backups.deleteAt) })}
      </MessageBarBody>
    </MessageBar>
  )
}
